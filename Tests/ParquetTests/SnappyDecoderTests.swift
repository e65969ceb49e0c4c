import Parquet
import TestSupport
import Testing

@Suite("Snappy and LZ4")
struct SnappyDecoderTests {
    /// A random block, with what it stands for.
    static func block(seed: UInt64, elementCount: Int) -> (bytes: [UInt8], text: [UInt8]) {
        var generator = SeededGenerator(seed: seed)
        var elements: [UInt8] = []
        var text: [UInt8] = []
        for _ in 0..<elementCount {
            if text.isEmpty || Int.random(in: 0..<3, using: &generator) == 0 {
                let lengths = [1, 5, 15, 16, 17, 60, 61, 64, 65, 255, 256, 257, 70_000]
                let length = lengths.randomElement(using: &generator) ?? 1
                let literal = (0..<length).map { _ in
                    UInt8(truncatingIfNeeded: generator.next())
                }
                elements += literalHeader(length) + literal
                text += literal
            } else {
                let near = Int.random(in: 1...min(text.count, 20), using: &generator)
                let far = Int.random(in: 1...text.count, using: &generator)
                let distance = Bool.random(using: &generator) ? near : far
                let length = Int.random(in: 1...64, using: &generator)
                elements += copy(distance: distance, length: length)
                for _ in 0..<length { text.append(text[text.count - distance]) }
            }
        }
        return (varint(UInt64(text.count)) + elements, text)
    }

