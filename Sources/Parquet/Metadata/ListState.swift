import Columns

/// Whether the path from the root to a schema element is that of a list of plain values, which may
/// be written in three ways. Source: LogicalTypes.md, "Lists".
enum ListState {
    /// No group, or a group annotated as a list.
    case possible
    /// Below the repeated element, whose definition level this is.
    case elements(definitionLevel: Int)
    case impossible

    /// - Parameter definitionLevel: of `element`.
    func entering(
        _ element: SchemaElement, _ repetition: Repetition, definitionLevel: Int
    ) -> ListState {
        let isLeaf = element.physicalType != nil
        if case .impossible = self { return .impossible }
        // Structures and maps have several children; a leaf has none.
        guard isLeaf || element.childCount == 1 else { return .impossible }
        switch (self, repetition) {
        case (.possible, .repeated): return .elements(definitionLevel: definitionLevel)
        case (.possible, _):
            let isList = element.logicalType == .list || element.convertedType == .list
            return isList && !isLeaf ? .possible : .impossible
        case (.elements, .repeated), (.impossible, _): return .impossible
        case (.elements, _): return isLeaf ? self : .impossible
        }
    }

    /// nil for lists of what is no number, or not stored as one.
    func fixedLengthList(of type: ColumnType, _ physicalType: PhysicalType) -> FixedLengthList? {
        guard case .elements(let definitionLevel) = self else { return nil }
        switch type {
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16, .float,
            .double:
            return FixedLengthList(length: 0, definitionLevel: definitionLevel)
        default: return nil
        }
    }
}
