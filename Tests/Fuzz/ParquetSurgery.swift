import Parquet
import TestSupport

/// A Parquet file in its parts: everything before the footer, and the footer as a tree.
struct ParquetSurgery {
    /// Field numbers of parquet.thrift.
    private enum Field {
        static let rowGroups: Int16 = 4
        static let chunks: Int16 = 1
        static let chunkMetadata: Int16 = 3
        static let codec: Int16 = 4
        static let compressedByteCount: Int16 = 7
        static let dataPageOffset: Int16 = 9
        static let dictionaryPageOffset: Int16 = 11
        static let uncompressedPageByteCount: Int16 = 2
        static let compressedPageByteCount: Int16 = 3
        static let checksum: Int16 = 4
        static let dataPageV2: Int16 = 8
    }

    private(set) var body: [UInt8]
    var footer: ThriftValue

    init?(_ file: [UInt8]) {
        guard file.count > 12, file.suffix(4).elementsEqual("PAR1".utf8) else { return nil }
        let length = file[(file.count - 8)..<(file.count - 4)].reversed()
            .reduce(0) { $0 << 8 | Int($1) }
        var position = file.count - 8 - length
        guard position >= 4 else { return nil }
        body = Array(file[..<position])
        guard let footer = try? ThriftValue.structure(in: file, at: &position) else { return nil }
        self.footer = footer
    }

    var file: [UInt8] {
        let metadata = footer.serialized
        let length = UInt32(metadata.count)
        return body + metadata
            + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
            + Array("PAR1".utf8)
    }

    /// Numbers that lengths and offsets may be mistaken for.
    var interesting: [Int64] {
        var numbers = [Int64(body.count), Int64(file.count), 4]
        if let rows = footer[3]?.integer { numbers += [rows, rows * 8] }
        return numbers
    }

    // MARK: Chunks

    /// Positions of all chunks: row group and column.
    var chunks: [(rowGroup: Int, column: Int)] {
        guard let groups = footer[Field.rowGroups] else { return [] }
        return (0..<groups.count).flatMap { group in
            (0..<(groups[position: group]?[Field.chunks]?.count ?? 0)).map { (group, $0) }
        }
    }

    private subscript(metadata place: (rowGroup: Int, column: Int)) -> ThriftValue? {
        get {
            footer[Field.rowGroups]?[position: place.rowGroup]?[Field.chunks]?[
                position: place.column]?[Field.chunkMetadata]
        }
        set {
            footer[Field.rowGroups]?[position: place.rowGroup]?[Field.chunks]?[
                position: place.column]?[Field.chunkMetadata] = newValue
        }
    }

    /// The pages of a chunk: each header as a tree, and the bytes behind it.
    func pages(
        of place: (rowGroup: Int, column: Int)
    ) -> [(header: ThriftValue, content: [UInt8])] {
        guard let metadata = self[metadata: place],
            let data = metadata[Field.dataPageOffset]?.integer,
            let byteCount = metadata[Field.compressedByteCount]?.integer
        else { return [] }
        let dictionary = metadata[Field.dictionaryPageOffset]?.integer ?? 0
        let start = dictionary > 0 && dictionary < data ? dictionary : data
        guard start >= 4, byteCount >= 0, start + byteCount <= body.count else { return [] }
        var position = Int(start)
        let end = Int(start + byteCount)
        var pages: [(header: ThriftValue, content: [UInt8])] = []
        while position < end {
            guard let header = try? ThriftValue.structure(in: body, at: &position),
                let length = header[Field.compressedPageByteCount]?.integer, length >= 0,
                position + Int(length) <= end
            else { break }
            pages.append((header, Array(body[position..<position + Int(length)])))
            position += Int(length)
        }
        return pages
    }

    /// Puts other pages in the place of a chunk's: behind all others, where they have room.
    mutating func replace(
        _ place: (rowGroup: Int, column: Int), by pages: [(header: ThriftValue, content: [UInt8])],
        isUncompressed: Bool
    ) {
        guard var metadata = self[metadata: place] else { return }
        let start = body.count
        var dataOffset: Int?
        for page in pages {
            if page.header[1]?.integer != 2, dataOffset == nil { dataOffset = body.count }
            body += page.header.serialized + page.content
        }
        func number(_ value: Int) -> ThriftValue {
            .integer(Int64(value), wireType: ThriftValue.int64Type)
        }
        metadata[Field.dataPageOffset] = number(dataOffset ?? start)
        metadata[Field.dictionaryPageOffset] = dataOffset == start ? nil : number(start)
        metadata[Field.compressedByteCount] = number(body.count - start)
        if isUncompressed {
            metadata[Field.codec] = .integer(0, wireType: ThriftValue.int32Type)
        }
        self[metadata: place] = metadata
    }

    /// The codec of a chunk.
    func codec(of place: (rowGroup: Int, column: Int)) -> CompressionCodec {
        CompressionCodec(
            rawValue: Int32(
                truncatingIfNeeded: self[metadata: place]?[Field.codec]?.integer ?? 0))
    }

    /// A page with its content decompressed, or nil if that fails.
    static func decompressed(
        _ page: (header: ThriftValue, content: [UInt8]), _ codec: CompressionCodec
    ) -> (header: ThriftValue, content: [UInt8])? {
        var (header, content) = page
        var levels: [UInt8] = []
        if header[Field.dataPageV2] != nil {
            let byteCount = [5, 6].reduce(0) {
                $0 + Int(header[Field.dataPageV2]?[$1]?.integer ?? 0)
            }
            guard (0...content.count).contains(byteCount) else { return nil }
            levels = Array(content.prefix(byteCount))
            content.removeFirst(byteCount)
            let isCompressed: Bool
            if case .boolean(let flag) = header[Field.dataPageV2]?[7] {
                isCompressed = flag
            } else {
                isCompressed = true
            }
            header[Field.dataPageV2]?[7] = .boolean(false)
            if !isCompressed {
                header[Field.checksum] = nil
                return (header, levels + content)
            }
        }
        guard let whole = header[Field.uncompressedPageByteCount]?.integer,
            let values = decompress(content, codec, byteCount: Int(whole) - levels.count)
        else { return nil }
        header[Field.checksum] = nil
        return (header, levels + values)
    }

    private static func decompress(
        _ content: [UInt8], _ codec: CompressionCodec, byteCount: Int
    ) -> [UInt8]? {
        guard (0...(16 << 20)).contains(byteCount) else { return nil }
        guard codec != .uncompressed, byteCount > 0 else { return content }
        let padded = content + [UInt8](repeating: 0, count: 64)
        let target = UnsafeMutableRawPointer.allocate(byteCount: byteCount + 64, alignment: 64)
        defer { target.deallocate() }
        let isDone = padded.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return false }
            let bytes = PaddedBytes(start: start, byteCount: content.count)
            return
                (try? PageDecompressor().decompress(
                    bytes, codec, into: target, byteCount: byteCount)) != nil
        }
        return isDone ? Array(UnsafeRawBufferPointer(start: target, count: byteCount)) : nil
    }

    /// Sets what a header says of its content.
    static func setSizes(
        _ page: inout (header: ThriftValue, content: [UInt8]), uncompressed: Int64? = nil
    ) {
        let count = Int64(page.content.count)
        page.header[Field.uncompressedPageByteCount] = .integer(
            uncompressed ?? count, wireType: ThriftValue.int32Type)
        page.header[Field.compressedPageByteCount] = .integer(
            count, wireType: ThriftValue.int32Type)
    }
}
