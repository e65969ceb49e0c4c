import Parquet
import TestSupport
import Testing

@Suite("RLEBitPackedHybridDecoder")
struct RLEBitPackedHybridDecoderTests {
    /// Values in random runs, repeated and packed, with their encoding.
    static func runs(
        count: Int, bitWidth: Int, seed: UInt64
    ) -> (values: [UInt64], bytes: [UInt8]) {
        var generator = SeededGenerator(seed: seed)
        var values: [UInt64] = []
        var bytes: [UInt8] = []
        while values.count < count {
            if Bool.random(using: &generator) {
                let length = Int.random(in: 1...200, using: &generator)
                let value = generator.next() & ((1 << UInt64(bitWidth)) - 1)
                values += Array(repeating: value, count: length)
                bytes += varint(UInt64(length) << 1)
                bytes += (0..<((bitWidth + 7) / 8)).map {
                    UInt8(truncatingIfNeeded: value >> UInt64($0 * 8))
                }
            } else {
                let groupCount = Int.random(in: 1...20, using: &generator)
                let packed = (0..<(groupCount * 8)).map { _ in
                    generator.next() & ((1 << UInt64(bitWidth)) - 1)
                }
                values += packed
                bytes += varint(UInt64(groupCount) << 1 | 1)
                bytes += packNaive(packed, bitWidth: bitWidth)
            }
        }
        return (Array(values.prefix(count)), bytes)
    }

    @Test("decodes random runs of every width", arguments: 0...32)
    func decodes(bitWidth: Int) {
        for (seed, count) in kernelCounts.enumerated() {
            let (values, bytes) = Self.runs(
                count: count, bitWidth: bitWidth, seed: UInt64(seed * 100 + bitWidth))
            let decoded = withPadded(bytes) { bytes in
                written(UInt32.self, count: count) {
                    RLEBitPackedHybridDecoder.decode(
                        bytes, bitWidth: bitWidth, count: count, into: $0)
                }
            }
            #expect(decoded == values.map { UInt32($0) }, "\(count)")
        }
    }

    @Test("decodes bits into a bitmap at any offset", arguments: [0, 1, 7, 8, 56, 63, 64, 65])
    func decodesBits(bitOffset: Int) {
        for (seed, count) in kernelCounts.enumerated() {
            let (values, bytes) = Self.runs(count: count, bitWidth: 1, seed: UInt64(seed))
            var words = [UInt64](repeating: 0, count: (bitOffset + count) / 64 + 2)
            let setCount = withPadded(bytes) { bytes in
                words.withUnsafeMutableBufferPointer { buffer -> Int? in
                    guard let start = buffer.baseAddress else { return nil }
                    return RLEBitPackedHybridDecoder.decodeBits(
                        bytes, count: count, into: start, bitOffset: bitOffset)
                }
            }
            #expect(setCount == values.count { $0 == 1 })
            let bits = (0..<(words.count * 64)).map { words[$0 / 64] >> UInt64($0 % 64) & 1 }
            #expect(
                bits == Array(repeating: 0, count: bitOffset) + values
                    + Array(repeating: 0, count: bits.count - bitOffset - count))
        }
    }

    @Test("sets a range of bits and no other", arguments: [0, 1, 63, 64, 65, 128])
    func setsBits(count: Int) {
        for bitOffset in 0..<130 {
            var words = [UInt64](repeating: 0, count: 6)
            words.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                RLEBitPackedHybridDecoder.setBits(count: count, in: start, bitOffset: bitOffset)
            }
            let set = (0..<384).filter { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
            #expect(set == Array(bitOffset..<(bitOffset + count)))
        }
    }

    @Test(
        "refuses what is too short, empty, or too long a number",
        arguments: [
            [], [0x02], [0x00, 0x05], [0x03], [0x03, 0x01], [0x80],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00],
        ] as [[UInt8]])
    func refuses(bytes: [UInt8]) {
        let decoded = withPadded(bytes) { bytes in
            written(UInt32.self, count: 8) {
                RLEBitPackedHybridDecoder.decode(bytes, bitWidth: 9, count: 8, into: $0)
            }
        }
        #expect(decoded == nil)
    }

    @Test("a level above 1 is refused")
    func levelAboveOne() {
        var words = [UInt64](repeating: 0, count: 2)
        let setCount = withPadded([0x10, 0x02]) { bytes in
            words.withUnsafeMutableBufferPointer { buffer -> Int? in
                guard let start = buffer.baseAddress else { return nil }
                return RLEBitPackedHybridDecoder.decodeBits(
                    bytes, count: 8, into: start, bitOffset: 0)
            }
        }
        #expect(setCount == nil)
    }
}
