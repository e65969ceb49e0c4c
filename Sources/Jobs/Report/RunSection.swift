import Models
import Reports
import Threads

/// How a result came about: parameters, inputs, time, memory and money.
struct RunSection {
    var parameters: [String: JSONValue] = [:]
    var inputs: [Provenance.Input] = []
    let seconds: [String: Double]
    let peakRssBytes: Int
    let context: JobContext

    /// Inputs beyond this many are only counted.
    private static let inputCountMax = 50

    func make() -> Report.Section {
        var items: [Report.Item] = []
        let stages = seconds.filter { $0.key != "total" }.sorted { $0.value > $1.value }
        items.append(
            .table(
                ReportTable(
                    "Time and memory", titles: ["Figure", "Value"],
                    rows: [("total", seconds["total"] ?? 0)].map(Self.time)
                        + stages.map { Self.time(($0.key, $0.value)) } + [
                            ["threads", NumberText.write(context.pool.threadCount)],
                            ["peak memory", ByteCountText.write(peakRssBytes)],
                            ["cost on Fargate", costText],
                        ])))
        if !parameters.isEmpty {
            items.append(
                .table(
                    ReportTable(
                        "Parameters", titles: ["Parameter", "Value"],
                        rows: parameters.sorted { $0.key < $1.key }
                            .map { [$0.key, Self.text($0.value)] })))
        }
        if !inputs.isEmpty {
            items.append(
                .table(
                    ReportTable(
                        "Inputs (\(NumberText.write(inputs.count)))",
                        titles: ["Object", "Size", "ETag"],
                        rows: inputs.prefix(Self.inputCountMax).map {
                            [$0.url, ByteCountText.write($0.byteCount), $0.etag ?? "–"]
                        })))
        }
        return Report.Section("Run", items: items)
    }

    private static func time(_ entry: (name: String, seconds: Double)) -> [String] {
        [entry.name, NumberText.write(entry.seconds, digits: 3) + " s"]
    }

    /// What the run's time costs with the processors and the memory that it had.
    var costText: String {
        let dollars = TaskPrice.dollars(
            processorCount: Double(context.pool.threadCount),
            memoryGiB: Double(context.memoryByteCountMax ?? peakRssBytes) / 0x1p30,
            seconds: seconds["total"] ?? 0)
        return "$\(NumberText.write(dollars, digits: 2))"
    }

    static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "none"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): "\(number)"
        case .number(let number): NumberText.write(number, digits: 6)
        case .string(let text): text
        case .array(let values): values.map(text).joined(separator: ", ")
        case .object(let entries):
            entries.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value))" }
                .joined(separator: ", ")
        }
    }
}
