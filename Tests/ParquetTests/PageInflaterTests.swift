import CDeflate
import CKernels
import Columns
import TestSupport
import Testing

@testable import Parquet

@Suite("Gzip pages side by side")
struct PageInflaterTests {
    /// Bytes as pages have them: noise, few values, repetitions near and far, runs.
    static func text(seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var text: [UInt8] = []
        let byteCount = [0, 1, 7, 300, 5_000, 70_000, 200_000][Int(seed % 7)]
        while text.count < byteCount {
            let length = Int.random(in: 1...2_000, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: text += (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            case 1: text += (0..<length).map { _ in UInt8.random(in: 0...9, using: &generator) }
            case 2:
                // Rare values get codes that are longer than the first table is wide.
                text += (0..<length).map { _ in
                    UInt8(truncatingIfNeeded: generator.next().leadingZeroBitCount * 3)
                }
            case 3:
                let distance = Int.random(
                    in: 1...max(1, min(text.count, 33_000)), using: &generator)
                for _ in 0..<length {
                    text.append(text.isEmpty ? 7 : text[max(0, text.count - distance)])
                }
            default: text += [UInt8](repeating: UInt8(length & 255), count: length)
            }
        }
        return Array(text.prefix(byteCount))
    }

    static func compressed(_ text: [UInt8], level: Int32, isGzip: Bool = true) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(level) else { fatalError("no memory") }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_gzip_compress_bound(compressor, text.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count =
                isGzip
                ? libdeflate_gzip_compress(
                    compressor, text, text.count, buffer.baseAddress, bound)
                : libdeflate_deflate_compress(
                    compressor, text, text.count, buffer.baseAddress, bound)
        }
    }

    private static let guardByte: UInt8 = 0x5A

    /// What becomes of the pages; nil for those that were refused. Bytes behind a target, which no
    /// page may touch, are looked at.
    private func inflate(_ pages: [[UInt8]], byteCounts: [Int]) -> [[UInt8]?] {
        let sources = pages.map { Self.memory($0, filledUpWith: 0xA5) }
        let targets = byteCounts.map { Self.memory([UInt8](repeating: 0, count: $0)) }
        defer { for memory in sources + targets { memory.deallocate() } }
        let pieces = pages.indices.map {
            PageInflater.Piece(
                page: PaddedBytes(
                    start: UnsafeRawPointer(sources[$0]), byteCount: pages[$0].count),
                target: UnsafeMutableRawPointer(targets[$0]), byteCount: byteCounts[$0])
        }
        let wholes = PageInflater().inflate(pieces)
        return byteCounts.indices.map { index in
            let bytes = UnsafeBufferPointer(start: targets[index], count: byteCounts[index] + 64)
            #expect(bytes.suffix(64).allSatisfy { $0 == Self.guardByte })
            return wholes[index] ? Array(bytes.prefix(byteCounts[index])) : nil
        }
    }

