import Columns

/// Parameters in the environment: `MARTLET_LEARNING_RATE` for `--learning-rate`.
package enum EnvironmentValues {
    static let prefix = "MARTLET_"

    /// The parameters of `command` that the environment sets.
    ///
    /// Variables of other commands are left alone, so that one task definition serves all. So are
    /// variables that are like no parameter, because Docker and Kubernetes make up such names
    /// (`MARTLET_SERVICE_HOST`); one that is nearly a parameter is taken for a slip.
    /// - Throws: `configInvalid` for such a slip.
    package static func read(
        _ environment: [String: String], for command: JobCommand
    ) throws(JobFailure) -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for (variable, text) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(prefix) && !reserved.contains(variable) {
            let name = variable.dropFirst(prefix.count).lowercased()
            guard let parameter = ParameterTable.parameter(named: name) else {
                if let nearest = NearestName.find(name, in: ParameterTable.all.map(\.name)) {
                    throw JobFailure(
                        .configInvalid, "The environment variable \(variable) is unknown.",
                        remedy: "Did you mean \(prefix)\(nearest.uppercased())?")
                }
                continue
            }
            guard parameter.commands.contains(command) else { continue }
            let value = ParameterValue(.text(text), from: .environment(variable: variable))
            if let other = values.updateValue(value, forKey: parameter.name) {
                throw JobFailure(
                    .configInvalid,
                    "The environment variable \(variable) says the same as "
                        + "\(other.source.text(of: parameter)).", remedy: "Set one of them.")
            }
        }
        return values
    }

    /// Read elsewhere: the job itself, and how the program talks.
    static let reserved: Set<String> = [
        "MARTLET_JOB", "MARTLET_LOG_LEVEL", "MARTLET_LOG_FORMAT", "MARTLET_PROGRESS",
        "MARTLET_JSON", "MARTLET_SHARED",
    ]
}
