import Columns
import FoundationEssentials
import Models

/// A job file: one flat JSON object, keys in snake case, the same names as the options.
///
/// `{"command":"train","data":["s3://in/age/"],"target":"age","output":"s3://out/model/"}`
package struct JobFile: Sendable {
    /// nil when the file leaves the choice to the command line.
    package let command: JobCommand?
    package let values: [String: ParameterValue]

    /// Job files are small; what is larger is something else.
    package static let byteCountMax = 1 << 20

    /// - Parameters:
    ///   - name: how messages call the file.
    ///   - command: what the command line says; keys of other commands are refused.
    /// - Throws: `configInvalid` for text that is not such an object, for an unknown key (with the
    ///   nearest known one), and for a key of another command.
    package init(parsing text: String, name: String, command: JobCommand?) throws(JobFailure) {
        let object: [String: JobFileValue]
        do {
            object = try JSONDecoder().decode([String: JobFileValue].self, from: Data(text.utf8))
        } catch {
            throw JobFailure(
                .configInvalid,
                "The job file is not a JSON object of parameters: \(Self.reason(error))",
                place: .init(object: name),
                remedy: #"Write one object, like {"command":"train","target":"age"}."#)
        }
        var chosen = command
        switch object["command"] {
        case nil, .null?: break
        case .flag?, .list?, .groups?, .object?:
            throw Self.invalid(name, "'command' must be one text.")
        case .scalar(let text)?:
            guard let stated = JobCommand(rawValue: text) else {
                throw Self.invalid(name, "'command' is '\(text)', which is no command.")
            }
            if let command, command != stated {
                throw Self.invalid(name, "It is for '\(text)', not for '\(command.rawValue)'.")
            }
            chosen = stated
        }
        if let content = object["version"]?.content, content != .text("1") {
            throw Self.invalid(name, "Its 'version' is not 1, the only one this program knows.")
        }
        var values: [String: ParameterValue] = [:]
        // Sorted, so that of several mistakes the same one is reported each time.
        for (key, value) in object.sorted(by: { $0.key < $1.key })
        where key != "command" && key != "version" {
            guard let parameter = ParameterTable.parameter(named: key) else {
                let known = ParameterTable.all.map(\.name) + ["command", "version"]
                let nearest = NearestName.find(key, in: known).map { " Did you mean '\($0)'?" }
                throw Self.invalid(name, "The key '\(key)' is unknown.\(nearest ?? "")")
            }
            if let chosen, !parameter.commands.contains(chosen) {
                throw Self.invalid(
                    name, "The key '\(key)' does not belong to '\(chosen.rawValue)'.")
            }
            guard values[parameter.name] == nil else {
                throw Self.invalid(
                    name, "'\(key)' says the same as another key ('\(parameter.name)').")
            }
            if case .groups = value {
                guard case .groups = parameter.kind else {
                    throw Self.invalid(name, "'\(key)' must not hold lists of lists.")
                }
            }
            if case .object = value {
                guard case .object = parameter.kind else {
                    throw Self.invalid(name, "'\(key)' must not hold an object.")
                }
            }
            guard let content = value.content else { continue }
            values[parameter.name] = ParameterValue(content, from: .jobFile(name))
        }
        self.command = chosen
        self.values = values
    }

    private static func invalid(_ name: String, _ problem: String) -> JobFailure {
        JobFailure(.configInvalid, problem, place: .init(object: name))
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .keyNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty
                ? context.debugDescription : "'\(path)': \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}

/// A value of a job file: a scalar, a list of scalars or of such lists, an object, or null (the same
/// as leaving the key out).
private enum JobFileValue: Decodable {
    case scalar(String)
    case flag(Bool)
    case list([String])
    case groups([[String]])
    /// As JSON.
    case object(String)
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let scalar = try? container.decode(JobFileScalar.self) {
            self = .scalar(scalar.text)
        } else if let object = try? container.decode([String: JSONValue].self) {
            self = .object(
                String(decoding: try JSONEncoder().encode(JSONValue.object(object)), as: UTF8.self))
        } else {
            self = try Self.list(container)
        }
    }

    private static func list(_ container: any SingleValueDecodingContainer) throws -> Self {
        do {
            return .list(try container.decode([JobFileScalar].self).map(\.text))
        } catch {
            guard let groups = try? container.decode([[JobFileScalar]].self) else { throw error }
            return .groups(groups.map { $0.map(\.text) })
        }
    }

    var content: ParameterValue.Content? {
        switch self {
        case .scalar(let text): .text(text)
        case .flag(let flag): .flag(flag)
        case .list(let list): .list(list)
        case .groups(let groups): .list(groups.map { "[\($0.joined(separator: ","))]" })
        case .object(let text): .text(text)
        case .null: nil
        }
    }
}

/// A number or a text, kept as text: the parameter's own type decides what it must be.
private struct JobFileScalar: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int.self) {
            text = String(integer)
        } else if let number = try? container.decode(Double.self) {
            text = String(number)
        } else {
            text = try container.decode(String.self)
        }
    }
}
