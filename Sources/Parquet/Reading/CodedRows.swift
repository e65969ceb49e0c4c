import Columns
import Memory

/// The rows of a chunk as codes of its dictionary's entries, as long as no page holds anything else.
final class CodedRows {
    private let codes: ColumnBuffer<UInt16>
    private let entries: ColumnValues
    /// Rows that have codes.
    private var rowCount = 0

    /// Whether codes of so many entries are worth more than the values themselves.
    static func pay(entryCount: Int, rowCount: Int) -> Bool {
        entryCount < Int(UInt16.max) && entryCount * 2 <= rowCount
    }

    /// - Parameters:
    ///   - entries: the dictionary's, behind the one of null rows.
    ///   - rowCountMax: of the chunk.
    init(entries: ColumnValues, rowCountMax: Int, memory: BlockMemory) {
        self.entries = entries
        codes = ColumnBuffer(uninitializedCount: rowCountMax, from: memory)
    }

    /// - Parameter indices: `page.validCount`, each below the number of entries of the dictionary,
    ///   then 64 readable bytes; nil for none.
    func append(_ page: PageValues, _ indices: UnsafePointer<UInt32>?) {
        defer { rowCount = page.firstRow + page.rowCount }
        guard page.rowCount > 0, let start = codes.mutableElements.baseAddress else { return }
        let rows = start + page.firstRow
        guard let indices else {
            rows.update(repeating: 0, count: page.rowCount)
            return
        }
        DictionaryGather.spreadShortCodes(
            indices, validity: page.hasNulls ? page.validity : nil, bitOffset: page.firstRow,
            rowCount: page.rowCount, into: rows)
    }

    func finish() -> ColumnValues { .coded(codes: codes, entries: entries) }

    /// Writes the values of the rows so far.
    /// - Parameter byteCount: of a value.
    func expand(into values: UnsafeMutableRawPointer, byteCount: Int) {
        let source = UnsafeRawPointer(entries.mutableStart)
        for (row, code) in codes.elements[..<rowCount].enumerated() {
            (values + row * byteCount).copyMemory(
                from: source + Int(code) * byteCount, byteCount: byteCount)
        }
    }
}
