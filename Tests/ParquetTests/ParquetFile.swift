import Columns
import FoundationEssentials
import Parquet

/// A whole file in memory, read the way a job reads one: footer, plan, chunks.
struct ParquetFile {
    let bytes: [UInt8]
    var metadata: FileMetadata
    let leaves: [LeafColumn]

    init(_ bytes: [UInt8]) throws(ParquetError) {
        self.bytes = bytes
        metadata = try Self.footer(bytes)
        leaves = try metadata.leafColumns()
    }

    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ParquetError(.invalidParameter, "cannot read \(path).")
        }
        try self.init([UInt8](data))
    }

    /// Asks for more of the tail until the footer is complete, starting with nothing.
    private static func footer(_ bytes: [UInt8]) throws(ParquetError) -> FileMetadata {
        var tailByteCount = 0
        for _ in 0..<4 {
            let step = try withRawBytes(of: bytes) { raw throws(ParquetError) in
                try FileFooter.parse(
                    tail: UnsafeRawBufferPointer(rebasing: raw.suffix(tailByteCount)),
                    objectByteCount: raw.count)
            }
            switch step {
            case .metadata(let metadata): return metadata
            case .needs(let byteCount): tailByteCount = byteCount
            }
        }
        throw ParquetError(.outOfSpec, "the footer was never complete.")
    }

    /// One column of one row group, from a copy of exactly its bytes, so that reading beyond
    /// them is noticed by the address sanitizer.
    func column(
        _ leaf: LeafColumn, rowGroup: Int, keepsCodes: Bool = false,
        scratch: DecodeScratch = DecodeScratch()
    ) throws(ParquetError) -> Column {
        let plan = try ReadPlan(
            metadata: metadata, columns: [leaf], rowGroupIndex: rowGroup,
            objectByteCount: bytes.count)
        let chunk = plan.chunks[0]
        let copy = Array(bytes[chunk.offset..<(chunk.offset + chunk.byteCount)])
        return try withRawBytes(of: copy) { raw throws(ParquetError) in
            try ColumnChunkDecoder.decode(
                raw, chunk: metadata.rowGroups[rowGroup].columns[leaf.columnIndex],
                column: leaf, rowCount: plan.rowCount, keepsCodes: keepsCodes,
                rowGroupIndex: rowGroup, scratch: scratch)
        }
    }

    /// nil if the chunk has none, or one that cannot be used.
    func pageIndex(_ leaf: LeafColumn, rowGroup: Int) -> PageIndex? {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf.columnIndex]
        guard let location = PageIndex.Location(chunk, objectByteCount: bytes.count) else {
            return nil
        }
        let columnIndex = location.columnIndex.map { Array(bytes[$0]) }
        return try? withRawBytes(of: Array(bytes[location.offsetIndex])) {
            offsets throws(ParquetError) in
            guard let columnIndex else {
                return try PageIndex(
                    offsetIndex: offsets, columnIndex: nil, chunk: chunk, column: leaf,
                    rowCount: Int(metadata.rowGroups[rowGroup].rowCount))
            }
            return try withRawBytes(of: columnIndex) { bounds throws(ParquetError) in
                try PageIndex(
                    offsetIndex: offsets, columnIndex: bounds, chunk: chunk, column: leaf,
                    rowCount: Int(metadata.rowGroups[rowGroup].rowCount))
            }
        }
    }

    /// The pages that hold `rows`, from a copy of exactly their bytes.
    func column(
        _ leaf: LeafColumn, rowGroup: Int, selection: PageSelection,
        scratch: DecodeScratch = DecodeScratch()
    ) throws(ParquetError) -> Column {
        let copy = Array(selection.byteRanges.map { bytes[$0] }.joined())
        return try withRawBytes(of: copy) { raw throws(ParquetError) in
            try ColumnChunkDecoder.decode(
                raw, chunk: metadata.rowGroups[rowGroup].columns[leaf.columnIndex],
                column: leaf, rowCount: selection.rowCount,
                pageRowCounts: selection.pageRowCounts, rowGroupIndex: rowGroup,
                scratch: scratch)
        }
    }

    /// nil if the chunk has none, or one that cannot be used.
    func bloomFilter(_ leaf: LeafColumn, rowGroup: Int) -> BloomFilter? {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf.columnIndex]
        guard var range = BloomFilter.location(of: chunk, objectByteCount: bytes.count) else {
            return nil
        }
        for _ in 0..<3 {
            let step = try? withRawBytes(of: Array(bytes[range])) { raw throws(ParquetError) in
                try BloomFilter.parse(raw)
            }
            switch step {
            case .filter(let filter): return filter
            case .needs(let byteCount) where byteCount <= bytes.count - range.lowerBound:
                range = range.lowerBound..<range.lowerBound + byteCount
            case .needs, nil: return nil
            }
        }
        return nil
    }

    /// All rows of a column, as the oracle writes them.
    func values(_ leaf: LeafColumn) throws(ParquetError) -> [OracleValue] {
        var values: [OracleValue] = []
        let scratch = DecodeScratch()
        for rowGroup in metadata.rowGroups.indices {
            let column = try column(leaf, rowGroup: rowGroup, scratch: scratch)
            values += OracleValue.values(of: column)
        }
        return values
    }
}

/// As `Array.withUnsafeBytes`, with typed errors.
func withRawBytes<Result>(
    of bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Result
) throws(ParquetError) -> Result {
    do {
        return try bytes.withUnsafeBytes { try body($0) }
    } catch let error as ParquetError {
        throw error
    } catch {
        fatalError("only ParquetError is thrown")
    }
}
