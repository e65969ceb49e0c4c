import Columns
import Filters
import ObjectStores
import Parquet

/// Looks at the bloom filters and page indexes of a row group that statistics left undecided.
struct RowGroupProbe: Sendable {
    let table: ShardTable
    let filter: RowFilter
    let store: any ObjectStore

    /// A column of the filter in this row group.
    private struct Part: Sendable {
        let column: Int
        let leaf: LeafColumn
        let chunk: ColumnChunkMetadata
        let bloomFilter: Range<Int>?
        let pageIndex: PageIndex.Location?

        var ranges: [Range<Int>] {
            [bloomFilter, pageIndex?.offsetIndex, pageIndex?.columnIndex].compactMap { $0 }
        }
    }

    /// Whether a row can match. Indexes that are damaged, or not worth a request, rule out nothing.
    /// - Throws: `ObjectStoreError`.
    func mayMatch(shardIndex: Int, rowGroupIndex: Int) async throws -> Bool {
        let shard = table.shards[shardIndex]
        let parts = parts(of: shard, rowGroupIndex)
        let ranges = parts.flatMap(\.ranges)
        let rowGroup = shard.metadata.rowGroups[rowGroupIndex]
        let rowGroupByteCount = rowGroup.columns.reduce(0) {
            $0 &+ max(0, Int($1.compressedByteCount))
        }
        let cost = RequestCost.of(shard.url)
        guard !ranges.isEmpty,
            cost.paysToAsk(
                indexByteCount: ranges.reduce(0) { $0 + $1.count }, toSave: rowGroupByteCount)
        else { return true }
        let bytes = try await RangeBytes.read(ranges, of: shard.shard.object, in: store)
        var blooms: [Int: BloomFilter] = [:]
        var pages: [Int: PageIndex] = [:]
        for part in parts {
            if let range = part.bloomFilter {
                blooms[part.column] = try await bloomFilter(at: range, bytes, of: shard)
            }
            pages[part.column] = part.pageIndex.flatMap {
                pageIndex(at: $0, part, bytes, rowCount: Int(rowGroup.rowCount))
            }
        }
        func evidence(_ column: Int) -> ColumnEvidence {
            var evidence = table.evidence(
                filter.columnNames[column], shardIndex, rowGroupIndex)
            if let bloom = blooms[column], let part = parts.first(where: { $0.column == column }) {
                let leaf = part.leaf
                evidence.mayContain = { points in
                    points.contains { point in
                        point.scalar(of: leaf.field.type)
                            .map { bloom.mightContain($0, in: leaf) } ?? false
                    }
                }
            }
            return evidence
        }
        guard filter.outcomes(evidence).contains(.yes) else { return false }
        guard !pages.isEmpty else { return true }
        return PageSegments(pages, rowCount: Int(rowGroup.rowCount)).contains { pageOf in
            filter.outcomes { column in
                var known = evidence(column)
                guard let page = pageOf[column],
                    let part = parts.first(where: { $0.column == column }),
                    let field = table.schema[filter.columnNames[column]]
                else { return known }
                let bloom = known.mayContain
                known = ColumnEvidence(
                    page.statistics, of: part.leaf, rowCount: page.rows.count, as: field.type)
                known.mayContain = bloom
                return known
            }.contains(.yes)
        }
    }

    private func parts(of shard: OpenShard, _ rowGroupIndex: Int) -> [Part] {
        let byteCount = shard.shard.object.byteCount
        return filter.columnNames.enumerated().compactMap { column, name in
            guard let leaf = shard.leaf(name), leaf.elementIndex == nil else { return nil }
            let chunk = shard.metadata.rowGroups[rowGroupIndex].columns[leaf.columnIndex]
            let location = PageIndex.Location(chunk, objectByteCount: byteCount)
            return Part(
                column: column, leaf: leaf, chunk: chunk,
                bloomFilter: filter.asksForValues(column: column)
                    ? BloomFilter.location(of: chunk, objectByteCount: byteCount) : nil,
                // Without bounds the offsets say nothing.
                pageIndex: location?.columnIndex == nil ? nil : location)
        }
    }

    private func bloomFilter(
        at range: Range<Int>, _ bytes: RangeBytes, of shard: OpenShard
    ) async throws -> BloomFilter? {
        let step = try? bytes.withBytes(of: range) { try BloomFilter.parse($0) }
        switch step {
        case .filter(let filter): return filter
        // Older files do not say how long the filter is.
        case .needs(let byteCount)
        where byteCount <= shard.shard.object.byteCount - range.lowerBound:
            let whole = range.lowerBound..<range.lowerBound + byteCount
            let more = try await RangeBytes.read([whole], of: shard.shard.object, in: store)
            let step = try? more.withBytes(of: whole) { try BloomFilter.parse($0) }
            if case .filter(let filter) = step { return filter }
            return nil
        case .needs, nil: return nil
        }
    }

    private func pageIndex(
        at location: PageIndex.Location, _ part: Part, _ bytes: RangeBytes, rowCount: Int
    ) -> PageIndex? {
        guard let columnIndex = location.columnIndex else { return nil }
        let index = try? bytes.withBytes(of: location.offsetIndex) { offsets in
            try bytes.withBytes(of: columnIndex) { bounds in
                try PageIndex(
                    offsetIndex: offsets, columnIndex: bounds, chunk: part.chunk,
                    column: part.leaf, rowCount: rowCount)
            }
        }
        return index ?? nil
    }
}
