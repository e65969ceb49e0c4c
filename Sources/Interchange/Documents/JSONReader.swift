/// Reads a JSON document (RFC 8259) into a `DocumentValue`.
///
/// `NaN`, `Infinity` and `-Infinity`, which XGBoost and Python write, are numbers. Nesting is
/// bounded and everything else takes memory in proportion to the text.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// - Throws: `outOfSpec`, with the byte.
    static func read(_ text: some Collection<UInt8>) throws(InterchangeError) -> DocumentValue {
        let result: Result<DocumentValue, InterchangeError>? =
            text.withContiguousStorageIfAvailable { read(buffer: $0) }
        return try (result ?? Array(text).withUnsafeBufferPointer { read(buffer: $0) }).get()
    }

    private static func read(
        buffer: UnsafeBufferPointer<UInt8>
    ) -> Result<DocumentValue, InterchangeError> {
        var reader = JSONReader(bytes: buffer)
        do throws(InterchangeError) {
            let value = try reader.value(depth: 0)
            reader.skipSpace()
            guard reader.position == buffer.count else {
                throw reader.failure("there is text behind the document")
            }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private func failure(_ problem: String) -> InterchangeError {
        InterchangeError(.outOfSpec, "at byte \(position) of the JSON \(problem)")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while position < bytes.count,
            bytes[position] == 0x20 || bytes[position] == 0x0A || bytes[position] == 0x0D
                || bytes[position] == 0x09
        {
            position += 1
        }
    }

    private mutating func value(depth: Int) throws(InterchangeError) -> DocumentValue {
        guard depth < DocumentValue.depthMax else {
            throw failure("arrays are nested more than \(DocumentValue.depthMax) deep")
        }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw failure("the text ends where a value should be")
        default: return .number(try number())
        }
    }

    private mutating func word(
        _ text: StaticString, _ value: DocumentValue
    ) throws(InterchangeError) -> DocumentValue {
        let count = text.utf8CodeUnitCount
        guard count <= bytes.count - position,
            (0..<count).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
        else { throw failure("there is no value") }
        position += count
        return value
    }

    private mutating func number() throws(InterchangeError) -> Double {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            let isPart =
                (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: ".")
                || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
            if !isPart { break }
            position += 1
        }
        let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
        guard let value = DecimalText.parse(text) else {
            position = start
            throw failure("there is no value")
        }
        return value
    }

    private mutating func array(depth: Int) throws(InterchangeError) -> DocumentValue {
        position += 1
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .numbers([])
        }
        var numbers: [Double] = []
        var others: [DocumentValue] = []
        while true {
            let element = try value(depth: depth + 1)
            switch element {
            case .number(let number) where others.isEmpty: numbers.append(number)
            case .bool(let flag) where others.isEmpty: numbers.append(flag ? 1 : 0)
            default:
                if others.isEmpty, !numbers.isEmpty {
                    others = numbers.map { .number($0) }
                    numbers = []
                }
                others.append(element)
            }
            skipSpace()
            guard let byte = next else { throw failure("an array does not end") }
            position += 1
            if byte == UInt8(ascii: "]") { break }
            guard byte == UInt8(ascii: ",") else {
                position -= 1
                throw failure("a comma or the end of an array is missing")
            }
        }
        return others.isEmpty ? .numbers(numbers) : .array(others)
    }

    private mutating func object(depth: Int) throws(InterchangeError) -> DocumentValue {
        position += 1
        var members: [String: DocumentValue] = [:]
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a key is missing") }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw failure("a colon is missing") }
            position += 1
            members[key] = try value(depth: depth + 1)
            skipSpace()
            guard let byte = next else { throw failure("an object does not end") }
            position += 1
            if byte == UInt8(ascii: "}") { return .object(members) }
            guard byte == UInt8(ascii: ",") else {
                position -= 1
                throw failure("a comma or the end of an object is missing")
            }
        }
    }
}

extension JSONReader {
    /// The text behind a quotation mark; lone surrogates become the replacement character.
    private mutating func string() throws(InterchangeError) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            position += 1
        }
        var units = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: units, as: UTF8.self) }
            if byte != UInt8(ascii: "\\") {
                units.append(byte)
                continue
            }
            guard let escape = next else { break }
            position += 1
            switch escape {
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "u"): units += Array(String(try escapedScalar()).utf8)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape)
            default: throw failure("there is an unknown escape")
            }
        }
        throw failure("a string does not end")
    }

    /// The scalar of `\u` and four digits, or of a pair of these.
    private mutating func escapedScalar() throws(InterchangeError) -> Character {
        let first = try hexadecimal()
        if (0xD800..<0xDC00).contains(first), position + 1 < bytes.count,
            bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
        {
            let mark = position
            position += 2
            let second = try hexadecimal()
            if (0xDC00..<0xE000).contains(second) {
                let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
                return Character(Unicode.Scalar(value) ?? "\u{FFFD}")
            }
            position = mark
        }
        return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }

    private mutating func hexadecimal() throws(InterchangeError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let value = UInt32(
                String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits are missing") }
        position += 4
        return value
    }
}
