import FoundationEssentials
import Jobs
import Models
import Synchronization
import Testing

@Suite("MetricsWriter")
struct MetricsWriterTests {
    func lines(
        _ values: [TaskMetric: Double], run: RunIdentity = RunIdentity(),
        error: JobErrorName? = nil, environment: [String: String] = ["ENVIRONMENT": "prod"]
    ) -> [String] {
        let written = Lines()
        MetricsWriter(environment: environment, millisecondsSince1970: { 1_800_000_000_123 }) {
            written.add($0)
        }?.write(stage: "train", run: run, error: error, values: values)
        return written.all
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("a line is what CloudWatch's embedded metric format asks for")
    func shape() {
        let run = RunIdentity(runId: "r\"1", attempt: "0", shardGroup: "00007")
        #expect(
            lines(
                [.rowsRead: 20_000, .validationMAE: 2.5, .bytesRead: 0], run: run,
                error: .interrupted) == [
                    #"{"_aws":{"Timestamp":1800000000123,"CloudWatchMetrics":["#
                        + #"{"Namespace":"Martlet","Dimensions":[["Stage","Environment"]],"#
                        + #""Metrics":[{"Name":"RowsRead","Unit":"Count"},"#
                        + #"{"Name":"BytesRead","Unit":"Bytes"},"#
                        + #"{"Name":"ValidationMAE","Unit":"None"}]}]},"#
                        + #""Stage":"train","Environment":"prod","RunId":"r\"1","#
                        + #""ShardGroup":"00007","Attempt":"0","Error":"Martlet.Interrupted","#
                        + #""RowsRead":20000,"BytesRead":0,"ValidationMAE":2.5}"#
                ])
    }

    @Test("every metric is JSON, once as a definition and once as a value")
    func all() throws {
        let values = Dictionary(
            uniqueKeysWithValues: TaskMetric.allCases.enumerated().map { ($1, Double($0) + 0.5) })
        let line = try #require(lines(values).first)
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
        guard case .object(let members) = json else { return #expect(Bool(false)) }
        for metric in TaskMetric.allCases {
            #expect(members[metric.rawValue] == values[metric].map { .number($0) })
            #expect(
                line.split(separator: #"{"Name":"\#(metric.rawValue)","Unit":"#).count == 2)
        }
        // CloudWatch refuses a line with more.
        #expect(TaskMetric.allCases.count <= 100)
    }

    @Test("what is not finite is left out; nothing is written without anything to say")
    func notFinite() {
        let line = lines([.rowsPerSecond: .infinity, .validationMAE: .nan, .rowsRead: 1]).first
        #expect(line?.contains("RowsPerSecond") == false)
        #expect(line?.contains("ValidationMAE") == false)
        #expect(lines([.rowsPerSecond: .infinity]).isEmpty)
        #expect(lines([:]).isEmpty)
    }

    @Test("nobody collects metrics without ENVIRONMENT", arguments: [[:], ["ENVIRONMENT": ""]])
    func off(environment: [String: String]) {
        #expect(lines([.rowsRead: 1], environment: environment).isEmpty)
    }

    @Test("figures add up, are replaced, and keep the largest")
    func figures() {
        let figures = TaskFigures()
        figures.add(.checkpointSeconds, 1)
        figures.add(.checkpointSeconds, 2)
        figures.set(.rowsRead, 5)
        figures.set([.rowsRead: 6, .shardsFailed: 0])
        for percent in [10.0, 30, 20] { figures.raise(.diskPercent, to: percent) }
        #expect(
            figures.values == [
                .checkpointSeconds: 3, .rowsRead: 6, .shardsFailed: 0, .diskPercent: 30,
            ])
    }
}
