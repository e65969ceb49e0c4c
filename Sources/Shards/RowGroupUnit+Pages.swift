import Columns
import ObjectStores
import Parquet

extension RowGroupUnit {
    /// Rows of a page, as most writers make them: a guess of what pages would leave out.
    private static let pageRowCount = 20_000

    /// The pages that hold the rows which a filter keeps, of each chunk; nil where the chunk is read
    /// as a whole: because it has no page index, or a damaged one, or because that is no dearer.
    /// - Throws: `ObjectStoreError`.
    func selectedPages(
        of shard: OpenShard, in store: any ObjectStore
    ) async throws -> [PageSelection?] {
        let none = [PageSelection?](repeating: nil, count: chunks.count)
        guard let selection else { return none }
        let indexes = leaves.map { leaves -> Range<Int>? in
            // The index of a list counts rows, its pages values.
            guard leaves[0].elementIndex == nil else { return nil }
            return PageIndex.Location(
                chunk(of: leaves[0], in: shard), objectByteCount: shard.shard.object.byteCount)?
                .offsetIndex
        }
        let wanted = indexes.compactMap { $0 }
        let savedByteCount = zip(indexes, chunks).reduce(0) { sum, pair in
            sum + (pair.0 == nil ? 0 : pair.1.byteCount)
        }
        let kept = selection.shareOfBlocks(of: Self.pageRowCount)
        let cost = RequestCost.of(shard.url).byteCount + wanted.reduce(0) { $0 + $1.count }
        guard !wanted.isEmpty, Double(cost) <= Double(savedByteCount) * (1 - kept) else {
            return none
        }
        let bytes = try await RangeBytes.read(wanted, of: shard.shard.object, in: store)
        let ranges = selection.ranges
        return indexes.enumerated().map { position, place in
            guard let place else { return nil }
            let chunk = chunk(of: leaves[position][0], in: shard)
            let index = try? bytes.withBytes(of: place) { offsets in
                try PageIndex(
                    offsetIndex: offsets, columnIndex: nil, chunk: chunk,
                    column: leaves[position][0], rowCount: decodedRowCount)
            }
            return (index ?? nil).map { PageSelection(rows: ranges, of: $0, in: chunk) }
        }
    }

    func chunk(of leaf: LeafColumn, in shard: OpenShard) -> ColumnChunkMetadata {
        shard.metadata.rowGroups[rowGroupIndex].columns[leaf.columnIndex]
    }
}

extension RowSelection {
    /// The kept rows, ascending, apart from each other.
    var ranges: [Range<Int>] {
        var ranges: [Range<Int>] = []
        for row in rows {
            if let last = ranges.last, last.upperBound == row {
                ranges[ranges.count - 1] = last.lowerBound..<row + 1
            } else {
                ranges.append(row..<row + 1)
            }
        }
        return ranges
    }

    /// The share of blocks of rows in which a row is kept.
    func shareOfBlocks(of blockRowCount: Int) -> Double {
        let blockCount = (rowCount + blockRowCount - 1) / blockRowCount
        guard blockCount > 0 else { return 0 }
        let used = Set(rows.map { $0 / blockRowCount }).count
        return Double(used) / Double(blockCount)
    }

    /// The selection of those of its rows that lie in `ranges`, one behind the other.
    func within(_ ranges: [Range<Int>]) -> RowSelection {
        let rows = ranges.flatMap { Array($0) }
        return RowSelection(rowCount: rows.count) { isKept(rows[$0]) }
    }
}
