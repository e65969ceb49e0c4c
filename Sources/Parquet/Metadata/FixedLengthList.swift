import Columns

/// Lists that all have the same length, so that each position is a column of its own.
package struct FixedLengthList: Hashable, Sendable {
    package let length: Int
    /// From this level on there is an element, below it none: the list is empty, or null.
    let definitionLevel: Int

    /// Longer lists are not taken for rows of features.
    static let lengthMax = 16_384

    /// What the counts of values, rows and nulls allow; nil if no length does.
    ///
    /// They do not prove it: a reader has to look at the levels.
    /// - Precondition: every row group has a chunk of the column.
    static func guess(
        of leaf: LeafColumn, in rowGroups: [RowGroupMetadata]
    ) -> FixedLengthList? {
        guard let list = leaf.list else { return nil }
        var lengths: [Int]?
        for rowGroup in rowGroups where rowGroup.rowCount > 0 {
            let chunk = rowGroup.columns[leaf.columnIndex]
            let nullCount = chunk.statistics?.nullCount ?? 0
            if chunk.valueCount == rowGroup.rowCount && nullCount == rowGroup.rowCount { continue }
            // Either no list is null, or all nulls are lists, which count as one value.
            let found = [nullCount, 0].compactMap { nulls -> Int? in
                let (values, overflow) = chunk.valueCount.subtractingReportingOverflow(nulls)
                let rows = rowGroup.rowCount &- nulls
                guard !overflow, nulls >= 0, rows > 0, values > 0, values % rows == 0 else {
                    return nil
                }
                return Int(values / rows)
            }
            lengths = lengths.map { $0.filter(found.contains) } ?? found
        }
        guard let length = lengths?.first, (1...lengthMax).contains(length) else { return nil }
        return FixedLengthList(length: length, definitionLevel: list.definitionLevel)
    }
}

extension LeafColumn {
    /// A column for each position of the lists, called `name[position]`.
    /// - Precondition: `list` is not nil, and its levels were looked at.
    package func elements() -> [LeafColumn] {
        guard let list else { preconditionFailure("not a list") }
        return (0..<list.length).map { position in
            LeafColumn(
                field: Field(name: "\(path[0])[\(position)]", type: field.type), path: path,
                columnIndex: columnIndex, physicalType: physicalType, typeLength: typeLength,
                definitionLevelMax: definitionLevelMax, repetitionLevelMax: repetitionLevelMax,
                order: order, list: list, elementIndex: position, skippedReason: nil)
        }
    }

    /// The same column, left out for a reason that was found in its values.
    package func skipped(_ reason: String) -> LeafColumn {
        LeafColumn(
            field: field, path: path, columnIndex: columnIndex, physicalType: physicalType,
            typeLength: typeLength, definitionLevelMax: definitionLevelMax,
            repetitionLevelMax: repetitionLevelMax, order: order, list: nil, elementIndex: nil,
            skippedReason: reason)
    }

    /// The column's name; of a position of a list, the list's.
    package var listName: String { elementIndex == nil ? field.name : path[0] }
}