    private static func literalHeader(_ length: Int) -> [UInt8] {
        if length <= 60 { return [UInt8(length - 1) << 2] }
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: (length - 1) >> ($0 * 8)) }
        let byteCount = 4 - bytes.reversed().prefix { $0 == 0 }.count
        return [UInt8(59 + max(1, byteCount)) << 2] + bytes.prefix(max(1, byteCount))
    }

    private static func copy(distance: Int, length: Int) -> [UInt8] {
        let low = UInt8(truncatingIfNeeded: distance)
        if (4...11).contains(length), distance < 2048 {
            return [UInt8(distance >> 8) << 5 | UInt8(length - 4) << 2 | 1, low]
        }
        let tag = UInt8(length - 1) << 2
        let second = UInt8(truncatingIfNeeded: distance >> 8)
        if distance < 1 << 16 { return [tag | 2, low, second] }
        return [tag | 3, low, second, UInt8(truncatingIfNeeded: distance >> 16), 0]
    }

    static func decode(_ bytes: [UInt8], byteCount: Int) -> [UInt8]? {
        withPadded(bytes) { bytes in
            written(UInt8.self, count: byteCount, slack: 64) {
                SnappyDecoder.decode(
                    bytes, into: UnsafeMutableRawPointer($0), byteCount: byteCount)
            }
        }
    }

    @Test("decodes every kind of element", arguments: 0..<60)
    func decodes(seed: UInt64) {
        let (bytes, text) = Self.block(seed: seed, elementCount: Int(seed) * 3)
        #expect(Self.decode(bytes, byteCount: text.count) == text)
        #expect(Self.decode(bytes, byteCount: text.count + 1) == nil)
    }

    /// Mostly copies from 8 bytes before, with literals of a few bytes between them.
    private static func steps(seed: UInt64) -> (bytes: [UInt8], text: [UInt8]) {
        var generator = SeededGenerator(seed: seed)
        var elements: [UInt8] = []
        var text: [UInt8] = []
        func appendLiteral(_ count: Int) {
            let literal = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            elements += literalHeader(count) + literal
            text += literal
        }
        appendLiteral(Int.random(in: 1...20, using: &generator))
        for _ in 0..<Int.random(in: 1...400, using: &generator) {
            let isOther = Int.random(in: 0..<40, using: &generator) == 0
            let distance = isOther ? Int.random(in: 1...16, using: &generator) : 8
            let length = Int.random(in: 4...11, using: &generator)
            if distance <= text.count {
                elements += copy(distance: distance, length: length)
                for _ in 0..<length { text.append(text[text.count - distance]) }
            }
            let literalCounts = [0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 7, isOther ? 9 : 1]
            let count = literalCounts.randomElement(using: &generator) ?? 1
            if count > 0 { appendLiteral(count) }
        }
        return (varint(UInt64(text.count)) + elements, text)
    }

    @Test("decodes values that follow one another", arguments: 0..<60)
    func steps(seed: UInt64) {
        let (bytes, text) = Self.steps(seed: seed)
        #expect(Self.decode(bytes, byteCount: text.count) == text)
        #expect(Self.decode(bytes, byteCount: text.count + 1) == nil)
        for round in 0..<20 {
            var mutation = Mutation(seed: seed * 1000 + UInt64(round))
            _ = Self.decode(mutation.mutate(bytes), byteCount: text.count)
        }
    }

    @Test("mutated blocks are decoded or refused", arguments: 0..<40)
    func mutatedBlocks(seed: UInt64) {
        let (bytes, text) = Self.block(seed: seed, elementCount: 20)
        for round in 0..<50 {
            var mutation = Mutation(seed: seed * 1000 + UInt64(round))
            _ = Self.decode(mutation.mutate(bytes), byteCount: text.count)
        }
    }

    @Test(
        "refuses copies from before the start, and elements that are cut off",
        arguments: [
            [], [4], [4, 0x00], [4, 0x0E, 1, 0], [4, 0x00, 1, 0x0A, 2, 0],
            [4, 0x00, 1, 0x0A, 0, 0],
            [4, 0xF0], [4, 0xFC, 1, 2, 3], [4, 0x00, 1, 0x0A, 1], [4, 0x10, 1, 2, 3, 4, 5],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func refuses(bytes: [UInt8]) {
        #expect(Self.decode(bytes, byteCount: 4) == nil)
    }

    /// "abcdabcdabcdabcdX" as literals, a match that overlaps itself, and a last literal.
    static let lz4Block: [UInt8] = Array([0x48]) + Array("abcd".utf8) + [4, 0, 0x10, 0x58]
    static let lz4Text = Array("abcdabcdabcdabcdX".utf8)

    @Test("decodes LZ4 blocks, raw and in Hadoop's frames, and refuses broken ones")
    func lz4() throws {
        let frame: [UInt8] =
            [0, 0, 0, UInt8(Self.lz4Text.count), 0, 0, 0, UInt8(Self.lz4Block.count)]
            + Self.lz4Block
        let twice = Self.lz4Text + Self.lz4Text
        #expect(try decompress(Self.lz4Block, .lz4Raw, Self.lz4Text.count) == Self.lz4Text)
        #expect(try decompress(Self.lz4Block, .lz4, Self.lz4Text.count) == Self.lz4Text)
        #expect(try decompress(frame, .lz4, Self.lz4Text.count) == Self.lz4Text)
        #expect(try decompress(frame + frame, .lz4, twice.count) == twice)
        // A page larger than Hadoop's buffer: one frame, whose blocks begin anew.
        let blocks = Array(frame[4...]) + Array(frame[4...])
        let long: [UInt8] = [0, 0, 0, UInt8(twice.count)] + blocks
        #expect(try decompress(long, .lz4, twice.count) == twice)
        #expect(try decompress(long + frame, .lz4, twice.count * 3 / 2) == twice + Self.lz4Text)
        for bad in [Array(long.dropLast()), Array(long.prefix(long.count / 2)), long + [0]] {
            #expect(throws: ParquetError.self) { try decompress(bad, .lz4, twice.count) }
        }
        for byteCount in 1..<Self.lz4Block.count {
            let cut = Array(Self.lz4Block.prefix(byteCount))
            #expect(throws: ParquetError.self) {
                try decompress(cut, .lz4Raw, Self.lz4Text.count)
            }
        }
        #expect(throws: ParquetError.self) { try decompress(frame, .lz4Raw, Self.lz4Text.count) }
        // A match from before the start.
        #expect(throws: ParquetError.self) { try decompress([0x10, 0x61, 9, 0], .lz4Raw, 5) }
    }

    private func decompress(
        _ bytes: [UInt8], _ codec: CompressionCodec, _ byteCount: Int
    ) throws -> [UInt8] {
        let target = UnsafeMutableRawPointer.allocate(byteCount: byteCount + 64, alignment: 8)
        defer { target.deallocate() }
        try withPadded(bytes) { bytes in
            try PageDecompressor().decompress(bytes, codec, into: target, byteCount: byteCount)
        }
        return Array(UnsafeRawBufferPointer(start: target, count: byteCount))
    }
}
