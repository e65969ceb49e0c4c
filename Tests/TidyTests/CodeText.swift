/// Swift or C text whose comments and string literals are blanked out, so that a plain scan for
/// braces and words does not trip over them. Line breaks stay where they were.
struct CodeText: Sendable {
    /// As many bytes as the original.
    let bytes: [UInt8]

    init(_ text: String) {
        var masker = Masker(bytes: Array(text.utf8))
        masker.run()
        bytes = masker.bytes
    }

    var lines: [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// The words of the text in order, each with its byte offset.
    var words: [(word: String, offset: Int)] {
        var found: [(word: String, offset: Int)] = []
        var start: Int?
        for (offset, byte) in bytes.enumerated() {
            if Self.isWordByte(byte) {
                if start == nil { start = offset }
            } else if let first = start {
                found.append((String(decoding: bytes[first..<offset], as: UTF8.self), first))
                start = nil
            }
        }
        if let first = start {
            found.append((String(decoding: bytes[first...], as: UTF8.self), first))
        }
        return found
    }

    /// One-based.
    func lineNumber(at offset: Int) -> Int {
        bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

/// Walks over the text once and blanks what is not code.
private struct Masker {
    var bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func run() {
        while position < bytes.count {
            if starts(with: "//") {
                blank { $0.bytes[$0.position] == UInt8(ascii: "\n") }
            } else if starts(with: "/*") {
                blank { $0.starts(with: "*/") }
                blankNext(2)
            } else if starts(with: "#\"") {
                blankNext(2)
                blank { $0.starts(with: "\"#") }
                blankNext(2)
            } else if starts(with: "\"\"\"") {
                blankNext(3)
                blankString { $0.starts(with: "\"\"\"") }
                blankNext(3)
            } else if starts(with: "\"") {
                blankNext(1)
                blankString {
                    $0.starts(with: "\"") || $0.bytes[$0.position] == UInt8(ascii: "\n")
                }
                blankNext(1)
            } else {
                position += 1
            }
        }
    }

    private func starts(with prefix: StaticString) -> Bool {
        guard position + prefix.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<prefix.utf8CodeUnitCount
        where bytes[position + index] != prefix.utf8Start[index] {
            return false
        }
        return true
    }

    private mutating func blankNext(_ count: Int) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] != UInt8(ascii: "\n") { bytes[position] = UInt8(ascii: " ") }
            position += 1
        }
    }

    private mutating func blank(until isEnd: (Masker) -> Bool) {
        while position < bytes.count, !isEnd(self) { blankNext(1) }
    }

    /// Steps over escapes; the code of an interpolation is blanked with the string around it.
    private mutating func blankString(until isEnd: (Masker) -> Bool) {
        while position < bytes.count, !isEnd(self) {
            if starts(with: "\\(") {
                blankInterpolation()
            } else {
                blankNext(starts(with: "\\") ? 2 : 1)
            }
        }
    }

    private mutating func blankInterpolation() {
        blankNext(2)
        var depth = 1
        while position < bytes.count, depth > 0 {
            if starts(with: "(") { depth += 1 }
            if starts(with: ")") { depth -= 1 }
            if starts(with: "\"") {
                blankNext(1)
                blankString { $0.starts(with: "\"") }
            }
            blankNext(1)
        }
    }
}
