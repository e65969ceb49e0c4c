import TestSupport
import Testing

@testable import Binning

@Suite("SampledNumbers")
struct SampledNumbersTests {
    @Test(
        "all sampled numbers are there, whatever precision they need, missing ones are not",
        arguments: [1, 3], [0, 1, 700, 1_999, 2_000])
    func numbersAreThere(stretchLength: Int, firstDouble: Int) {
        var generator = SeededGenerator(seed: UInt64(firstDouble))
        let values = (0..<2_000).map { row -> Double in
            if row % 5 == 3 { return .nan }
            let float = Double(Float.random(in: -9...9, using: &generator))
            return row >= firstDouble ? float + 1e-9 : float
        }
        let rows = SampledRows(
            rowCount: values.count, countMax: values.count / stretchLength, seed: 1)
        let numbers = SampledNumbers(capacity: rows.count)
        for start in stride(from: 0, to: values.count, by: 300) {
            values[start..<min(start + 300, values.count)].withUnsafeBufferPointer {
                numbers.append($0, at: start, sampling: rows)
            }
        }
        let expected = (0..<rows.count).map { values[rows.row($0)] }.filter { !$0.isNaN }
        #expect(numbers.sorted() == expected.sorted())
    }
}
