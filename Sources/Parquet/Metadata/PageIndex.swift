import Columns

/// The pages of one column chunk: where each lies, which rows it has, what is known of them.
package struct PageIndex: Hashable, Sendable {
    package struct Page: Hashable, Sendable {
        /// Of the row group; never empty, one after the other.
        package let rows: Range<Int>
        /// Of the object, header included; within the chunk.
        package let bytes: Range<Int>
        /// All nil without a column index.
        package let statistics: ColumnStatistics
    }

    /// Where the two indexes of a chunk lie in the object.
    package struct Location: Hashable, Sendable {
        package let offsetIndex: Range<Int>
        /// nil where the writer gave no bounds.
        package let columnIndex: Range<Int>?

        /// nil if the chunk has no page index, or one that lies outside the object: files are
        /// readable without it.
        package init?(_ chunk: ColumnChunkMetadata, objectByteCount: Int) {
            guard
                let offsetIndex = ObjectRange.make(
                    offset: chunk.offsetIndexOffset, byteCount: chunk.offsetIndexByteCount,
                    objectByteCount: objectByteCount)
            else { return nil }
            self.offsetIndex = offsetIndex
            columnIndex = ObjectRange.make(
                offset: chunk.columnIndexOffset, byteCount: chunk.columnIndexByteCount,
                objectByteCount: objectByteCount)
        }
    }

    package let pages: [Page]

    /// - Parameters:
    ///   - offsetIndex: the bytes at `Location.offsetIndex`.
    ///   - columnIndex: the bytes at `Location.columnIndex`.
    ///   - chunk: the metadata that the location is from; `column` is its leaf.
    ///   - rowCount: of the row group.
    /// - Throws: `outOfSpec` if the bytes are damaged, or the pages do not fit the chunk. Then the
    ///   chunk can still be read as a whole.
    /// - Complexity: O(bytes).
    package init(
        offsetIndex: UnsafeRawBufferPointer, columnIndex: UnsafeRawBufferPointer?,
        chunk: ColumnChunkMetadata, column: LeafColumn, rowCount: Int
    ) throws(ParquetError) {
        guard column.list == nil else {
            throw ParquetError(
                .unsupported, "the page index of a list.",
                context: .init(column: column.field.name))
        }
        do throws(ParquetError) {
            var reader = CompactProtocolReader(
                offsetIndex, objectOffset: Int(chunk.offsetIndexOffset ?? 0))
            let locations = try OffsetIndex(parsing: &reader).pageLocations
            var bounds: ColumnIndex?
            if let columnIndex {
                var reader = CompactProtocolReader(
                    columnIndex, objectOffset: Int(chunk.columnIndexOffset ?? 0))
                bounds = try ColumnIndex(parsing: &reader)
            }
            try bounds?.check(pageCount: locations.count)
            pages = try Self.pages(locations, bounds, chunk, column, rowCount: rowCount)
        } catch {
            throw error.adding(.init(column: column.field.name))
        }
    }

    private static func pages(
        _ locations: [OffsetIndex.PageLocation], _ bounds: ColumnIndex?,
        _ chunk: ColumnChunkMetadata, _ column: LeafColumn, rowCount: Int
    ) throws(ParquetError) -> [Page] {
        let (chunkEnd, overflow) = Int64(chunk.startOffset).addingReportingOverflow(
            chunk.compressedByteCount)
        guard chunk.startOffset >= 0, chunk.compressedByteCount >= 0, !overflow else {
            throw outOfPlace(0)
        }
        var pages: [Page] = []
        pages.reserveCapacity(locations.count)
        var row: Int64 = 0
        var byteOffset = Int64(chunk.startOffset)
        for (index, location) in locations.enumerated() {
            let endRow =
                index + 1 < locations.count
                ? locations[index + 1].firstRowIndex : Int64(rowCount)
            guard location.firstRowIndex == row, endRow > row, endRow <= Int64(rowCount),
                location.byteOffset >= byteOffset, location.byteCount > 0,
                location.byteOffset <= chunkEnd - Int64(location.byteCount)
            else { throw outOfPlace(index) }
            byteOffset = location.byteOffset + Int64(location.byteCount)
            pages.append(
                Page(
                    rows: Int(row)..<Int(endRow),
                    bytes: Int(location.byteOffset)..<Int(byteOffset),
                    statistics: bounds.map {
                        ColumnStatistics($0, page: index, column: column)
                    } ?? ColumnStatistics()))
            row = endRow
        }
        guard row == Int64(rowCount) else { throw outOfPlace(locations.count) }
        return pages
    }

    private static func outOfPlace(_ page: Int) -> ParquetError {
        ParquetError(
            .outOfSpec, "the page index does not fit the column chunk.",
            context: .init(pageIndex: page))
    }
}

extension ColumnIndex {
    /// Throws `outOfSpec` unless the lists have an element for each page.
    fileprivate func check(pageCount: Int) throws(ParquetError) {
        let counts = [nullPages.count, minValues.count, maxValues.count]
        let optionalCounts = [nullCounts.count, nanCounts.count]
        guard counts.allSatisfy({ $0 == pageCount }),
            optionalCounts.allSatisfy({ $0 == pageCount || $0 == 0 })
        else {
            throw ParquetError(
                .outOfSpec,
                "the column index speaks of \(counts) pages, the offset index of \(pageCount).")
        }
    }
}
