import Columns

/// Rows of batches that wait for their row group to become full.
///
/// A row group is full with `rowCountMax` rows, or with the row that brings its values to
/// `byteCountMax`; both depend on the rows alone, not on the batches they came in.
struct PendingRows {
    struct Piece {
        let batch: RecordBatch
        var rows: Range<Int>
    }

    private let rowCountMax: Int
    private let byteCountMax: Int
    /// Bytes of a row without those of strings.
    let fixedByteCount: Int
    private let stringColumns: [Int]

    private var pieces: [Piece] = []
    private(set) var rowCount = 0
    /// At least the bytes of all rows; cheap to know, since it looks at no single row.
    private var byteCountBound = 0
    /// Bytes of the longest entry, by dictionary; of dictionaries of `pieces` only, since they
    /// are known by their place in memory.
    private var longestEntries: [ObjectIdentifier: Int] = [:]
    /// What is known exactly: the first pieces, none of which fills the row group.
    private var measured = (pieceCount: 0, rowCount: 0, byteCount: 0)

    init(rowCountMax: Int, byteCountMax: Int, fixedByteCount: Int, stringColumns: [Int]) {
        self.rowCountMax = rowCountMax
        self.byteCountMax = byteCountMax
        self.fixedByteCount = fixedByteCount
        self.stringColumns = stringColumns
    }

    mutating func append(_ batch: RecordBatch, _ rows: Range<Int>) {
        guard !rows.isEmpty else { return }
        pieces.append(Piece(batch: batch, rows: rows))
        rowCount += rows.count
        byteCountBound += bound(pieces[pieces.count - 1])
    }

    /// How many rows the next row group has, or nil while it is not full.
    mutating func fullRowCount() -> Int? {
        if boundOfNextRowGroup() < byteCountMax {
            return rowCount >= rowCountMax ? rowCountMax : nil
        }
        while measured.pieceCount < pieces.count && measured.rowCount < rowCountMax {
            let piece = pieces[measured.pieceCount]
            for row in piece.rows {
                if measured.rowCount == rowCountMax || measured.byteCount >= byteCountMax {
                    return endMeasuring()
                }
                measured.rowCount += 1
                measured.byteCount += byteCount(piece.batch, row)
            }
            measured.pieceCount += 1
        }
        let isFull = measured.rowCount == rowCountMax || measured.byteCount >= byteCountMax
        return isFull ? endMeasuring() : nil
    }

    private mutating func endMeasuring() -> Int {
        let rowCount = measured.rowCount
        measured = (0, 0, 0)
        return rowCount
    }

    /// Removes and returns the first `count` rows, once `fullRowCount` said so, or all of them.
    mutating func take(_ count: Int) -> [Piece] {
        var taken: [Piece] = []
        var missing = count
        var position = 0
        while missing > 0 {
            let rows = pieces[position].rows
            let end = rows.lowerBound + min(missing, rows.count)
            taken.append(Piece(batch: pieces[position].batch, rows: rows.lowerBound..<end))
            missing -= end - rows.lowerBound
            pieces[position].rows = end..<rows.upperBound
            if end == rows.upperBound { position += 1 }
        }
        pieces.removeFirst(position)
        rowCount -= count
        longestEntries.removeAll()
        byteCountBound = 0
        for piece in pieces { byteCountBound += bound(piece) }
        measured = (0, 0, 0)
        return taken
    }

    // MARK: Sizes

    private mutating func boundOfNextRowGroup() -> Int {
        if rowCount <= rowCountMax { return byteCountBound }
        var sum = 0
        var missing = rowCountMax
        for piece in pieces where missing > 0 {
            let count = min(missing, piece.rows.count)
            let first = piece.rows.lowerBound
            sum += bound(Piece(batch: piece.batch, rows: first..<first + count))
            missing -= count
        }
        return sum
    }

    private mutating func bound(_ piece: Piece) -> Int {
        var bound = piece.rows.count * fixedByteCount
        for column in stringColumns {
            switch piece.batch.columns[column].values {
            case .byteArrays(let values):
                let offsets = values.offsets.elements
                bound += offsets[piece.rows.upperBound] - offsets[piece.rows.lowerBound]
            case .dictionary(_, let dictionary):
                bound += piece.rows.count * longestEntry(dictionary)
            default: break
            }
        }
        return bound
    }

    private mutating func longestEntry(_ dictionary: ByteArrays) -> Int {
        let key = ObjectIdentifier(dictionary.offsets)
        if let known = longestEntries[key] { return known }
        let longest = (0..<dictionary.count).reduce(0) { max($0, dictionary[$1].count) }
        longestEntries[key] = longest
        return longest
    }

    private func byteCount(_ batch: RecordBatch, _ row: Int) -> Int {
        var byteCount = fixedByteCount
        for index in stringColumns where !batch.columns[index].isNull(row) {
            switch batch.columns[index].values {
            case .byteArrays(let values): byteCount += values[row].count
            case .dictionary(let codes, let dictionary):
                // A code out of range is found, and told, when the row group is written.
                let code = Int(codes.elements[row])
                if (0..<dictionary.count).contains(code) { byteCount += dictionary[code].count }
            default: break
            }
        }
        return byteCount
    }
}
