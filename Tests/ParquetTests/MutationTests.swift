import Columns
import Parquet
import Testing

@Suite("Mutations")
struct MutationTests {
    /// Enough to have found each trap that the long runs found; those take millions.
    static let mutantCount = 300

    @Test("a damaged file is read or refused, never more", arguments: FixtureTests.files)
    func damagedFilesNeverTrap(name: String) throws {
        let original = try ParquetFile(path: "\(FixtureTests.folder)/\(name)").bytes
        for seed in 0..<UInt64(Self.mutantCount) {
            var mutation = Mutation(seed: seed)
            read(mutation.mutate(original))
        }
    }

    @Test("a truncated file is refused", arguments: FixtureTests.files)
    func truncatedFilesAreRefused(name: String) throws {
        let original = try ParquetFile(path: "\(FixtureTests.folder)/\(name)").bytes
        for byteCount in stride(from: 0, to: original.count, by: 97) {
            #expect(throws: ParquetError.self) {
                try ParquetFile(Array(original.prefix(byteCount)))
            }
        }
    }

    /// Every column of every row group: the error of one does not hide those behind it.
    private func read(_ bytes: [UInt8]) {
        guard let file = try? ParquetFile(bytes) else { return }
        let scratch = DecodeScratch()
        for leaf in file.leaves {
            for rowGroup in file.metadata.rowGroups.indices {
                if leaf.list != nil {
                    for element in leaf.elements().prefix(3) {
                        _ = try? file.column(element, rowGroup: rowGroup, scratch: scratch)
                    }
                }
                guard let column = try? file.column(leaf, rowGroup: rowGroup, scratch: scratch)
                else { continue }
                checkCodes(column)
                readSelectively(file, leaf, rowGroup: rowGroup, scratch: scratch)
            }
            _ = file.metadata.statistics(of: leaf).min?.description
        }
    }

    /// Every other page, and the bloom filter.
    private func readSelectively(
        _ file: ParquetFile, _ leaf: LeafColumn, rowGroup: Int, scratch: DecodeScratch
    ) {
        _ = file.bloomFilter(leaf, rowGroup: rowGroup)?.mightContain(.integer(7), in: leaf)
        guard let index = file.pageIndex(leaf, rowGroup: rowGroup) else { return }
        let rows = stride(from: 0, to: index.pages.count, by: 2).map { index.pages[$0].rows }
        let selection = PageSelection(
            rows: rows, of: index,
            in: file.metadata.rowGroups[rowGroup].columns[leaf.columnIndex])
        let column = try? file.column(
            leaf, rowGroup: rowGroup, selection: selection, scratch: scratch)
        if let column { checkCodes(column) }
        for page in index.pages {
            _ = page.statistics.mightHold(.less, .integer(7), rowCount: page.rows.count)
        }
    }

    /// What consumers index with has to be in range.
    private func checkCodes(_ column: Column) {
        guard case .dictionary(let codes, let dictionary) = column.values else { return }
        for row in 0..<column.count where !column.isNull(row) {
            let code = Int(codes.elements[row])
            if code < 0 || code >= dictionary.count {
                Issue.record("code \(code) of \(dictionary.count)")
                return
            }
        }
    }
}
