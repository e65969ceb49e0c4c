/// A strict reader of the XML subset that AWS's services write.
///
/// Memory is bounded by the document, time is linear in it, and nesting is limited.
struct XMLReader {
    /// S3's deepest answer has six levels.
    private static let depthMax = 32

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }  // byte order mark
    }

    mutating func document() throws(XMLError) -> XMLElement {
        try skipMisc()
        // Open elements, outermost first: an explicit stack, so depth costs no call stack.
        var open: [XMLElement] = []
        repeat {
            if var element = try nextElement(&open) {
                if open.isEmpty {
                    try skipMisc()
                    guard offset == bytes.count else { throw error("text behind the document") }
                    return element
                }
                // Text between child elements is only white space.
                if !element.children.isEmpty { element.text = "" }
                open[open.count - 1].children.append(element)
            }
        } while true
    }

    /// Reads one tag or one run of text.
    /// - Returns: the element that was closed by it.
    private mutating func nextElement(
        _ open: inout [XMLElement]
    ) throws(XMLError) -> XMLElement? {
        guard offset < bytes.count else { throw error("the document ends too soon") }
        guard bytes[offset] == UInt8(ascii: "<") else {
            guard !open.isEmpty else { throw error("text outside of the document") }
            open[open.count - 1].text += try text()
            return nil
        }
        if try skipMarkup() { return nil }
        offset += 1
        if take(UInt8(ascii: "/")) {
            let name = try name()
            skipSpace()
            guard let element = open.popLast(), element.name == name, take(UInt8(ascii: ">"))
            else { throw error("a closing tag that closes nothing") }
            return element
        }
        let element = XMLElement(name: try name())
        let isEmpty = try skipAttributes()
        if isEmpty { return element }
        guard open.count < Self.depthMax else { throw error("more than 32 levels") }
        open.append(element)
        return nil
    }

    /// Skips attributes up to and with `>`.
    /// - Returns: whether the element ended at once, with `/>`.
    private mutating func skipAttributes() throws(XMLError) -> Bool {
        while true {
            skipSpace()
            if take(UInt8(ascii: ">")) { return false }
            if take(UInt8(ascii: "/")) {
                guard take(UInt8(ascii: ">")) else { throw error("'/' without '>'") }
                return true
            }
            _ = try name()
            skipSpace()
            guard take(UInt8(ascii: "=")) else { throw error("an attribute without value") }
            skipSpace()
            guard offset < bytes.count,
                [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[offset])
            else { throw error("an attribute without quotes") }
            let quote = bytes[offset]
            offset += 1
            guard let end = bytes[offset...].firstIndex(of: quote) else {
                throw error("an attribute without end")
            }
            offset = end + 1
        }
    }

    private mutating func text() throws(XMLError) -> String {
        var value: [UInt8] = []
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "<") {
            if bytes[offset] == UInt8(ascii: "&") {
                value.append(contentsOf: try reference())
            } else {
                value.append(bytes[offset])
                offset += 1
            }
        }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw error("text that is not UTF-8")
        }
        return text
    }

    /// `&amp;` and its like, `&#38;`, `&#x26;`.
    private mutating func reference() throws(XMLError) -> [UInt8] {
        /// `&#x10FFFF;` is the longest.
        let window = bytes[offset...].prefix(12)
        guard let end = window.firstIndex(of: UInt8(ascii: ";")) else {
            throw error("'&' that begins no reference")
        }
        let name = String(decoding: bytes[(offset + 1)..<end], as: UTF8.self)
        let named = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        var scalar = named[name]?.unicodeScalars.first
        if name.hasPrefix("#x") {
            scalar = UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        } else if name.hasPrefix("#") {
            scalar = UInt32(name.dropFirst(1)).flatMap(Unicode.Scalar.init)
        }
        guard let scalar else { throw error("an unknown reference '&\(name);'") }
        offset = end + 1
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func name() throws(XMLError) -> String {
        let start = offset
        while offset < bytes.count, Self.isNameByte(bytes[offset]) { offset += 1 }
        guard start < offset, let name = String(validating: bytes[start..<offset], as: UTF8.self)
        else { throw error("a name was expected") }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: ":"), 0x80...0xff:
            true
        default:
            false
        }
    }

    /// White space, comments and processing instructions around the root element.
    private mutating func skipMisc() throws(XMLError) {
        repeat { skipSpace() } while try skipMarkup()
    }

    /// Skips one comment or processing instruction, if one begins here.
    private mutating func skipMarkup() throws(XMLError) -> Bool {
        if starts(with: "<!--") { return try skip(through: "-->") }
        if starts(with: "<?") { return try skip(through: "?>") }
        if starts(with: "<!") { throw error("a DOCTYPE or CDATA, which is not taken") }
        return false
    }

    private mutating func skip(through end: StaticString) throws(XMLError) -> Bool {
        while offset < bytes.count {
            if starts(with: end) {
                offset += end.utf8CodeUnitCount
                return true
            }
            offset += 1
        }
        throw error("a comment or instruction without end")
    }

    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[offset...].starts(with: $0) }
    }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[offset]) {
            offset += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private func error(_ message: String) -> XMLError {
        XMLError(byteOffset: offset, message: message)
    }
}