    /// A copy with 64 bytes behind it.
    private static func memory(
        _ bytes: [UInt8], filledUpWith slack: UInt8 = guardByte
    ) -> UnsafeMutablePointer<UInt8> {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 64)
        memory.initialize(from: bytes, count: bytes.count)
        (memory + bytes.count).initialize(repeating: slack, count: 64)
        return memory
    }

    @Test("gives the text of every page, whatever its neighbours", arguments: 0..<42)
    func inflates(seed: UInt64) {
        let count = Int(seed % 3) + 1
        let texts = (0..<UInt64(count)).map { Self.text(seed: seed + $0 * 5) }
        let levels: [Int32] = [1, 6, 9, 12, 0]
        let pages = texts.enumerated().map {
            Self.compressed($1, level: levels[(Int(seed) + $0) % levels.count])
        }
        defer { martlet_limit_kernel_level(3) }
        for level in kernelLevels {
            martlet_limit_kernel_level(level)
            #expect(inflate(pages, byteCounts: texts.map(\.count)) == texts)
        }
        #expect(inflate(pages, byteCounts: texts.map { $0.count + 1 }).allSatisfy { $0 == nil })
        let short = texts.map { max(0, $0.count - 1) }
        for (text, result) in zip(texts, inflate(pages, byteCounts: short)) where !text.isEmpty {
            #expect(result == nil)
        }
    }

    @Test("leaves pages of several members, or with a name, to the other decompressor")
    func severalMembers() {
        let text = Self.text(seed: 3)
        let member = Self.compressed(text, level: 6)
        #expect(
            inflate([member + member, member], byteCounts: [text.count * 2, text.count])[0] == nil)
        #expect(
            inflate([member + member, member], byteCounts: [text.count * 2, text.count])[1] == text)
        var named = member
        named[3] = 8
        named.insert(contentsOf: [0x61, 0], at: 10)
        #expect(inflate([named], byteCounts: [text.count]) == [nil])
    }

    @Test("refuses what is cut off, and wrong trailers", arguments: [3, 4] as [UInt64])
    func cutOff(seed: UInt64) {
        let text = Self.text(seed: seed)
        let page = Self.compressed(text, level: 6)
        for byteCount in stride(from: 0, to: page.count, by: max(1, page.count / 300)) {
            let cut = Array(page.prefix(byteCount))
            #expect(inflate([cut, page], byteCounts: [text.count, text.count]) == [nil, text])
        }
        for position in 1...8 {
            var wrong = page
            wrong[page.count - position] ^= 1
            #expect(inflate([wrong], byteCounts: [text.count]) == [nil])
        }
    }

    @Test("damaged streams become what libdeflate makes of them, or are refused", arguments: 0..<40)
    func damaged(seed: UInt64) {
        let text = Array(Self.text(seed: seed).prefix(6_000))
        let levels: [Int32] = [0, 1, 6, 12]
        let stream = Self.compressed(text, level: levels[Int(seed % 4)], isGzip: false)
        guard let peer = libdeflate_alloc_decompressor() else { fatalError("no memory") }
        defer { libdeflate_free_decompressor(peer) }
        var acceptedCount = 0
        for round in 0..<60 {
            var mutation = Mutation(seed: seed * 1_000 + UInt64(round))
            let mutant = round == 0 ? stream : mutation.mutate(stream)
            guard let ours = Self.inflateStream(mutant, byteCountMax: text.count + 100) else {
                continue
            }
            acceptedCount += 1
            var theirs = [UInt8](repeating: 0, count: text.count + 100)
            var (readCount, writtenCount) = (0, 0)
            let result = libdeflate_deflate_decompress_ex(
                peer, mutant, mutant.count, &theirs, theirs.count, &readCount, &writtenCount)
            #expect(result == LIBDEFLATE_SUCCESS)
            #expect(ours.readCount == readCount)
            #expect(ours.bytes == Array(theirs.prefix(writtenCount)))
        }
        #expect(acceptedCount > 0)
    }

    /// What one stream becomes, and how many bytes of it were read; nil if it is broken or becomes
    /// more.
    private static func inflateStream(
        _ bytes: [UInt8], byteCountMax: Int
    ) -> (bytes: [UInt8], readCount: Int)? {
        let stream = UnsafeMutablePointer<martlet_inflate_stream>.allocate(capacity: 1)
        defer { stream.deallocate() }
        stream.initialize(to: martlet_inflate_stream())
        let target = memory([UInt8](repeating: 0, count: byteCountMax))
        defer { target.deallocate() }
        return withPadded(bytes) { source in
            let start = source.start.assumingMemoryBound(to: UInt8.self)
            stream.pointee.source = start
            stream.pointee.source_end = start + source.byteCount
            stream.pointee.target = target
            stream.pointee.target_start = target
            stream.pointee.target_end = target + byteCountMax
            martlet_inflate(stream, 1)
            for position in 0..<64 { #expect(target[byteCountMax + position] == guardByte) }
            guard stream.pointee.state == 2, let end = stream.pointee.source else { return nil }
            let count = stream.pointee.target.map { $0 - target } ?? 0
            return (Array(UnsafeBufferPointer(start: target, count: count)), end - start)
        }
    }
}
