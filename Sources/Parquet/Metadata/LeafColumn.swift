package import Columns

/// A leaf of the schema tree: one column as a file stores it.
package struct LeafColumn: Hashable, Sendable {
    /// Name (the dotted path if nested), type and nullability.
    package let field: Field
    /// Names from below the root down to the leaf.
    package let path: [String]
    /// Position of its chunk in each row group.
    package let columnIndex: Int
    package let physicalType: PhysicalType
    /// Bytes of a FIXED_LEN_BYTE_ARRAY value, otherwise 0.
    package let typeLength: Int
    package let definitionLevelMax: Int
    package let repetitionLevelMax: Int
    /// The order behind min and max; nil where the file does not say.
    package let order: ColumnOrder?
    /// What the lists of this column are taken to be, if their lengths allow it; nil for a flat
    /// column, and for lists that cannot be features.
    package let list: FixedLengthList?
    /// Which element of the list this column is; nil for a flat column, and for lists as a whole.
    package let elementIndex: Int?
    /// Why this reader does not read the column; nil if it does.
    package let skippedReason: String?
}

extension FileMetadata {
    /// Every leaf in the file's order, also those that cannot be read.
    /// - Throws: `outOfSpec` if the schema is not a tree, or a row group lacks column chunks.
    package func leafColumns() throws(ParquetError) -> [LeafColumn] {
        var walk = SchemaWalk(schema: schema, orders: columnOrders)
        try walk.root()
        var leaves = walk.leaves
        for index in rowGroups.indices where rowGroups[index].columns.count != leaves.count {
            throw ParquetError(
                .outOfSpec,
                "\(rowGroups[index].columns.count) column chunks for \(leaves.count) columns.",
                context: .init(rowGroupIndex: index))
        }
        for index in leaves.indices where leaves[index].list != nil {
            leaves[index] = leaves[index].with(
                list: FixedLengthList.guess(of: leaves[index], in: rowGroups))
        }
        var countByName: [String: Int] = [:]
        for leaf in leaves { countByName[leaf.field.name, default: 0] += 1 }
        for (index, leaf) in leaves.enumerated()
        where leaf.skippedReason == nil && countByName[leaf.field.name] != 1 {
            leaves[index] = leaf.skipped("several columns have this name")
        }
        return leaves
    }
}

extension LeafColumn {
    fileprivate func with(list: FixedLengthList?) -> LeafColumn {
        LeafColumn(
            field: field, path: path, columnIndex: columnIndex, physicalType: physicalType,
            typeLength: typeLength, definitionLevelMax: definitionLevelMax,
            repetitionLevelMax: repetitionLevelMax, order: order, list: list, elementIndex: nil,
            skippedReason: skippedReason)
    }
}

/// Walks the flattened schema tree depth first.
private struct SchemaWalk {
    /// Deeper trees are refused: the walk is recursive.
    static let depthMax = 64

    let schema: [SchemaElement]
    let orders: [ColumnOrder]
    var position = 0
    var leaves: [LeafColumn] = []

    init(schema: [SchemaElement], orders: [ColumnOrder]) {
        self.schema = schema
        self.orders = orders
    }

    mutating func root() throws(ParquetError) {
        let root = try next()
        guard root.physicalType == nil else {
            throw ParquetError(.outOfSpec, "the root of the schema is a column, not a group.")
        }
        for _ in 0..<(try childCount(root)) {
            try node(
                path: [], definitionLevel: 0, repetitionLevel: 0, nesting: nil, list: .possible)
        }
        guard position == schema.count else {
            throw ParquetError(
                .outOfSpec, "\(schema.count - position) schema elements belong to no group.")
        }
    }

    private mutating func next() throws(ParquetError) -> SchemaElement {
        guard position < schema.count else {
            throw ParquetError(.outOfSpec, "the schema ends within a group.")
        }
        position += 1
        return schema[position - 1]
    }

    /// - Parameter nesting: what the outermost group is, nil at the top level.
    private mutating func node(
        path: [String], definitionLevel: Int, repetitionLevel: Int, nesting: String?,
        list: ListState
    ) throws(ParquetError) {
        let element = try next()
        let path = path + [element.name]
        guard path.count <= Self.depthMax else {
            throw ParquetError(.outOfSpec, "a schema deeper than \(Self.depthMax) groups.")
        }
        let repetition = element.repetition ?? .required
        let definitionLevel = definitionLevel + (repetition == .required ? 0 : 1)
        let repetitionLevel = repetitionLevel + (repetition == .repeated ? 1 : 0)
        let list = list.entering(element, repetition, definitionLevel: definitionLevel)
        if let physicalType = element.physicalType {
            let nesting = nesting ?? (repetition == .repeated ? "nested: a repeated column" : nil)
            leaves.append(
                leaf(
                    element, physicalType, path: path, definitionLevel: definitionLevel,
                    repetitionLevel: repetitionLevel, nesting: nesting, list: list))
            return
        }
        for _ in 0..<(try childCount(element)) {
            try node(
                path: path, definitionLevel: definitionLevel, repetitionLevel: repetitionLevel,
                nesting: nesting ?? Self.nesting(element, repetition), list: list)
        }
    }

    private func childCount(_ group: SchemaElement) throws(ParquetError) -> Int32 {
        guard let childCount = group.childCount, childCount >= 0 else {
            throw ParquetError(
                .outOfSpec, "the schema element \(group.name) is neither column nor group.")
        }
        return childCount
    }

    private static func nesting(_ element: SchemaElement, _ repetition: Repetition) -> String {
        switch (element.logicalType, element.convertedType, repetition) {
        case (.list, _, _), (_, .list, _): "nested: part of the list `\(element.name)`"
        case (.map, _, _), (_, .map, _), (_, .mapKeyValue, _):
            "nested: part of the map `\(element.name)`"
        case (.variant, _, _): "nested: part of the variant `\(element.name)`"
        case (_, _, .repeated): "nested: part of the repeated group `\(element.name)`"
        default: "nested: part of the struct `\(element.name)`"
        }
    }

    private func leaf(
        _ element: SchemaElement, _ physicalType: PhysicalType, path: [String],
        definitionLevel: Int, repetitionLevel: Int, nesting: String?, list: ListState
    ) -> LeafColumn {
        let type = ColumnType.resolve(element, physicalType)
        var skippedReason = nesting
        var columnType = ColumnType.binary
        switch type {
        case .success(let resolved): columnType = resolved
        case .failure(let reason): skippedReason = skippedReason ?? reason.text
        }
        return LeafColumn(
            field: Field(
                name: path.joined(separator: "."), type: columnType,
                isNullable: definitionLevel > 0,
                holdsOnlyNulls: element.logicalType == .null && repetitionLevel == 0
                    && definitionLevel > 0),
            path: path, columnIndex: leaves.count, physicalType: physicalType,
            typeLength: physicalType == .fixedLengthByteArray
                ? Int(element.typeLength ?? 0) : 0,
            definitionLevelMax: definitionLevel, repetitionLevelMax: repetitionLevel,
            order: leaves.count < orders.count ? orders[leaves.count] : nil,
            list: list.fixedLengthList(of: columnType, physicalType), elementIndex: nil,
            skippedReason: skippedReason)
    }
}
