/// Writes Thrift's compact protocol: the format of page headers, page indexes and the footer.
///
/// Fields are written in ascending order of their numbers. Optional fields that are nil are left
/// out. Source: thrift, doc/specs/thrift-compact-protocol.md.
struct CompactProtocolWriter {
    private(set) var bytes: [UInt8] = []
    /// The number of the last field of the open structure; field headers hold the difference.
    private var lastFieldID: Int16 = 0

    /// The bytes of one structure whose fields `body` writes.
    static func encode(_ body: (inout CompactProtocolWriter) -> Void) -> [UInt8] {
        var writer = CompactProtocolWriter()
        writer.structure(body)
        return writer.bytes
    }

    // MARK: Fields

    mutating func field(_ id: Int16, boolean value: Bool?) {
        guard let value else { return }
        header(id, value ? .booleanTrue : .booleanFalse)
    }

    mutating func field(_ id: Int16, byte value: Int8?) {
        guard let value else { return }
        header(id, .byte)
        bytes.append(UInt8(bitPattern: value))
    }

    mutating func field(_ id: Int16, int16 value: Int16?) {
        guard let value else { return }
        header(id, .int16)
        zigZag(Int64(value))
    }

    mutating func field(_ id: Int16, int32 value: Int32?) {
        guard let value else { return }
        header(id, .int32)
        zigZag(Int64(value))
    }

    mutating func field(_ id: Int16, int64 value: Int64?) {
        guard let value else { return }
        header(id, .int64)
        zigZag(value)
    }

    mutating func field(_ id: Int16, binary value: [UInt8]?) {
        guard let value else { return }
        header(id, .binary)
        binary(value)
    }

    mutating func field(_ id: Int16, string value: String?) {
        field(id, binary: value.map { Array($0.utf8) })
    }

    mutating func field(_ id: Int16, structure body: (inout CompactProtocolWriter) -> Void) {
        header(id, .structure)
        structure(body)
    }

    /// A list whose elements `write` puts down one by one with the element verbs below.
    mutating func field<Element>(
        _ id: Int16, list: [Element]?, of type: WireType,
        write: (inout CompactProtocolWriter, Element) -> Void
    ) {
        guard let list else { return }
        header(id, .list)
        if list.count < 15 {
            bytes.append(UInt8(list.count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            varint(UInt64(list.count))
        }
        for element in list { write(&self, element) }
    }

    // MARK: Elements

    mutating func structure(_ body: (inout CompactProtocolWriter) -> Void) {
        let outerFieldID = lastFieldID
        lastFieldID = 0
        body(&self)
        bytes.append(0)
        lastFieldID = outerFieldID
    }

    mutating func int32(_ value: Int32) { zigZag(Int64(value)) }

    mutating func int64(_ value: Int64) { zigZag(value) }

    /// An element of a list of booleans.
    mutating func boolean(_ value: Bool) {
        bytes.append(value ? WireType.booleanTrue.rawValue : WireType.booleanFalse.rawValue)
    }

    mutating func binary(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    // MARK: Wire format

    private mutating func header(_ id: Int16, _ type: WireType) {
        let delta = Int(id) - Int(lastFieldID)
        precondition(delta > 0, "fields are written in ascending order")
        if delta <= 15 {
            bytes.append(UInt8(delta) << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            zigZag(Int64(id))
        }
        lastFieldID = id
    }

    private mutating func zigZag(_ value: Int64) {
        varint(UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        bytes.append(UInt8(rest))
    }
}
