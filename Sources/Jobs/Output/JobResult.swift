import FoundationEssentials
import Models

/// What a job has to show for itself: JSON for programs, lines for people, figures for the task.
package protocol JobResult: Encodable, Sendable {
    var command: String { get }
    var summary: [SummaryLine] { get }
    /// What is printed in place of summary and JSON alike; nil for most.
    var text: String? { get }
    /// The record that makes the outputs count; nil for a job that writes nothing.
    var commit: CommitReference? { get }
    var rowsIn: Int { get }
    var rowsOut: Int { get }
    var rowsQuarantined: Int { get }
    /// Shards whose rows are in the outputs.
    var shardCount: Int { get }
    /// Shards that were left out within the policy.
    var badShardCount: Int { get }
    var peakRssBytes: Int { get }
    /// What the metrics of the task say of it; nothing of work that another attempt did.
    var figures: [TaskMetric: Double] { get }
    /// Why the program ends with an exit code all the same; nil for all that did what it should.
    var failure: JobFailure? { get }
}

extension JobResult {
    package var text: String? { nil }
    package var badShardCount: Int { 0 }
    package var failure: JobFailure? { nil }
    package var figures: [TaskMetric: Double] { [:] }

    /// What is kept of the result in the commit record, as the JSON that is printed.
    func kept() throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(try JSONText.encode(self).utf8))
    }
}

/// Where a commit record lies, and the SHA-256 of its bytes in hexadecimal.
package struct CommitReference: Codable, Hashable, Sendable {
    package var url: String
    package var sha256: String
}

/// One line of the summary on a terminal.
package struct SummaryLine: Hashable, Sendable {
    package let title: String
    package let text: String

    package init(_ title: String, _ text: String) {
        self.title = title
        self.text = text
    }

    static func metrics(_ metrics: [String: FiniteNumber]) -> String {
        metrics.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.value.map { rounded($0) } ?? "none")" }
            .joined(separator: ", ")
    }

    static func effort(seconds: [String: Double], peakRssBytes: Int) -> [SummaryLine] {
        let stages = seconds.filter { $0.key != "total" }.sorted { $0.key < $1.key }
            .map { "\($0.key) \(rounded($0.value))" }.joined(separator: ", ")
        let total = rounded(seconds["total"] ?? 0)
        return [
            SummaryLine("seconds", stages.isEmpty ? total : "\(total) (\(stages))"),
            SummaryLine("peak memory", ByteCountText.write(peakRssBytes)),
        ]
    }

    /// Five significant digits, without an exponent for everyday numbers.
    static func rounded(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        var scale = 1.0
        var magnitude = abs(value)
        while magnitude < 10_000, scale < 1e9 {
            magnitude *= 10
            scale *= 10
        }
        let text = "\((value * scale).rounded() / scale)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
