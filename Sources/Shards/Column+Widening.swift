import Columns

extension Column {
    /// The same values as a column of `field`, whose type `ColumnType.widened` chose for this
    /// column's type and others; or nulls of the field's type, if the column's file has none.
    /// - Complexity: O(`count`) where the carrier changes (of codes, their entries), otherwise O(1).
    func widened(to field: Field) -> Column {
        if self.field.holdsOnlyNulls && !field.holdsOnlyNulls {
            return .nulls(field, count: count)
        }
        guard self.field.type != field.type else { return self }
        if case .coded(let codes, let entries) = values {
            let wide = Column(field: self.field, values: entries).widened(to: field)
            return Column(
                field: field, values: .coded(codes: codes, entries: wide.values),
                validity: validity)
        }
        let values: ColumnValues =
            switch (values, field.type) {
            case (.int32(let buffer), .int64):
                .int64(
                    self.field.type.isUnsigned
                        ? buffer.map { Int64(UInt32(bitPattern: $0)) } : buffer.map { Int64($0) })
            case (.int32(let buffer), .double): .double(buffer.map { Double($0) })
            case (.float(let buffer), .double): .double(buffer.map { Double($0) })
            default: values
            }
        return Column(field: field, values: values, validity: validity)
    }
}

extension ColumnType {
    fileprivate var isUnsigned: Bool {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: true
        default: false
        }
    }
}

extension ColumnBuffer {
    fileprivate func map<Wider: BitwiseCopyable>(
        _ widen: (Element) -> Wider
    ) -> ColumnBuffer<Wider> {
        let wide = ColumnBuffer<Wider>(uninitializedCount: count)
        let output = wide.mutableElements
        for (index, element) in elements.enumerated() {
            output.initializeElement(at: index, to: widen(element))
        }
        return wide
    }
}
