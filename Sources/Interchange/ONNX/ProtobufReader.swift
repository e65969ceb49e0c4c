/// Reads the fields of a message of Protocol Buffers, one after another.
///
/// The messages of ONNX lie at most seven deep and are walked level by level, so nothing recurses;
/// every length is checked against the bytes that there are.
struct ProtobufReader {
    enum Value {
        /// A varint, or what fixed fields hold: bits.
        case bits(UInt64)
        /// A text, bytes, packed numbers or a message.
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field; nil at the end.
    /// - Throws: `outOfSpec` with the byte.
    mutating func next() throws(InterchangeError) -> (number: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let place = rest.startIndex
        let tag = try varint()
        let number = Int(truncatingIfNeeded: tag >> 3)
        guard number > 0, tag >> 3 < 1 << 29 else { throw Self.failure(place, "is no field") }
        switch tag & 7 {
        case 0: return (number, .bits(try varint()))
        case 1: return (number, .bits(try Self.fixed(take(8, from: place))))
        case 2:
            let count = try varint()
            guard count <= UInt64(rest.count) else {
                throw Self.failure(place, "is a field of \(count) bytes where \(rest.count) are")
            }
            return (number, .bytes(try take(Int(count), from: place)))
        case 5: return (number, .bits(try Self.fixed(take(4, from: place))))
        default: throw Self.failure(place, "has the wire type \(tag & 7)")
        }
    }

    mutating func varint() throws(InterchangeError) -> UInt64 {
        let place = rest.startIndex
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Self.failure(place, "begins a number without an end")
    }

    var isAtEnd: Bool { rest.isEmpty }

    private mutating func take(
        _ count: Int, from place: Int
    ) throws(InterchangeError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw Self.failure(place, "is cut off") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Little-endian.
    static func fixed(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func failure(_ place: Int, _ problem: String) -> InterchangeError {
        InterchangeError(.outOfSpec, "byte \(place) \(problem)")
    }
}

extension ProtobufReader.Value {
    /// The text, where it is one.
    var text: String? {
        guard case .bytes(let bytes) = self else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    var integer: Int? {
        guard case .bits(let bits) = self else { return nil }
        return Int(truncatingIfNeeded: Int64(bitPattern: bits))
    }

    /// A message, or nothing.
    var message: ProtobufReader {
        guard case .bytes(let bytes) = self else { return ProtobufReader([]) }
        return ProtobufReader(bytes)
    }

    /// Adds an integer, or several that are packed.
    func append(to list: inout [Int]) throws(InterchangeError) {
        switch self {
        case .bits(let bits): list.append(Int(truncatingIfNeeded: Int64(bitPattern: bits)))
        case .bytes(let bytes):
            var reader = ProtobufReader(bytes)
            while !reader.isAtEnd {
                list.append(Int(truncatingIfNeeded: Int64(bitPattern: try reader.varint())))
            }
        }
    }

    /// Adds a float or double, or several that are packed.
    /// - Parameter width: bytes of one, 4 or 8.
    func append(to list: inout [Double], width: Int) throws(InterchangeError) {
        switch self {
        case .bits(let bits): list.append(Self.number(bits, width: width))
        case .bytes(let bytes):
            guard bytes.count % width == 0 else {
                throw InterchangeError(
                    .outOfSpec, "\(bytes.count) bytes are no numbers of \(width) bytes each")
            }
            list.reserveCapacity(list.count + bytes.count / width)
            for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: width) {
                let bits = ProtobufReader.fixed(bytes[start..<start + width])
                list.append(Self.number(bits, width: width))
            }
        }
    }

    private static func number(_ bits: UInt64, width: Int) -> Double {
        width == 4
            ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            : Double(bitPattern: bits)
    }
}
