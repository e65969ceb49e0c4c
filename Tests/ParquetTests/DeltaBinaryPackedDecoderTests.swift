import Parquet
import TestSupport
import Testing

@Suite("DeltaBinaryPackedDecoder")
struct DeltaBinaryPackedDecoderTests {
    /// The plain encoder: blocks of 128 values, 4 miniblocks, the smallest width that fits.
    static func encodeNaive(_ values: [Int64]) -> [UInt8] {
        var bytes = varint(128) + varint(4) + varint(UInt64(values.count))
        bytes += zigZag(values.first ?? 0)
        let deltas = zip(values.dropFirst(), values).map { $0 &- $1 }
        for start in stride(from: 0, to: deltas.count, by: 128) {
            let block = Array(deltas[start..<min(start + 128, deltas.count)])
            let minDelta = block.min() ?? 0
            bytes += zigZag(minDelta)
            let rests = block.map { UInt64(bitPattern: $0 &- minDelta) }
            let miniblocks = stride(from: 0, to: 128, by: 32).map { part in
                Array(rests[min(part, rests.count)..<min(part + 32, rests.count)])
            }
            let widths = miniblocks.map { 64 - ($0.max() ?? 0).leadingZeroBitCount }
            bytes += widths.map { UInt8($0) }
            for (miniblock, width) in zip(miniblocks, widths) where !miniblock.isEmpty {
                let padding = [UInt64](repeating: 0, count: 32 - miniblock.count)
                bytes += packNaive(miniblock + padding, bitWidth: width)
            }
        }
        return bytes
    }

    static func decode(_ bytes: [UInt8], count: Int) -> (values: [Int64]?, byteCount: Int?) {
        var byteCount: Int?
        let values = withPadded(bytes) { bytes in
            written(Int64.self, count: count) {
                byteCount = DeltaBinaryPackedDecoder.decode(
                    bytes, as: Int64.self, count: count, into: UnsafeMutableRawPointer($0))
                return byteCount != nil
            }
        }
        return (values, byteCount)
    }

    @Test("decodes differences of every width", arguments: 0...64)
    func decodes(bitWidth: Int) {
        var generator = SeededGenerator(seed: UInt64(bitWidth))
        let mask = bitWidth == 64 ? UInt64.max : (1 << UInt64(bitWidth)) - 1
        for count in kernelCounts {
            var value: Int64 = -5
            let values = (0..<count).map { _ in
                value &+= Int64(bitPattern: generator.next() & mask)
                return value
            }
            let bytes = Self.encodeNaive(values)
            let (decoded, byteCount) = Self.decode(bytes + [1, 2, 3], count: count)
            #expect(decoded == values, "\(count)")
            #expect(byteCount == bytes.count, "\(count)")
        }
    }

    @Test("32-bit values wrap, as DuckDB's differences need")
    func wraps() {
        let values: [Int64] = [Int64(Int32.max), Int64(Int32.min), Int64(Int32.max), 0]
        let decoded = withPadded(Self.encodeNaive(values)) { bytes in
            written(Int32.self, count: 4) {
                DeltaBinaryPackedDecoder.decode(
                    bytes, as: Int32.self, count: 4, into: UnsafeMutableRawPointer($0)) != nil
            }
        }
        #expect(decoded == [.max, .min, .max, 0])
    }

    @Test("refuses a wrong count, no miniblocks, odd sizes, and too few bytes")
    func refuses() {
        let bytes = Self.encodeNaive((0..<100).map { $0 * $0 })
        #expect(Self.decode(bytes, count: 99).values == nil)
        #expect(Self.decode(bytes, count: 101).values == nil)
        #expect(Self.decode(Array(bytes.prefix(30)), count: 100).values == nil)
        #expect(Self.decode(varint(128) + varint(0) + varint(2) + [0], count: 2).values == nil)
        #expect(Self.decode(varint(100) + varint(3) + varint(2) + [0], count: 2).values == nil)
        #expect(Self.decode(varint(0) + varint(4) + varint(2) + [0], count: 2).values == nil)
        // A miniblock 65 bits wide.
        let wide = varint(128) + varint(4) + varint(2) + [0, 0, 65, 0, 0, 0]
        #expect(Self.decode(wide + [UInt8](repeating: 0, count: 600), count: 2).values == nil)
    }

    @Test("byte streams are joined", arguments: [1, 2, 3, 4, 5, 8, 12, 16])
    func byteStreams(byteCount: Int) {
        var generator = SeededGenerator(seed: UInt64(byteCount))
        for count in kernelCounts {
            let plain = (0..<(count * byteCount)).map { _ in
                UInt8(truncatingIfNeeded: generator.next())
            }
            let split = (0..<byteCount).flatMap { stream in
                (0..<count).map { plain[$0 * byteCount + stream] }
            }
            let joined = withPadded(split) { bytes in
                written(UInt8.self, count: plain.count) {
                    ByteStreamSplitDecoder.decode(
                        bytes.start, stride: count, byteCount: byteCount, count: count,
                        into: UnsafeMutableRawPointer($0))
                    return true
                }
            }
            #expect(joined == plain, "\(count)")
        }
    }
}
