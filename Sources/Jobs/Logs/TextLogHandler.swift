package import Logging

/// Logs for people: `notice: column left out (column=id, reason=…)`.
package struct TextLogHandler: LogHandler {
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
        let fields = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let suffix = fields.isEmpty ? "" : " (\(fields.joined(separator: ", ")))"
        write("\(event.level): \(event.message)\(suffix)")
    }
}
