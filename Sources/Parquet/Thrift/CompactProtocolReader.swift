/// Reads Thrift's compact protocol, in which footers and page headers are written.
///
/// Never reads past its bytes, and never believes a count that is larger than the bytes left.
/// Source: thrift-compact-protocol.md of Apache Thrift.
struct CompactProtocolReader {
    struct FieldHeader {
        let id: Int16
        let type: WireType
    }

    /// Levels of nesting in fields that are skipped, as in parquet-mr; ours need 6.
    static let depthMax = 32

    private let bytes: UnsafeRawBufferPointer
    /// Where `bytes` starts in the object, for errors.
    private let objectOffset: Int
    /// Bytes read so far.
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer, objectOffset: Int) {
        self.bytes = bytes
        self.objectOffset = objectOffset
    }

    var bytesLeft: Int { bytes.count &- position }

    /// What was not read yet.
    var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[position...]) }

    /// - Precondition: so many bytes are left.
    mutating func advance(by byteCount: Int) {
        precondition(byteCount >= 0 && byteCount <= bytesLeft)
        position &+= byteCount
    }

    func outOfSpec(_ message: String) -> ParquetError {
        ParquetError(.outOfSpec, message, context: .init(byteOffset: objectOffset + position))
    }
}

// MARK: Structures

extension CompactProtocolReader {
    /// The next field of a structure, or nil at its end.
    /// - Parameter previousID: 0 before the first field; then what this function left there.
    @inline(__always)
    mutating func nextField(after previousID: inout Int16) throws(ParquetError) -> FieldHeader? {
        let header = try readByte()
        if header == 0 { return nil }
        guard let type = WireType(rawValue: header & 0x0F) else {
            throw outOfSpec("unknown Thrift type \(header & 0x0F).")
        }
        let delta = Int16(header >> 4)
        if delta != 0 {
            let (id, overflow) = previousID.addingReportingOverflow(delta)
            guard !overflow else { throw outOfSpec("Thrift field id out of range.") }
            previousID = id
        } else {
            guard let id = Int16(exactly: try readZigZag()) else {
                throw outOfSpec("Thrift field id out of range.")
            }
            previousID = id
        }
        return FieldHeader(id: previousID, type: type)
    }

    /// Reads nothing: a structure starts with its first field.
    func expectStructure(_ field: FieldHeader) throws(ParquetError) {
        try expect(.structure, field)
    }

    /// The number of elements of a list field, at most the bytes left.
    mutating func readListCount(
        _ field: FieldHeader, of element: WireType
    ) throws(ParquetError) -> Int {
        try expect(.list, field)
        let (type, count) = try readListHeader()
        guard count == 0 || type == element.rawValue else {
            throw outOfSpec("Thrift list of type \(type), expected \(element.rawValue).")
        }
        return count
    }

    mutating func skip(_ field: FieldHeader) throws(ParquetError) {
        try skip(field.type, depth: 0)
    }

    /// Passes over a structure whose fields come next.
    mutating func skipStructure() throws(ParquetError) {
        try skip(.structure, depth: 0)
    }
}

// MARK: Values

extension CompactProtocolReader {
    mutating func readInt64(_ field: FieldHeader) throws(ParquetError) -> Int64 {
        switch field.type {
        case .int16, .int32, .int64: return try readZigZag()
        default: throw outOfSpec("Thrift field \(field.id) is not an integer.")
        }
    }

    mutating func readInt32(_ field: FieldHeader) throws(ParquetError) -> Int32 {
        guard let value = Int32(exactly: try readInt64(field)) else {
            throw outOfSpec("Thrift field \(field.id) exceeds 32 bits.")
        }
        return value
    }

    /// fastparquet writes numbers that its caller gave as booleans as those.
    mutating func readInt32OrBool(_ field: FieldHeader) throws(ParquetError) -> Int32 {
        switch field.type {
        case .booleanTrue: return 1
        case .booleanFalse: return 0
        default: return try readInt32(field)
        }
    }

    mutating func readInt8(_ field: FieldHeader) throws(ParquetError) -> Int8 {
        try expect(.byte, field)
        return Int8(bitPattern: try readByte())
    }

    func readBool(_ field: FieldHeader) throws(ParquetError) -> Bool {
        switch field.type {
        case .booleanTrue: return true
        case .booleanFalse: return false
        default: throw outOfSpec("Thrift field \(field.id) is not a boolean.")
        }
    }

