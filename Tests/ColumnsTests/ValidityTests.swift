import Columns
import TestSupport
import Testing

@Suite("Validity")
struct ValidityTests {
    @Test("bits and count are those of the flags", arguments: [0, 1, 63, 64, 65, 200])
    func keepsFlags(rowCount: Int) {
        var random = SeededGenerator(seed: UInt64(rowCount))
        let flags = (0..<rowCount).map { _ in Bool.random(using: &random) }
        let validity = Validity(flags)
        #expect(validity.rowCount == rowCount)
        #expect(validity.nullCount == flags.count { !$0 })
        #expect((0..<rowCount).map(validity.isValid) == flags)
    }

    @Test("bits behind the last row are 0")
    func clearsBitsBehindTheEnd() {
        let validity = Validity([Bool](repeating: true, count: 70))
        #expect(validity.words.elements[1] == 0b11_1111)
    }
}
