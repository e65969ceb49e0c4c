/// Every parameter of the program: the one place where names, types and ranges stand.
///
/// The options of the command line, the environment variables and the keys of the job file are all
/// checked against it, and the reference is generated from it.
package enum ParameterTable {
    package static let all: [Parameter] =
        execution + data + outputs + lifecycle + objectives + boosting + growth + categories
        + sampling + selection + linear + calibration + inspection + conversion + planning

    /// Parameters of one command, in the order of the table.
    package static func parameters(of command: JobCommand) -> [Parameter] {
        all.filter { $0.commands.contains(command) }
    }

    /// The parameter that `name` (snake case, an alias or not) stands for.
    package static func parameter(named name: String) -> Parameter? { byName[name] }

    private static let byName: [String: Parameter] = {
        var names: [String: Parameter] = [:]
        for parameter in all {
            for name in [parameter.name] + parameter.aliases {
                precondition(names.updateValue(parameter, forKey: name) == nil, "\(name) twice")
            }
        }
        return names
    }()

    static let everywhere = Set(JobCommand.allCases)
    static let scoring: Set<JobCommand> = [.predict, .evaluate]
    static let learning: Set<JobCommand> = [.train, .tune]
}