    mutating func readBytes(_ field: FieldHeader) throws(ParquetError) -> [UInt8] {
        try expect(.binary, field)
        return [UInt8](try readBinary())
    }

    /// - Parameter model: returned itself if it has the same bytes.
    mutating func readBytes(
        _ field: FieldHeader, like model: [UInt8]?
    ) throws(ParquetError) -> [UInt8] {
        try expect(.binary, field)
        let bytes = try readBinary()
        if let model, model.count == bytes.count, model.elementsEqual(bytes) { return model }
        return [UInt8](bytes)
    }

    /// Bytes that are not UTF-8 are replaced.
    mutating func readString(_ field: FieldHeader) throws(ParquetError) -> String {
        try expect(.binary, field)
        return try readStringElement()
    }

    mutating func readStringElement() throws(ParquetError) -> String {
        String(decoding: try readBinary(), as: UTF8.self)
    }

    mutating func readInt32Element() throws(ParquetError) -> Int32 {
        guard let value = Int32(exactly: try readZigZag()) else {
            throw outOfSpec("Thrift list element exceeds 32 bits.")
        }
        return value
    }
}

// MARK: Lists

extension CompactProtocolReader {
    /// A byte each: 1 is true; false is 2, or 0 from some writers.
    mutating func readBooleans(_ field: FieldHeader) throws(ParquetError) -> [Bool] {
        // Either type says that the elements are booleans.
        try expect(.list, field)
        let (type, count) = try readListHeader()
        guard
            count == 0 || type == WireType.booleanTrue.rawValue
                || type == WireType.booleanFalse.rawValue
        else { throw outOfSpec("Thrift list of type \(type), expected booleans.") }
        var values: [Bool] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try readByte() == 1) }
        return values
    }

    /// - Parameter next: reads one element.
    mutating func readList<Element>(
        _ field: FieldHeader, of type: WireType,
        _ next: (inout CompactProtocolReader) throws(ParquetError) -> Element
    ) throws(ParquetError) -> [Element] {
        let count = try readListCount(field, of: type)
        var elements: [Element] = []
        // A count that claims much is not believed.
        elements.reserveCapacity(min(count, 8))
        for _ in 0..<count { elements.append(try next(&self)) }
        return elements
    }

    mutating func readInt64s(_ field: FieldHeader) throws(ParquetError) -> [Int64] {
        let count = try readListCount(field, of: .int64)
        var values: [Int64] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try readZigZag()) }
        return values
    }

    mutating func readByteArrays(_ field: FieldHeader) throws(ParquetError) -> [[UInt8]] {
        let count = try readListCount(field, of: .binary)
        var values: [[UInt8]] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append([UInt8](try readBinary())) }
        return values
    }
}

// MARK: Wire

extension CompactProtocolReader {
    private func expect(_ type: WireType, _ field: FieldHeader) throws(ParquetError) {
        guard field.type == type else {
            throw outOfSpec(
                "Thrift field \(field.id) has type \(field.type.rawValue), expected "
                    + "\(type.rawValue).")
        }
    }

    @inline(__always)
    private mutating func readByte() throws(ParquetError) -> UInt8 {
        guard position < bytes.count else { throw outOfSpec("Thrift structure ends too early.") }
        let byte = bytes[position]
        position &+= 1
        return byte
    }

    @inline(__always)
    private mutating func readVarint() throws(ParquetError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 70 {
            let byte = try readByte()
            // The tenth byte holds one bit; what overflows is cut off.
            value |= shift < 64 ? UInt64(byte & 0x7F) &<< shift : 0
            if byte < 0x80 { return value }
            shift &+= 7
        }
        throw outOfSpec("Thrift integer longer than 10 bytes.")
    }

    @inline(__always)
    private mutating func readZigZag() throws(ParquetError) -> Int64 {
        let value = try readVarint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private mutating func readBinary() throws(ParquetError) -> UnsafeRawBufferPointer {
        let count = try readVarint()
        guard count <= UInt64(bytesLeft) else {
            throw outOfSpec("Thrift string of \(count) bytes, \(bytesLeft) left.")
        }
        let start = position
        position &+= Int(count)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    private mutating func readListHeader() throws(ParquetError) -> (type: UInt8, count: Int) {
        let header = try readByte()
        let count = header >> 4 == 15 ? try readVarint() : UInt64(header >> 4)
        guard count <= UInt64(bytesLeft) else {
            throw outOfSpec("Thrift list of \(count) elements, \(bytesLeft) bytes left.")
        }
        return (header & 0x0F, Int(count))
    }
}
