import FoundationEssentials
package import Logging

/// Logs one JSON object a line: level, message, the metadata's values as fields, and the time.
///
/// Messages are constant texts; values are metadata. So a log query can group by message.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level = .notice
    package var metadata: Logger.Metadata = [:]
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes one line without its end.
    package init(write: @escaping @Sendable (String) -> Void) { self.write = write }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        var members = [
            "\"time\":\(JSONString.quote(Date.now.formatted(.iso8601)))",
            "\"level\":\(JSONString.quote(event.level.rawValue))",
            "\"message\":\(JSONString.quote("\(event.message)"))",
        ]
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            members.append("\(JSONString.quote(key)):\(JSONString.quote("\(value)"))")
        }
        write("{" + members.joined(separator: ",") + "}")
    }
}
