import TestSupport
import Testing

@testable import Parquet

@Suite("BitPacking")
struct BitPackingTests {
    /// Bit by bit, as the specification draws it.
    private func packNaive(_ values: [UInt32], bitWidth: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: values.count * bitWidth / 8)
        for (index, value) in values.enumerated() {
            for bit in 0..<bitWidth where (value >> UInt32(bit)) & 1 == 1 {
                let position = index * bitWidth + bit
                bytes[position / 8] |= 1 << UInt8(position % 8)
            }
        }
        return bytes
    }

    @Test("equals packing bit by bit", arguments: 1...32)
    func packEqualsNaive(bitWidth: Int) {
        var generator = SeededGenerator(seed: UInt64(bitWidth))
        for groupCount in [0, 1, 2, 7, 8, 9, 33] {
            let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(bitWidth)) - 1)
            let values = (0..<(groupCount * 8)).map { _ in
                UInt32(truncatingIfNeeded: generator.next()) & mask
            }
            var output = [UInt8](repeating: 0, count: groupCount * bitWidth + 8)
            output.withUnsafeMutableBytes { output in
                values.withUnsafeBufferPointer { values in
                    guard let input = values.baseAddress, let target = output.baseAddress else {
                        return
                    }
                    BitPacking.pack(
                        input, groupCount: groupCount, bitWidth: bitWidth, into: target)
                }
            }
            #expect(
                Array(output.prefix(groupCount * bitWidth))
                    == packNaive(values, bitWidth: bitWidth),
                "\(groupCount) groups")
        }
    }

    @Test("booleans equal packing bit by bit", arguments: [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65])
    func packBooleansEqualsNaive(count: Int) {
        var generator = SeededGenerator(seed: 7)
        let values = (0..<count).map { _ in UInt8(generator.next() & 1) }
        var output = [UInt8](repeating: 0xAA, count: (count + 7) / 8 + 1)
        output.withUnsafeMutableBufferPointer { output in
            values.withUnsafeBufferPointer { values in
                guard let input = values.baseAddress, let target = output.baseAddress else {
                    return
                }
                BitPacking.packBooleans(input, count: count, into: target)
            }
        }
        let padded = values + Array(repeating: 0, count: (8 - count % 8) % 8)
        let expected = packNaive(padded.map(UInt32.init), bitWidth: 1)
        #expect(Array(output.prefix(expected.count)) == expected)
    }
}
