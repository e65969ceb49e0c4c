extension Column {
    /// The same rows with a value for each where this column holds codes of values.
    /// - Complexity: O(`count`), or O(1) where there are no codes.
    package func expanded() -> Column {
        guard case .coded(let codes, let entries) = values else { return self }
        let expanded: ColumnValues =
            switch entries {
            case .int32(let buffer): .int32(buffer.lookingUp(codes))
            case .int64(let buffer): .int64(buffer.lookingUp(codes))
            case .float(let buffer): .float(buffer.lookingUp(codes))
            case .double(let buffer): .double(buffer.lookingUp(codes))
            case .boolean, .dictionary, .byteArrays, .fixed, .coded:
                preconditionFailure("codes of values that are not numbers")
            }
        return Column(field: field, values: expanded, validity: validity)
    }
}

extension ColumnBuffer {
    fileprivate func lookingUp(_ codes: ColumnBuffer<UInt16>) -> ColumnBuffer {
        let rows = ColumnBuffer(uninitializedCount: codes.count)
        let (source, codes, target) = (elements, codes.elements, rows.mutableElements)
        for row in 0..<codes.count {
            target.initializeElement(at: row, to: source[Int(codes[row])])
        }
        return rows
    }
}
