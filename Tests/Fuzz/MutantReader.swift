import Columns
import Parquet

/// Reads everything that a file offers, as jobs do.
struct MutantReader {
    /// Memory of exactly the bytes that are read, so that a sanitizer notices reading past them.
    private static func withCopy<Result>(
        of bytes: ArraySlice<UInt8>, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        return try body(UnsafeRawBufferPointer(copy))
    }

    private let bytes: [UInt8]
    private let metadata: FileMetadata
    private let leaves: [LeafColumn]
    private let scratch = DecodeScratch()
    /// Columns that could be decoded.
    private(set) var columnCount = 0

    /// - Throws: `ParquetError` where the footer is refused.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        metadata = try Self.footer(bytes)
        leaves = try metadata.leafColumns()
    }

    private static func footer(_ bytes: [UInt8]) throws -> FileMetadata {
        var tailByteCount = min(bytes.count, 64)
        for _ in 0..<3 {
            let step = try withCopy(of: bytes.suffix(tailByteCount)) {
                try FileFooter.parse(tail: $0, objectByteCount: bytes.count)
            }
            switch step {
            case .metadata(let metadata): return metadata
            case .needs(let byteCount): tailByteCount = min(bytes.count, byteCount)
            }
        }
        throw ParquetError(.outOfSpec, "the footer was never complete.")
    }

    mutating func readAll() {
        for leaf in leaves {
            for rowGroup in metadata.rowGroups.indices {
                if let column = try? column(leaf, rowGroup) {
                    columnCount += 1
                    use(column)
                }
                if let column = try? column(leaf, rowGroup, keepsCodes: true) { use(column) }
                readSelectively(leaf, rowGroup)
                _ = bloomFilter(leaf, rowGroup)?.mightContain(.integer(7), in: leaf)
            }
            let statistics = metadata.statistics(of: leaf)
            _ = statistics.min?.description
            _ = statistics.max?.description
        }
    }

    private func column(
        _ leaf: LeafColumn, _ rowGroup: Int, keepsCodes: Bool = false
    ) throws -> Column {
        let plan = try ReadPlan(
            metadata: metadata, columns: [leaf], rowGroupIndex: rowGroup,
            objectByteCount: bytes.count)
        let chunk = plan.chunks[0]
        return try Self.withCopy(of: bytes[chunk.offset..<chunk.offset + chunk.byteCount]) {
            try ColumnChunkDecoder.decode(
                $0, chunk: metadata.rowGroups[rowGroup].columns[leaf.columnIndex], column: leaf,
                rowCount: plan.rowCount, keepsCodes: keepsCodes, rowGroupIndex: rowGroup,
                scratch: scratch)
        }
    }

    /// Every other page, by the page index.
    private func readSelectively(_ leaf: LeafColumn, _ rowGroup: Int) {
        guard let index = pageIndex(leaf, rowGroup) else { return }
        let chunk = metadata.rowGroups[rowGroup].columns[leaf.columnIndex]
        let rows = stride(from: 0, to: index.pages.count, by: 2).map { index.pages[$0].rows }
        let selection = PageSelection(rows: rows, of: index, in: chunk)
        let joined = Array(selection.byteRanges.map { bytes[$0] }.joined())
        let column = try? Self.withCopy(of: joined[...]) {
            try ColumnChunkDecoder.decode(
                $0, chunk: chunk, column: leaf, rowCount: selection.rowCount,
                pageRowCounts: selection.pageRowCounts, rowGroupIndex: rowGroup, scratch: scratch)
        }
        if let column { use(column) }
        for page in index.pages {
            _ = page.statistics.mightHold(.less, .integer(7), rowCount: page.rows.count)
        }
    }

    private func pageIndex(_ leaf: LeafColumn, _ rowGroup: Int) -> PageIndex? {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf.columnIndex]
        guard let location = PageIndex.Location(chunk, objectByteCount: bytes.count) else {
            return nil
        }
        let rowCount = Int(metadata.rowGroups[rowGroup].rowCount)
        return try? Self.withCopy(of: bytes[location.offsetIndex]) { offsets in
            guard let columnIndex = location.columnIndex else {
                return try PageIndex(
                    offsetIndex: offsets, columnIndex: nil, chunk: chunk, column: leaf,
                    rowCount: rowCount)
            }
            return try Self.withCopy(of: bytes[columnIndex]) {
                try PageIndex(
                    offsetIndex: offsets, columnIndex: $0, chunk: chunk, column: leaf,
                    rowCount: rowCount)
            }
        }
    }

    private func bloomFilter(_ leaf: LeafColumn, _ rowGroup: Int) -> BloomFilter? {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf.columnIndex]
        guard var range = BloomFilter.location(of: chunk, objectByteCount: bytes.count) else {
            return nil
        }
        for _ in 0..<3 {
            let step = try? Self.withCopy(of: bytes[range]) { try BloomFilter.parse($0) }
            switch step {
            case .filter(let filter): return filter
            case .needs(let byteCount) where byteCount <= bytes.count - range.lowerBound:
                range = range.lowerBound..<range.lowerBound + byteCount
            case .needs, nil: return nil
            }
        }
        return nil
    }

    /// What consumers index with has to be in range: a wrong code traps here.
    private func use(_ column: Column) {
        if case .dictionary(let codes, let dictionary) = column.values {
            for row in 0..<column.count where !column.isNull(row) {
                let code = Int(codes.elements[row])
                precondition(code >= 0 && code < dictionary.count, "a code out of range")
            }
        }
        if case .coded(let codes, let entries) = column.values {
            let isInRange = codes.elements.allSatisfy { Int($0) < entries.count }
            precondition(isInRange, "a code out of range")
        }
        for row in Set([0, column.count / 2, column.count - 1]) where row >= 0 && row < column.count
        {
            _ = ScalarValue(column, row: row)?.description
        }
    }
}
