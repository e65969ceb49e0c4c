import Columns

/// The parameters of one job after all sources were merged: command line, then environment, then
/// job file, then defaults.
package struct JobValues: Sendable {
    package let command: JobCommand
    private var values: [String: ParameterValue] = [:]

    /// - Parameter layers: by precedence, the strongest first; keys are the table's names.
    package init(command: JobCommand, layers: [[String: ParameterValue]]) {
        self.command = command
        for layer in layers.reversed() { values.merge(layer) { _, stronger in stronger } }
    }

    /// The same with other values of some parameters.
    func overriding(_ others: [String: ParameterValue]) -> JobValues {
        var result = self
        result.values.merge(others) { _, new in new }
        return result
    }

    /// The same without some parameters.
    func removing(_ names: [String]) -> JobValues {
        var result = self
        for name in names { result.values[name] = nil }
        return result
    }

    /// Whether any source says something about the parameter.
    package func isSet(_ name: String) -> Bool { values[name] != nil }

    /// What was asked for, by name, as far as the results depend on it. Objects that are read are
    /// left out: their versions say more than their names.
    package var identity: [String: String] {
        var identity: [String: String] = [:]
        for (name, value) in values where !ParameterTable.withoutEffect.contains(name) {
            switch value.content {
            case .text(let text): identity[name] = text
            case .list(let list): identity[name] = list.joined(separator: ",")
            case .flag(let flag): identity[name] = String(flag)
            }
        }
        return identity
    }

    package func integer(_ name: String, default fallback: Int) throws(JobFailure) -> Int {
        try optionalInteger(name) ?? fallback
    }

    package func optionalInteger(_ name: String) throws(JobFailure) -> Int? {
        guard let (parameter, value, text) = try scalar(name) else { return nil }
        guard case .integer(let range) = parameter.kind else {
            preconditionFailure("\(name) is no integer")
        }
        // Whole numbers written as 1e6 or 100.0 are whole numbers.
        let number = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
        guard let number else {
            throw wrong(parameter, value, "'\(text)' is not a whole number")
        }
        guard range.contains(number) else {
            throw wrong(parameter, value, "\(number) is not \(Self.text(range))")
        }
        return number
    }

    package func number(_ name: String, default fallback: Double) throws(JobFailure) -> Double {
        try optionalNumber(name) ?? fallback
    }

    package func optionalNumber(_ name: String) throws(JobFailure) -> Double? {
        guard let (parameter, value, text) = try scalar(name) else { return nil }
        guard case .number(let range, let isOpenBelow) = parameter.kind else {
            preconditionFailure("\(name) is no number")
        }
        guard let number = Double(text), number.isFinite else {
            throw wrong(parameter, value, "'\(text)' is not a number")
        }
        guard range.contains(number), !(isOpenBelow && number == range.lowerBound) else {
            let lower = isOpenBelow ? "above \(range.lowerBound)" : "at least \(range.lowerBound)"
            let upper =
                range.upperBound == .greatestFiniteMagnitude
                ? "" : " and at most \(range.upperBound)"
            throw wrong(parameter, value, "\(text) is not \(lower)\(upper)")
        }
        return number
    }

    /// Whether the value is the word 'auto'.
    package func isAutomatic(_ name: String) -> Bool {
        values[name].map { $0.content == .text("auto") || $0.content == .list(["auto"]) } ?? false
    }

    package func text(_ name: String) throws(JobFailure) -> String? {
        guard let (parameter, value, text) = try scalar(name) else { return nil }
        if case .choice(_, let aliases) = parameter.kind, let choice = aliases[text] {
            return choice
        }
        if case .choice(let choices, _) = parameter.kind, !choices.contains(text) {
            let nearest = NearestName.find(text, in: choices).map { "; did you mean '\($0)'?" }
            throw wrong(
                parameter, value,
                "'\(text)' is none of \(choices.joined(separator: ", "))\(nearest ?? "")")
        }
        guard !text.isEmpty else { throw wrong(parameter, value, "the value is empty") }
        return text
    }

    package func requiredText(_ name: String) throws(JobFailure) -> String {
        guard let text = try text(name) else { throw missing(name) }
        return text
    }

    package func flag(_ name: String) throws(JobFailure) -> Bool {
        guard let value = values[name], let parameter = ParameterTable.parameter(named: name)
        else { return false }
        switch value.content {
        case .flag(let flag): return flag
        case .text("true"), .text("1"): return true
        case .text("false"), .text("0"): return false
        default: throw wrong(parameter, value, "the value must be true or false")
        }
    }

    /// A list; commas separate, but in the lists of a job file, which are lists already.
    package func list(_ name: String) throws(JobFailure) -> [String] {
        guard let value = values[name], let parameter = ParameterTable.parameter(named: name)
        else { return [] }
        let parts: [String] =
            switch value.content {
            case .list(let list): list
            case .text(let text): [text]
            case .flag: throw wrong(parameter, value, "a list of names is needed")
            }
        if case .urls = parameter.kind { return parts }
        if case .list = value.content, case .jobFile = value.source { return parts }
        return parts.flatMap { part in
            part.split(separator: ",").map { item in
                String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }.filter { !$0.isEmpty }
    }

    /// Bytes; units are decimal (KB, MB, GB) or binary (KiB, MiB, GiB).
    package func byteCount(_ name: String) throws(JobFailure) -> Int? {
        guard let (parameter, value, text) = try scalar(name) else { return nil }
        guard let bytes = ByteCountText.parse(text) else {
            throw wrong(parameter, value, "'\(text)' is not a size like 512MB or 4GiB")
        }
        return bytes
    }

    package func missing(_ name: String) -> JobFailure {
        let option = ParameterTable.parameter(named: name)?.option ?? name
        return JobFailure(
            .configInvalid, "\(option) is missing.",
            remedy: "Give \(option) on the command line, or '\(name)' in the job file.")
    }

    /// A failure that names the parameter and where it was written.
    package func wrong(_ name: String, _ problem: String) -> JobFailure {
        guard let value = values[name], let parameter = ParameterTable.parameter(named: name)
        else { return JobFailure(.configInvalid, "\(name): \(problem).") }
        return wrong(parameter, value, problem)
    }

    private func wrong(
        _ parameter: Parameter, _ value: ParameterValue, _ problem: String
    ) -> JobFailure {
        JobFailure(
            .configInvalid, "\(value.source.text(of: parameter)): \(problem).",
            remedy: "\(parameter.summary) Default: \(parameter.defaultText).")
    }

    private func scalar(
        _ name: String
    ) throws(JobFailure) -> (Parameter, ParameterValue, String)? {
        guard let parameter = ParameterTable.parameter(named: name) else {
            preconditionFailure("\(name) is not in the table")
        }
        guard let value = values[name] else { return nil }
        switch value.content {
        case .text(let text): return (parameter, value, text)
        case .list(let list) where list.count == 1: return (parameter, value, list[0])
        case .list: throw wrong(parameter, value, "one value is needed, not a list")
        case .flag(let flag): return (parameter, value, String(flag))
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max
            ? "at least \(range.lowerBound)"
            : "between \(range.lowerBound) and \(range.upperBound)"
    }
}
