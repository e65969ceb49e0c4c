import TestSupport
import Testing

@testable import Binning

@Suite("NumberSort")
struct NumberSortTests {
    @Test("numbers come in order", arguments: [0, 1, 2, 7, 8, 9, 5_000], [1.0, 1e-300, 1e300])
    func numbersComeInOrder(count: Int, scale: Double) {
        var generator = SeededGenerator(seed: UInt64(count))
        var values = (0..<count).map { index in
            index % 3 == 0
                ? Double(Int.random(in: -9...9, using: &generator))
                : Double.random(in: -1...1, using: &generator) * scale
        }
        if count > 7 { values[1...4] = [.infinity, -.infinity, -0.0, .leastNonzeroMagnitude] }
        #expect(values.withUnsafeBufferPointer { NumberSort.sorted($0) } == values.sorted())
        let floats = values.map(Float.init)
        #expect(
            floats.withUnsafeBufferPointer { NumberSort.sorted($0) }
                == floats.sorted().map(Double.init))
    }
}
