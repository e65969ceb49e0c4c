import CKernels
import CSnappy
import Parquet
import TestSupport
import Testing

@Suite("Snappy compression")
struct SnappyEncoderTests {
    static let byteCounts = [
        0, 1, 7, 8, 9, 23, 24, 25, 26, 60, 61, 62, 255, 256, 257, 5_000, 65_535, 65_536, 65_537,
        65_545, 65_560, 65_561, 160_000, 200_001,
    ]

    static let kinds = 0..<8

    /// Values that follow one another, doubles of few digits, texts, runs, noise, times that grow by
    /// steps of some size, values of which a few bytes anywhere differ, and all of them.
    static func text(kind: Int, byteCount: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var text: [UInt8] = []
        while text.count < byteCount {
            switch kind {
            case 0: append(UInt64(text.count / 8) &+ 5_000_000, to: &text)
            case 1:
                append(
                    (Double.random(in: 0..<100, using: &generator) * 4).rounded().bitPattern,
                    to: &text)
            case 2: text += Array("category-\(Int.random(in: 0..<200, using: &generator)) ".utf8)
            case 3:
                text += [UInt8](
                    repeating: UInt8.random(in: 0...3, using: &generator),
                    count: Int.random(in: 1...200, using: &generator))
            case 4: append(generator.next(), to: &text)
            case 5:
                append(
                    1_700_000_000_000_000 &+ UInt64(text.count / 8 * 900_000)
                        &+ .random(in: 0..<500_000, using: &generator), to: &text)
            case 6:
                let start = 8 * Int.random(in: 0...7, using: &generator)
                let width = 8 * Int.random(in: 0...8, using: &generator)
                let changed = width == 64 ? ~0 : (UInt64(1) << UInt64(width)) - 1
                append(0x5152_5354_5556_5758 ^ generator.next() & changed << start, to: &text)
            default:
                text += Self.text(
                    kind: Int.random(in: 0..<7, using: &generator),
                    byteCount: Int.random(in: 1...9_000, using: &generator), seed: generator.next())
            }
        }
        return Array(text.prefix(byteCount))
    }

    private static func append(_ word: UInt64, to text: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) { text += $0 }
    }

    /// The block; nothing behind the memory that it may use was touched.
    /// - Parameter headByteCount: bytes that lie apart from the others.
    private static func encode(
        _ text: [UInt8], headByteCount: Int = 0, slots: UnsafeMutablePointer<UInt16>
    ) -> [UInt8] {
        let (head, rest) = (
            Array(text.prefix(headByteCount)), Array(text.dropFirst(headByteCount))
        )
        let byteCountMax = SnappyEncoder.byteCountMax(text.count)
        var target = [UInt8](repeating: 0xC3, count: byteCountMax + 64)
        let byteCount = target.withUnsafeMutableBytes { target in
            guard let start = target.baseAddress else { return -1 }
            return head.withUnsafeBytes { head in
                rest.withUnsafeBytes {
                    SnappyEncoder.encode(head, $0, into: start, slots: slots)
                }
            }
        }
        #expect((1...byteCountMax).contains(byteCount))
        #expect(target.suffix(48).allSatisfy { $0 == 0xC3 })
        return Array(target.prefix(byteCount))
    }

    private static func libsnappy(decoding bytes: [UInt8], byteCount: Int) -> [UInt8]? {
        var text = [UInt8](repeating: 0, count: byteCount + 1)
        var count = text.count
        let status = bytes.withUnsafeBytes { bytes in
            text.withUnsafeMutableBytes {
                snappy_uncompress(bytes.baseAddress, bytes.count, $0.baseAddress, &count)
            }
        }
        return status == SNAPPY_OK ? Array(text.prefix(count)) : nil
    }

    private static func libsnappyByteCount(_ text: [UInt8]) -> Int {
        var byteCount = snappy_max_compressed_length(text.count)
        var target = [UInt8](repeating: 0, count: byteCount)
        _ = text.withUnsafeBytes { text in
            target.withUnsafeMutableBytes {
                snappy_compress(text.baseAddress, text.count, $0.baseAddress, &byteCount)
            }
        }
        return byteCount
    }

    @Test("libsnappy and we read what was compressed, and it is as small", arguments: kinds)
    func compresses(kind: Int) {
        let slots = UnsafeMutablePointer<UInt16>.allocate(capacity: SnappyEncoder.slotCount)
        defer { slots.deallocate() }
        slots.initialize(repeating: 0xFFFF, count: SnappyEncoder.slotCount)
        defer { martlet_limit_kernel_level(3) }
        for byteCount in Self.byteCounts {
            let text = Self.text(kind: kind, byteCount: byteCount, seed: UInt64(byteCount))
            let block = Self.encode(text, slots: slots)
            #expect(Self.libsnappy(decoding: block, byteCount: byteCount) == text)
            #expect(SnappyDecoderTests.decode(block, byteCount: byteCount) == text)
            // In the last 24 bytes no match begins; with libsnappy it is 15.
            #expect(block.count <= Self.libsnappyByteCount(text) * 102 / 100 + 32)
            martlet_limit_kernel_level(0)
            #expect(Self.encode(text, slots: slots) == block)
            martlet_limit_kernel_level(3)
        }
    }

    @Test("two pieces of memory become one block", arguments: kinds)
    func joins(kind: Int) {
        let slots = UnsafeMutablePointer<UInt16>.allocate(capacity: SnappyEncoder.slotCount)
        defer { slots.deallocate() }
        slots.initialize(repeating: 0xFFFF, count: SnappyEncoder.slotCount)
        for headByteCount in [0, 1, 7, 8, 9, 24, 25, 2_568, 65_536, 70_000] {
            for restByteCount in [0, 1, 8, 30, 5_000, 70_000] {
                let byteCount = headByteCount + restByteCount
                let text = Self.text(kind: kind, byteCount: byteCount, seed: UInt64(byteCount))
                let block = Self.encode(text, headByteCount: headByteCount, slots: slots)
                #expect(Self.libsnappy(decoding: block, byteCount: byteCount) == text)
            }
        }
    }
}
