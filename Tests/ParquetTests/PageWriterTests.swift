import TestSupport
import Testing

@testable import Parquet

@Suite("Page writer")
struct PageWriterTests {
    static let codecs: [WriterOptions.Compression] = [.uncompressed, .snappy, .gzip(), .zstd()]

    /// Noise, or zeros: their headers are as long as was guessed, or shorter.
    private static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        let mask: UInt8 = Bool.random(using: &generator) ? 0xFF : 0
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) & mask }
    }

    private static func uncompressed(
        _ page: Page, _ codec: CompressionCodec
    ) throws -> [UInt8] {
        let byteCount = Int(page.header.uncompressedByteCount)
        let target = ScratchBuffer()
        let place = target.reserve(byteCount)
        try PageDecompressor().decompress(page.body, codec, into: place, byteCount: byteCount)
        return Array(UnsafeRawBufferPointer(start: place, count: byteCount))
    }

    @Test("a reader finds each page behind its header", arguments: codecs)
    func appends(compression: WriterOptions.Compression) throws {
        var generator = SeededGenerator(seed: 41)
        let writer = PageWriter(
            compressor: try PageCompressor(compression), scratch: ChunkScratch(),
            writesChecksums: true)
        var output: [UInt8] = [1, 2, 3]
        var bodies: [[UInt8]] = []
        var byteCountSum = 3
        // One header in sixteen is shorter than was guessed, by its checksum alone.
        for _ in 0..<120 {
            let counts = [0, 1, 8, 60, 8_200, 20_000]
            let head = Self.bytes(counts.randomElement(using: &generator) ?? 1, &generator)
            let values = Self.bytes(counts.randomElement(using: &generator) ?? 1, &generator)
            // A compressor gets at least the levels, or one value.
            guard head.count + values.count > 0 else { continue }
            let byteCounts = try head.withUnsafeBytes { head in
                try values.withUnsafeBytes {
                    try writer.append(
                        .data(DataPageHeader(valueCount: 7, encoding: .plain)),
                        PageBody(head, $0), to: &output)
                }
            }
            #expect(byteCounts.uncompressed == head.count + values.count)
            byteCountSum += byteCounts.header + byteCounts.compressed
            #expect(byteCountSum == output.count)
            bodies.append(head + values)
        }
        #expect(Array(output.prefix(3)) == [1, 2, 3])
        try output.withUnsafeBytes { output in
            var reader = PageReader(
                UnsafeRawBufferPointer(rebasing: output.dropFirst(3)), slackByteCount: 0,
                objectOffset: 3, tail: ScratchBuffer())
            for body in bodies {
                let page = try #require(try reader.next())
                #expect(try Self.uncompressed(page, compression.codec) == body)
            }
            #expect(try reader.next() == nil)
        }
    }
}
