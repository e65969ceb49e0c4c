/// The pages of one column chunk that hold wanted rows, to be fetched and decoded without the rest.
///
/// Fetch `byteRanges` and join them: the result decodes as a chunk of `rowCount` rows, which are
/// `rows` of the row group.
package struct PageSelection: Hashable, Sendable {
    /// Of the object, ascending, apart from each other: the dictionary page, then data pages.
    package let byteRanges: [Range<Int>]
    /// Of the row group, ascending, apart from each other: all rows of the selected pages, so
    /// possibly more than were wanted.
    package let rows: [Range<Int>]

    /// Of each selected data page.
    package let pageRowCounts: [Int]

    package var rowCount: Int { rows.reduce(0) { $0 + $1.count } }
    package var byteCount: Int { byteRanges.reduce(0) { $0 + $1.count } }

    /// - Parameters:
    ///   - wanted: rows of the row group, ascending, without overlap.
    ///   - chunk: the metadata that `index` is of.
    package init(rows wanted: [Range<Int>], of index: PageIndex, in chunk: ColumnChunkMetadata) {
        var byteRanges: [Range<Int>] = []
        var rows: [Range<Int>] = []
        var pageRowCounts: [Int] = []
        var position = 0
        for page in index.pages {
            while position < wanted.count, wanted[position].upperBound <= page.rows.lowerBound {
                position += 1
            }
            guard position < wanted.count, wanted[position].overlaps(page.rows) else { continue }
            Self.append(page.bytes, to: &byteRanges)
            Self.append(page.rows, to: &rows)
            pageRowCounts.append(page.rows.count)
        }
        // What lies before the first data page is the dictionary.
        if let first = byteRanges.first, let firstPage = index.pages.first,
            firstPage.bytes.lowerBound > chunk.startOffset
        {
            let dictionary = chunk.startOffset..<firstPage.bytes.lowerBound
            if first.lowerBound == dictionary.upperBound {
                byteRanges[0] = dictionary.lowerBound..<first.upperBound
            } else {
                byteRanges.insert(dictionary, at: 0)
            }
        }
        self.byteRanges = byteRanges
        self.rows = rows
        self.pageRowCounts = pageRowCounts
    }

    private static func append(_ range: Range<Int>, to ranges: inout [Range<Int>]) {
        if let last = ranges.last, last.upperBound == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
        } else {
            ranges.append(range)
        }
    }
}
