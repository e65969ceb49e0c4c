import FoundationEssentials

/// Writes the figures of a task as one line in CloudWatch's embedded metric format, from which
/// CloudWatch makes metrics when it takes in the log.
/// Source: Amazon CloudWatch, Specification: Embedded metric format.
package struct MetricsWriter: Sendable {
    static let namespace = "Martlet"

    private let environmentName: String
    private let millisecondsSince1970: @Sendable () -> Int
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - environment: the process's variables; without `ENVIRONMENT` there are no metrics.
    ///   - write: takes one line without its end.
    package init?(
        environment: [String: String],
        millisecondsSince1970: @escaping @Sendable () -> Int = MetricsWriter.now,
        write: @escaping @Sendable (String) -> Void
    ) {
        guard let name = environment["ENVIRONMENT"], !name.isEmpty else { return nil }
        environmentName = name
        self.millisecondsSince1970 = millisecondsSince1970
        self.write = write
    }

    /// - Parameters:
    ///   - stage: the command, or the function.
    ///   - error: the name of the failure that the task ended with.
    ///   - values: those that are not finite are left out.
    package func write(
        stage: String, run: RunIdentity, error: JobErrorName?, values: [TaskMetric: Double]
    ) {
        let finite = TaskMetric.allCases.compactMap { metric in
            values[metric].flatMap { $0.isFinite ? (metric, $0) : nil }
        }
        guard !finite.isEmpty else { return }
        let metrics = finite.map { metric, _ in
            #"{"Name":"\#(metric.rawValue)","Unit":"\#(metric.unit)"}"#
        }
        let properties: [(String, String?)] = [
            ("Stage", stage), ("Environment", environmentName), ("RunId", run.runId),
            ("ShardGroup", run.shardGroup), ("Attempt", run.attempt), ("Error", error?.rawValue),
        ]
        let members =
            properties.compactMap { name, text in
                text.map { #""\#(name)":\#(JSONString.quote($0))"# }
            } + finite.map { #""\#($0.rawValue)":\#(Self.number($1))"# }
        write(
            #"{"_aws":{"Timestamp":\#(millisecondsSince1970()),"CloudWatchMetrics":["#
                + #"{"Namespace":"\#(Self.namespace)","Dimensions":[["Stage","Environment"]],"#
                + #""Metrics":[\#(metrics.joined(separator: ","))]}]},"#
                + members.joined(separator: ",") + "}")
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }

    @Sendable
    package static func now() -> Int { Int(Date.now.timeIntervalSince1970 * 1_000) }
}
