import ArgumentParser
import Jobs

/// A parsed command line of one command.
protocol JobArguments: ParsableCommand {
    static var command: JobCommand { get }
    var shared: SharedOptions { get }
    /// What the command line says, by the parameter's name.
    var values: [String: ParameterValue] { get }
}

extension JobArguments {
    /// The options of all groups, by the parameter's name.
    ///
    /// They are read through reflection, so that each stands in one place: its property.
    func values(of groups: [any ParsableArguments]) -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for group in groups {
            values.merge(Self.values(of: group)) { first, _ in first }
        }
        return values.filter { ParameterTable.parameter(named: $0.key) != nil }
    }

    private static func values(of arguments: any ParsableArguments) -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for child in Mirror(reflecting: arguments).children {
            guard let label = child.label, let content = content(of: child.value) else { continue }
            values[snakeCase(label)] = ParameterValue(content, from: .commandLine)
        }
        return values
    }

    private static func content(of wrapper: Any) -> ParameterValue.Content? {
        switch wrapper {
        case let option as Option<String?>: option.wrappedValue.map { .text($0) }
        case let option as Option<[String]>:
            option.wrappedValue.isEmpty ? nil : .list(option.wrappedValue)
        case let argument as Argument<String?>: argument.wrappedValue.map { .text($0) }
        case let flag as Flag<Bool>: flag.wrappedValue ? .flag(true) : nil
        default: nil
        }
    }

    /// `_learningRate`, as a property wrapper's storage is called, to `learning_rate`.
    private static func snakeCase(_ label: String) -> String {
        var name = ""
        for character in label.drop(while: { $0 == "_" }) {
            if character.isUppercase || (character.isNumber && !(name.last?.isNumber ?? true)) {
                let isUnitOfName = character.isNumber && (name.hasSuffix("_l") || name == "l")
                if !isUnitOfName { name += "_" }
            }
            name += character.lowercased()
        }
        return name
    }
}
