import Parquet

/// The rows of a row group, cut wherever a page of some column ends: within a segment each column
/// has one page.
struct PageSegments {
    private let pages: [Int: PageIndex]
    /// First rows of the segments, ascending.
    private let starts: [Int]

    init(_ pages: [Int: PageIndex], rowCount: Int) {
        self.pages = pages
        starts = Set(pages.values.flatMap { $0.pages.map(\.rows.lowerBound) })
            .filter { $0 < rowCount }.sorted()
    }

    /// Whether `isWanted` holds for the pages, by column, of some segment.
    /// - Complexity: O(segments × columns).
    func contains(where isWanted: ([Int: PageIndex.Page]) -> Bool) -> Bool {
        var positions = pages.mapValues { _ in 0 }
        for start in starts {
            var current: [Int: PageIndex.Page] = [:]
            for (column, index) in pages {
                var position = positions[column] ?? 0
                while position + 1 < index.pages.count,
                    index.pages[position].rows.upperBound <= start
                {
                    position += 1
                }
                positions[column] = position
                if position < index.pages.count { current[column] = index.pages[position] }
            }
            if isWanted(current) { return true }
        }
        return false
    }
}
