/// What one source says about one parameter, before its type is checked.
package struct ParameterValue: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case commandLine
        case environment(variable: String)
        case jobFile(String)
        /// What `tune` varies.
        case searchSpace
    }

    package enum Content: Hashable, Sendable {
        /// One value as text; numbers of a job file in their shortest form.
        case text(String)
        case list([String])
        case flag(Bool)
    }

    package let content: Content
    package let source: Source

    package init(_ content: Content, from source: Source) {
        self.content = content
        self.source = source
    }
}

extension ParameterValue.Source {
    /// How an error message names the place where the value was written.
    func text(of parameter: Parameter) -> String {
        switch self {
        case .commandLine: parameter.option
        case .environment(let variable): "the environment variable \(variable)"
        case .jobFile(let name): "'\(parameter.name)' in the job file \(name)"
        case .searchSpace: "'\(parameter.name)' in the search space"
        }
    }
}
