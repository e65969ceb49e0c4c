import FoundationEssentials
package import Logging

/// Logs one line for each message, with the metadata's values as fields.
///
/// Messages are constant texts; values are metadata. So a log query can group by message.
package struct LineLogHandler: LogHandler {
    package enum Format: Sendable {
        /// One JSON object, which has the level and the time, too.
        case json
        /// For people: `notice: column left out (column=id, reason=…)`.
        case text
    }

    package var logLevel: Logger.Level = .notice
    package var metadata: Logger.Metadata = [:]
    private let format: Format
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes one line without its end.
    package init(format: Format, write: @escaping @Sendable (String) -> Void) {
        self.format = format
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        let fields = all.sorted { $0.key < $1.key }.map { (key: $0.key, value: "\($0.value)") }
        switch format {
        case .json: write(Self.json(event, fields))
        case .text: write(Self.text(event, fields))
        }
    }

    private static func json(_ event: LogEvent, _ fields: [(key: String, value: String)]) -> String
    {
        let head = [
            ("time", Date.now.formatted(.iso8601)), ("level", event.level.rawValue),
            ("message", "\(event.message)"),
        ]
        let members = (head + fields.map { ($0.key, $0.value) }).map { key, value in
            "\(JSONString.quote(key)):\(JSONString.quote(value))"
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func text(_ event: LogEvent, _ fields: [(key: String, value: String)]) -> String
    {
        let suffix = fields.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        return "\(event.level): \(event.message)" + (fields.isEmpty ? "" : " (\(suffix))")
    }
}
