/// The reference of all parameters, as Markdown, made of the table that checks them.
package enum OptionReference {
    package static var markdown: String {
        var lines = [
            "# Parameters", "",
            "Generated from the program's own table; `make reference` writes it anew.", "",
            "A parameter has one name in three spellings: `--learning-rate` on the command line,",
            "`MARTLET_LEARNING_RATE` in the environment, `learning_rate` in a job file. The command",
            "line wins over the environment, the environment over the job file, the job file over",
            "the default. An unknown name is an error that says which known one is nearest.", "",
            "Sizes are written `512MB`, `4GB` or `4GiB`. Lists are separated by commas, or repeated.",
            "",
        ]
        for command in JobCommand.allCases {
            lines += ["## `martlet \(command.rawValue)`", ""]
            for parameter in ParameterTable.parameters(of: command) {
                lines += entry(parameter)
            }
        }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func entry(_ parameter: Parameter) -> [String] {
        var facts = [values(of: parameter.kind)]
        facts.append("default: \(parameter.defaultText)")
        if !parameter.aliases.isEmpty {
            let names = parameter.aliases.map { "`\($0)`" }
            facts.append("also: " + names.joined(separator: ", "))
        }
        return ["### `\(parameter.option)`", "", parameter.summary, ""]
            + facts.map { "- \($0)" } + [""]
    }

    private static func values(of kind: Parameter.Kind) -> String {
        switch kind {
        case .integer(let range):
            "a whole number, "
                + (range.upperBound == Int.max
                    ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)")
        case .number(let range, let isOpenBelow):
            number(range, isOpenBelow: isOpenBelow)
        case .flag: "a switch"
        case .text: "text"
        case .list: "a list of names"
        case .groups: "groups of names, `[a,b],[c]`; lists of lists in a job file"
        case .choice(let choices, _): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .url: "a path, `file://…` or `s3://bucket/key`"
        case .urls: "paths or URLs; repeatable"
        case .object: "a JSON object, or the URL of one; in a job file an object"
        case .byteCount: "a size"
        }
    }

    private static func number(_ range: ClosedRange<Double>, isOpenBelow: Bool) -> String {
        func text(_ value: Double) -> String {
            Int(exactly: value).map { "\($0)" } ?? "\(value)"
        }
        let lower = isOpenBelow ? "above \(text(range.lowerBound))" : text(range.lowerBound)
        guard range.upperBound < .greatestFiniteMagnitude else {
            return "a number, " + (isOpenBelow ? lower : "at least \(lower)")
        }
        return isOpenBelow
            ? "a number \(lower), at most \(text(range.upperBound))"
            : "a number, \(lower) to \(text(range.upperBound))"
    }
}
