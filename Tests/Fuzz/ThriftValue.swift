/// A value of Thrift's compact protocol, whatever it means: footers and page headers as trees that
/// can be changed anywhere and written again.
indirect enum ThriftValue {
    case boolean(Bool)
    /// `wireType` is that of a byte, or of 16, 32 or 64 bits.
    case integer(Int64, wireType: UInt8)
    case double(UInt64)
    case binary([UInt8])
    case list([ThriftValue], elementType: UInt8)
    case structure([Field])

    struct Field {
        var id: Int16
        var value: ThriftValue
    }

    struct Malformed: Error {}

    static let byteType: UInt8 = 3
    static let int32Type: UInt8 = 5
    static let int64Type: UInt8 = 6
    private static let doubleType: UInt8 = 7
    private static let binaryType: UInt8 = 8
    private static let listType: UInt8 = 9
    private static let structureType: UInt8 = 12

    /// The value of a field of a structure.
    subscript(id: Int16) -> ThriftValue? {
        get {
            guard case .structure(let fields) = self else { return nil }
            return fields.first { $0.id == id }?.value
        }
        set {
            guard case .structure(var fields) = self else { return }
            let index = fields.firstIndex { $0.id == id }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?):
                fields.insert(
                    Field(id: id, value: value),
                    at: fields.firstIndex { $0.id > id } ?? fields.count)
            case (nil, nil): break
            }
            self = .structure(fields)
        }
    }

    subscript(position position: Int) -> ThriftValue? {
        get {
            guard case .list(let elements, _) = self, elements.indices.contains(position) else {
                return nil
            }
            return elements[position]
        }
        set {
            guard case .list(var elements, let type) = self, let newValue,
                elements.indices.contains(position)
            else { return }
            elements[position] = newValue
            self = .list(elements, elementType: type)
        }
    }

    var integer: Int64? { if case .integer(let value, _) = self { value } else { nil } }
    var count: Int { if case .list(let elements, _) = self { elements.count } else { 0 } }
}

// MARK: Reading

extension ThriftValue {
    /// The structure that begins at `position`, which is moved behind it.
    static func structure(in bytes: [UInt8], at position: inout Int) throws -> ThriftValue {
        try value(structureType, in: bytes, at: &position, depth: 0)
    }

    private static func next(_ bytes: [UInt8], _ position: inout Int) throws -> UInt8 {
        guard bytes.indices.contains(position) else { throw Malformed() }
        position += 1
        return bytes[position - 1]
    }

    private static func varint(_ bytes: [UInt8], _ position: inout Int) throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try next(bytes, &position)
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }

    private static func zigZag(_ bytes: [UInt8], _ position: inout Int) throws -> Int64 {
        let value = try varint(bytes, &position)
        return Int64(bitPattern: (value >> 1) ^ (~(value & 1) &+ 1))
    }

    private static func value(
        _ type: UInt8, in bytes: [UInt8], at position: inout Int, depth: Int
    ) throws -> ThriftValue {
        guard depth < 32 else { throw Malformed() }
        switch type {
        case 1, 2: return .boolean(try next(bytes, &position) == 1)
        case byteType:
            return .integer(Int64(Int8(bitPattern: try next(bytes, &position))), wireType: type)
        case 4, int32Type, int64Type:
            return .integer(try zigZag(bytes, &position), wireType: type)
        case doubleType:
            var bits: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bits |= UInt64(try next(bytes, &position)) << shift
            }
            return .double(bits)
        case binaryType:
            let count = try varint(bytes, &position)
            guard count <= UInt64(bytes.count - position) else { throw Malformed() }
            position += Int(count)
            return .binary(Array(bytes[position - Int(count)..<position]))
        case listType, 10:
            let head = try next(bytes, &position)
            let count = head >> 4 == 15 ? try varint(bytes, &position) : UInt64(head >> 4)
            guard count <= UInt64(bytes.count - position) else { throw Malformed() }
            var elements: [ThriftValue] = []
            for _ in 0..<count {
                elements.append(
                    try value(head & 15, in: bytes, at: &position, depth: depth + 1))
            }
            return .list(elements, elementType: head & 15)
        case structureType:
            return .structure(try fields(bytes, &position, depth: depth))
        default: throw Malformed()
        }
    }

    private static func fields(
        _ bytes: [UInt8], _ position: inout Int, depth: Int
    ) throws -> [Field] {
        var fields: [Field] = []
        var id: Int16 = 0
        while true {
            let head = try next(bytes, &position)
            if head == 0 { return fields }
            id =
                head >> 4 == 0
                ? Int16(truncatingIfNeeded: try zigZag(bytes, &position)) : id &+ Int16(head >> 4)
            let type = head & 15
            let value =
                type == 1 || type == 2
                ? .boolean(type == 1)
                : try value(type, in: bytes, at: &position, depth: depth + 1)
            fields.append(Field(id: id, value: value))
        }
    }
}

// MARK: Writing

extension ThriftValue {
    var serialized: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    private var wireType: UInt8 {
        switch self {
        case .boolean(let value): value ? 1 : 2
        case .integer(_, let type): type
        case .double: Self.doubleType
        case .binary: Self.binaryType
        case .list: Self.listType
        case .structure: Self.structureType
        }
    }

    private static func write(varint: UInt64, into bytes: inout [UInt8]) {
        var rest = varint
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func write(zigZag value: Int64, into bytes: inout [UInt8]) {
        write(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)), into: &bytes)
    }

    private func write(into bytes: inout [UInt8]) {
        switch self {
        case .boolean(let value): bytes.append(value ? 1 : 2)
        case .integer(let value, Self.byteType): bytes.append(UInt8(truncatingIfNeeded: value))
        case .integer(let value, _): Self.write(zigZag: value, into: &bytes)
        case .double(let bits):
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        case .binary(let content):
            Self.write(varint: UInt64(content.count), into: &bytes)
            bytes += content
        case .list(let elements, let type):
            if elements.count < 15 {
                bytes.append(UInt8(elements.count) << 4 | type)
            } else {
                bytes.append(0xF0 | type)
                Self.write(varint: UInt64(elements.count), into: &bytes)
            }
            for element in elements { element.write(into: &bytes) }
        case .structure(let fields):
            var previous: Int16 = 0
            for field in fields {
                let step = Int(field.id) - Int(previous)
                if (1...15).contains(step) {
                    bytes.append(UInt8(step) << 4 | field.value.wireType)
                } else {
                    bytes.append(field.value.wireType)
                    Self.write(zigZag: Int64(field.id), into: &bytes)
                }
                if case .boolean = field.value {} else { field.value.write(into: &bytes) }
                previous = field.id
            }
            bytes.append(0)
        }
    }
}
