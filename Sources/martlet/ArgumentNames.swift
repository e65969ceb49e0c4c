import Jobs

/// Brings the options of a command line to their own names: `--eta`, `--learning_rate` and
/// `--learning-rate` are the same.
enum ArgumentNames {
    static func canonical(_ arguments: [String]) -> [String] {
        arguments.map { argument in
            guard argument.hasPrefix("--"), argument.count > 2 else { return argument }
            let parts = argument.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].dropFirst(2).map { $0 == "-" ? "_" : String($0) }.joined()
            guard let parameter = ParameterTable.parameter(named: name) else { return argument }
            return parts.count > 1 ? "\(parameter.option)=\(parts[1])" : parameter.option
        }
    }
}
