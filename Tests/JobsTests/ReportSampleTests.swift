import Testing

@testable import Jobs

@Suite("Report samples")
struct ReportSampleTests {
    @Test(
        "rows are spread evenly, and blocks may come in any order",
        arguments: [1, 2, 99, 9_999, 10_000, 10_001, 25_000])
    func spread(populationCount: Int) {
        let sample = ReportSample(featureCount: 2, populationCount: populationCount)
        #expect(sample.rowCount == min(populationCount, ReportSample.rowCountMax))
        let values = (0..<populationCount).map(Double.init)
        var starts = Array(stride(from: 0, to: populationCount, by: 777))
        starts.reverse()
        for start in starts {
            let block = values[start..<min(start + 777, populationCount)]
            block.withUnsafeBufferPointer {
                sample.add(feature: 1, values: $0, at: start)
            }
        }
        #expect(Array(sample.column(1)) == sample.pick(values))
        #expect(!sample.column(0).contains { !$0.isNaN })
        let steps = zip(sample.pick(values), sample.pick(values).dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { $0 >= 1 && $0 <= Double(populationCount / 10_000 + 1) })
    }

    @Test("wide tables keep fewer rows, and no rows keep none")
    func bounds() {
        let wide = ReportSample(featureCount: 100_000, populationCount: 1_000_000)
        #expect(wide.rowCount == 100)
        let empty = ReportSample(featureCount: 3, populationCount: 0)
        #expect(empty.rowCount == 0 && empty.column(2).isEmpty)
    }
}
