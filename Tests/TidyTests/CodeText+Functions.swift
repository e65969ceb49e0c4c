/// A function's place and size.
struct FunctionExtent: Equatable {
    /// One-based, of the line with the keyword (Swift) or the opening brace (C).
    let firstLine: Int
    /// Up to the closing brace, both ends counted.
    let lineCount: Int
}

extension CodeText {
    /// The functions, initialisers and subscripts of Swift text that have a body.
    func swiftFunctions() -> [FunctionExtent] {
        let words = words
        return words.compactMap { word, offset in
            switch word {
            case "func", "subscript": break
            case "init" where isDeclaration(at: offset): break
            default: return nil
            }
            guard let body = bodyStart(from: offset) else { return nil }
            return extent(from: offset, body: body)
        }
    }

    /// The top-level brace blocks of C text that follow a parameter list.
    func cFunctions() -> [FunctionExtent] {
        var found: [FunctionExtent] = []
        var offset = 0
        var lastVisible: UInt8 = 0
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "{") {
                let end = closingBrace(from: offset)
                if lastVisible == UInt8(ascii: ")") {
                    found.append(extent(from: offset, body: offset))
                }
                lastVisible = UInt8(ascii: "}")
                offset = end
            } else if bytes[offset] > UInt8(ascii: " ") {
                lastVisible = bytes[offset]
            }
            offset += 1
        }
        return found
    }

    /// Whether `init` at this offset starts a declaration, not a call such as `self.init(…)`.
    private func isDeclaration(at offset: Int) -> Bool {
        guard let before = bytes[..<offset].last(where: { $0 > UInt8(ascii: " ") }) else {
            return true
        }
        return before != UInt8(ascii: ".")
    }

    /// The opening brace of the body; nil for a requirement of a protocol.
    private func bodyStart(from start: Int) -> Int? {
        var depth = 0
        var offset = start
        var hasParameters = false
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "("), UInt8(ascii: "["):
                depth += 1
                hasParameters = true
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return hasParameters ? offset : nil
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "\n") where depth == 0 && hasParameters:
                if !continues(after: offset) { return nil }
            default: break
            }
            offset += 1
        }
        return nil
    }

    /// Whether the line after this line break still belongs to the signature.
    private func continues(after lineBreak: Int) -> Bool {
        var rest = bytes[(lineBreak + 1)...].drop { $0 == UInt8(ascii: " ") }
        rest = rest.prefix { $0 != UInt8(ascii: "\n") }
        return [")", "->", "where", "throws", "async", "{"].contains {
            rest.starts(with: $0.utf8)
        }
    }

    private func extent(from start: Int, body: Int) -> FunctionExtent {
        let first = lineNumber(at: start)
        return FunctionExtent(
            firstLine: first, lineCount: lineNumber(at: closingBrace(from: body)) - first + 1)
    }

    private func closingBrace(from opening: Int) -> Int {
        var depth = 0
        for offset in opening..<bytes.count {
            if bytes[offset] == UInt8(ascii: "{") { depth += 1 }
            if bytes[offset] == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return offset }
            }
        }
        return bytes.count
    }
}
