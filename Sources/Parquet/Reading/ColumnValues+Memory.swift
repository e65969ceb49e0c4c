import Columns

extension ColumnValues {
    /// The memory of the values (the codes, of a dictionary), for whoever makes the column.
    var mutableStart: UnsafeMutableRawPointer {
        switch self {
        case .boolean(let buffer): buffer.mutableStart
        case .int32(let buffer): buffer.mutableStart
        case .int64(let buffer): buffer.mutableStart
        case .float(let buffer): buffer.mutableStart
        case .double(let buffer): buffer.mutableStart
        case .dictionary(let codes, _): codes.mutableStart
        case .byteArrays(let values): values.bytes.mutableStart
        case .fixed(let buffer, _): buffer.mutableStart
        case .coded(let codes, _): codes.mutableStart
        }
    }
}

extension ColumnBuffer {
    /// The memory, slack included.
    var mutableStart: UnsafeMutableRawPointer {
        guard let start = mutableElements.baseAddress else {
            preconditionFailure("a column buffer always has an address")
        }
        return UnsafeMutableRawPointer(start)
    }
}
