import Calibration
import TestSupport
import Testing

@Suite("ReliabilityTable")
struct ReliabilityTableTests {
    @Test("rows fall into the bin of their probability")
    func bins() {
        var table = ReliabilityTable(binCount: 4)
        for (probability, outcome) in [(0, 0), (0.24, 1), (0.25, 1), (0.99, 0), (1, 1)] {
            table.add(probability: probability, outcome: Double(outcome), weight: 2)
        }
        table.add(probability: .nan, outcome: 1)
        #expect(table.bins.map(\.rowCount) == [2, 1, 0, 2])
        #expect(isClose(table.bins[0].meanProbability, 0.12))
        #expect(table.bins[3].outcomeRate == 0.5)
        #expect(table.bins[2].meanProbability.isNaN)
        #expect(table.bins[1].lower == 0.25 && table.bins[1].upper == 0.5)
        #expect(isClose(table.expectedError, (0.76 + 0.75 + 0.99) / 5))
    }
}
