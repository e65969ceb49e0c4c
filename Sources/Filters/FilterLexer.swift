/// Cuts the text of a filter into tokens.
struct FilterLexer {
    private let expression: String
    private let characters: [Character]
    private var position = 0

    init(_ expression: String) {
        self.expression = expression
        characters = Array(expression)
    }

    /// - Throws: `syntax` for a character or a quote that no token has.
    static func tokens(_ expression: String) throws(FilterError) -> [FilterToken] {
        var lexer = FilterLexer(expression)
        var tokens: [FilterToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        let end = lexer.characters.count
        tokens.append(FilterToken(kind: .end, place: end..<end))
        return tokens
    }

    private mutating func next() throws(FilterError) -> FilterToken? {
        while position < characters.count, characters[position].isWhitespace { position += 1 }
        guard position < characters.count else { return nil }
        let start = position
        let kind = try kind(of: characters[position])
        return FilterToken(kind: kind, place: start..<position)
    }

    private mutating func kind(of first: Character) throws(FilterError) -> FilterToken.Kind {
        switch first {
        case "(", ")", ",":
            position += 1
            return first == "(" ? .open : first == ")" ? .close : .comma
        case "=", "<", ">", "!": return .comparison(try comparison())
        case "'": return .text(try quoted("'", "text"))
        case "\"": return .quotedName(try quoted("\"", "name"))
        case "x", "X":
            guard peek(1) == "'" else { return .word(word()) }
            return .bytes(try bytes())
        case _ where first.isLetter || first == "_": return .word(word())
        case _ where isDigit(first) || first == "-" || first == "+" || first == ".":
            return .number(try number())
        default:
            throw error("'\(first)' is no part of a filter", position..<position + 1)
        }
    }

    private func peek(_ distance: Int) -> Character? {
        position + distance < characters.count ? characters[position + distance] : nil
    }

    private func isDigit(_ character: Character?) -> Bool {
        character.map { ("0"..."9").contains($0) } ?? false
    }

    private func error(_ message: String, _ place: Range<Int>) -> FilterError {
        FilterError(.syntax, message, at: place, in: expression)
    }

    private mutating func comparison() throws(FilterError) -> Comparison {
        let start = position
        while let character = peek(0), "=<>!".contains(character) { position += 1 }
        let sign = String(characters[start..<position])
        if sign == "<>" { return .notEqual }
        guard let comparison = Comparison(rawValue: sign) else {
            let hint = sign == "==" ? "; write =" : "; there are = != <> < <= > >="
            throw error("'\(sign)' is no comparison\(hint)", start..<position)
        }
        return comparison
    }

    /// Text between quotes; a doubled quote stands for itself.
    private mutating func quoted(_ quote: Character, _ what: String) throws(FilterError) -> String {
        let start = position
        var text = ""
        position += 1
        while let character = peek(0) {
            position += 1
            guard character == quote else {
                text.append(character)
                continue
            }
            guard peek(0) == quote else { return text }
            text.append(quote)
            position += 1
        }
        throw error("the \(what) that begins here has no closing \(quote)", start..<position)
    }

    private mutating func word() -> String {
        let start = position
        while let character = peek(0),
            character.isLetter || character.isNumber || character == "_" || character == "."
        {
            position += 1
        }
        return String(characters[start..<position])
    }

    private mutating func number() throws(FilterError) -> String {
        let start = position
        if peek(0) == "-" || peek(0) == "+" { position += 1 }
        let firstDigit = position
        while isDigit(peek(0)) { position += 1 }
        var digitCount = position - firstDigit
        if peek(0) == "." {
            position += 1
            let fraction = position
            while isDigit(peek(0)) { position += 1 }
            digitCount += position - fraction
        }
        if let exponent = peek(0), "eE".contains(exponent) {
            let signed = peek(1) == "-" || peek(1) == "+" ? 2 : 1
            if isDigit(peek(signed)) {
                position += signed
                while isDigit(peek(0)) { position += 1 }
            }
        }
        let isEnded = peek(0).map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true
        guard digitCount > 0, isEnded else {
            position = max(position, start + 1)
            throw error("this is no number", start..<position)
        }
        return String(characters[start..<position])
    }

    /// `X'…'`, pairs of hexadecimal digits.
    private mutating func bytes() throws(FilterError) -> [UInt8] {
        let start = position
        position += 1
        let digits = Array(try quoted("'", "bytes"))
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard index + 1 < digits.count,
                let byte = UInt8(String(digits[index...index + 1]), radix: 16),
                digits[index].isHexDigit
            else { throw error("X'…' holds pairs of hexadecimal digits", start..<position) }
            bytes.append(byte)
        }
        return bytes
    }
}
