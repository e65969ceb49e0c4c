/// Reads a Universal Binary JSON document (ubjson.org, draft 12) into a `DocumentValue`.
///
/// Every count is checked against the bytes that are left before anything is allocated.
struct UniversalBinaryJSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// - Throws: `outOfSpec`, with the byte.
    static func read(_ bytes: [UInt8]) throws(InterchangeError) -> DocumentValue {
        try bytes.withUnsafeBufferPointer { buffer throws(InterchangeError) in
            var reader = UniversalBinaryJSONReader(bytes: buffer)
            let value = try reader.value(marker: try reader.marker(), depth: 0)
            guard reader.position == buffer.count else {
                throw reader.failure("there are bytes behind the document")
            }
            return value
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private func failure(_ problem: String) -> InterchangeError {
        InterchangeError(.outOfSpec, "at byte \(position) of the UBJSON \(problem)")
    }

    /// The next byte but no-ops.
    private mutating func marker() throws(InterchangeError) -> UInt8 {
        while position < bytes.count {
            position += 1
            if bytes[position - 1] != UInt8(ascii: "N") { return bytes[position - 1] }
        }
        throw failure("the document ends too early")
    }

    private mutating func take<Bits: FixedWidthInteger>(
        _ type: Bits.Type
    ) throws(InterchangeError) -> Bits {
        let width = Bits.bitWidth / 8
        guard width <= bytes.count - position else { throw failure("a number does not fit") }
        let bits = UnsafeRawBufferPointer(bytes).loadUnaligned(
            fromByteOffset: position, as: Bits.self)
        position += width
        return Bits(bigEndian: bits)
    }

    /// The number behind a marker, or nil when the marker is none of a number.
    private mutating func number(_ marker: UInt8) throws(InterchangeError) -> Double? {
        switch marker {
        case UInt8(ascii: "i"): Double(try take(Int8.self))
        case UInt8(ascii: "U"): Double(try take(UInt8.self))
        case UInt8(ascii: "I"): Double(try take(Int16.self))
        case UInt8(ascii: "l"): Double(try take(Int32.self))
        case UInt8(ascii: "L"): Double(try take(Int64.self))
        case UInt8(ascii: "d"): Double(Float(bitPattern: try take(UInt32.self)))
        case UInt8(ascii: "D"): Double(bitPattern: try take(UInt64.self))
        default: nil
        }
    }

    private static func width(_ marker: UInt8) -> Int? {
        switch marker {
        case UInt8(ascii: "i"), UInt8(ascii: "U"): 1
        case UInt8(ascii: "I"): 2
        case UInt8(ascii: "l"), UInt8(ascii: "d"): 4
        case UInt8(ascii: "L"), UInt8(ascii: "D"): 8
        default: nil
        }
    }

    /// A count of things that take at least `width` bytes each.
    private mutating func count(width: Int) throws(InterchangeError) -> Int {
        let start = position
        guard let number = try number(try marker()), let count = Int(exactly: number),
            count >= 0, count <= (bytes.count - position) / width
        else {
            position = start
            throw failure("there is no count that fits")
        }
        return count
    }

    private mutating func value(
        marker: UInt8, depth: Int
    ) throws(InterchangeError) -> DocumentValue {
        guard depth < DocumentValue.depthMax else {
            throw failure("arrays are nested more than \(DocumentValue.depthMax) deep")
        }
        if let number = try number(marker) { return .number(number) }
        switch marker {
        case UInt8(ascii: "Z"): return .null
        case UInt8(ascii: "T"): return .bool(true)
        case UInt8(ascii: "F"): return .bool(false)
        case UInt8(ascii: "C"), UInt8(ascii: "S"), UInt8(ascii: "H"):
            let count = marker == UInt8(ascii: "C") ? 1 : try count(width: 1)
            return .string(try text(count))
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "{"): return try object(depth: depth)
        default:
            position -= 1
            throw failure("there is no value")
        }
    }

    private mutating func text(_ count: Int) throws(InterchangeError) -> String {
        guard count <= bytes.count - position else { throw failure("a text does not fit") }
        position += count
        return String(decoding: bytes[position - count..<position], as: UTF8.self)
    }

    private mutating func array(depth: Int) throws(InterchangeError) -> DocumentValue {
        var first = try marker()
        if first == UInt8(ascii: "$") { return .numbers(try typedNumbers()) }
        var left: Int?
        if first == UInt8(ascii: "#") {
            left = try count(width: 1)
            if left == 0 { return .numbers([]) }
            first = try marker()
        }
        var numbers: [Double] = []
        var others: [DocumentValue] = []
        while left != nil || first != UInt8(ascii: "]") {
            switch try value(marker: first, depth: depth + 1) {
            case .number(let number) where others.isEmpty: numbers.append(number)
            case .bool(let flag) where others.isEmpty: numbers.append(flag ? 1 : 0)
            case let element:
                if others.isEmpty, !numbers.isEmpty {
                    others = numbers.map { .number($0) }
                    numbers = []
                }
                others.append(element)
            }
            if let count = left {
                left = count - 1
                if count == 1 { break }
            }
            first = try marker()
        }
        return others.isEmpty ? .numbers(numbers) : .array(others)
    }

    /// The elements behind `[$`: a type, `#`, a count, and the bare numbers.
    private mutating func typedNumbers() throws(InterchangeError) -> [Double] {
        let type = try marker()
        guard let width = Self.width(type), try marker() == UInt8(ascii: "#") else {
            throw failure("there is a typed array of what are no numbers")
        }
        let count = try count(width: width)
        var numbers: [Double] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count { numbers.append(try number(type) ?? 0) }
        return numbers
    }

    private mutating func object(depth: Int) throws(InterchangeError) -> DocumentValue {
        var members: [String: DocumentValue] = [:]
        var first = try marker()
        var left: Int?
        if first == UInt8(ascii: "#") {
            left = try count(width: 2)
            if left == 0 { return .object(members) }
            first = try marker()
        }
        while left != nil || first != UInt8(ascii: "}") {
            position -= 1
            let key = try text(try count(width: 1))
            members[key] = try value(marker: try marker(), depth: depth + 1)
            if let count = left {
                left = count - 1
                if count == 1 { break }
            }
            first = try marker()
        }
        return .object(members)
    }
}
