import Columns

/// Follows the levels of a chunk of lists, each of which must have the same length or be null.
final class ListLevels {
    let list: FixedLengthList
    private let definitionLevelMax: Int
    private let rowCountMax: Int
    private(set) var rowCount = 0
    /// Elements of the last row so far.
    private var filledCount: Int
    /// One bit a row; empty while no list is null.
    private(set) var nullRows: [UInt64] = []

    init(_ list: FixedLengthList, definitionLevelMax: Int, rowCountMax: Int) {
        self.list = list
        self.definitionLevelMax = definitionLevelMax
        self.rowCountMax = rowCountMax
        filledCount = list.length
    }

    /// - Parameters:
    ///   - repetition, definition: (count), the levels of the next values.
    /// - Throws: `outOfSpec` for a level that does not exist or more rows than there are,
    ///   `unsupported` for a list of another length, with its row.
    func append(
        repetition: UnsafePointer<UInt32>, definition: UnsafePointer<UInt32>, count: Int
    ) throws(ParquetError) {
        for index in 0..<count {
            guard definition[index] <= definitionLevelMax else {
                throw ParquetError(.outOfSpec, "a definition level of \(definition[index]).")
            }
            let isElement = definition[index] >= list.definitionLevel
            if repetition[index] == 0 {
                guard filledCount == list.length else { throw otherLength(filledCount) }
                guard rowCount < rowCountMax else {
                    throw ParquetError(.outOfSpec, "more than \(rowCountMax) rows.")
                }
                rowCount += 1
                filledCount = isElement ? 1 : list.length
                if isElement { continue }
                // One below the element stands for an empty list, further below for null.
                guard definition[index] + 1 < list.definitionLevel else { throw otherLength(0) }
                setNull(rowCount - 1)
            } else {
                guard isElement, rowCount > 0 else {
                    throw ParquetError(.outOfSpec, "an element that belongs to no list.")
                }
                filledCount += 1
                guard filledCount <= list.length, !isNull(rowCount - 1) else {
                    throw otherLength(filledCount)
                }
            }
        }
    }

    /// Throws if rows or elements are missing.
    func finish() throws(ParquetError) {
        guard filledCount == list.length else { throw otherLength(filledCount) }
        guard rowCount == rowCountMax else {
            throw ParquetError(
                .outOfSpec, "the column ends after \(rowCount) of \(rowCountMax) rows.")
        }
    }

    func isNull(_ row: Int) -> Bool {
        !nullRows.isEmpty && nullRows[row >> 6] &>> UInt64(row & 63) & 1 == 1
    }

    private func setNull(_ row: Int) {
        if nullRows.isEmpty { nullRows = Array(repeating: 0, count: (rowCountMax + 63) / 64) }
        nullRows[row >> 6] |= 1 &<< UInt64(row & 63)
    }

    private func otherLength(_ length: Int) -> ParquetError {
        let more = length > list.length ? " or more" : ""
        return ParquetError(
            .unsupported,
            "the list in row \(rowCount - 1) has \(length)\(more) elements, "
                + "others \(list.length); only lists of one length can be features. Leave the "
                + "column out, or make all lists as long.")
    }
}
