/// Writes one JSON object as text, field by field, in the order of the calls.
struct JSONObjectText {
    private var body = ""

    /// The object so far.
    var text: String { "{" + body + "}" }

    mutating func set(_ name: String, _ value: String?) {
        guard let value else { return }
        set(name, literal: Self.quoted(value))
    }

    mutating func set(_ name: String, _ value: Int?) {
        guard let value else { return }
        set(name, literal: String(value))
    }

    mutating func set(_ name: String, _ value: Bool) {
        set(name, literal: value ? "true" : "false")
    }

    /// JSON has no NaN and no infinity: such a value is left out.
    mutating func set(_ name: String, _ value: Double?) {
        guard let value, value.isFinite else { return }
        set(name, literal: "\(value)")
    }

    /// - Parameter json: one JSON value, written as it is.
    mutating func set(_ name: String, json: String) { set(name, literal: json) }

    private mutating func set(_ name: String, literal: String) {
        if !body.isEmpty { body += "," }
        body += Self.quoted(name) + ":" + literal
    }

    /// The longest prefix of `value`, in whole characters, whose quoted form has at most
    /// `byteCountMax` bytes; `…` at the end shows that something is missing.
    static func clipped(_ value: String, quotedByteCountMax byteCountMax: Int) -> String {
        guard quoted(value).utf8.count > byteCountMax else { return value }
        let mark = "…"
        var byteCount = 2 + mark.utf8.count
        var end = value.startIndex
        while end < value.endIndex {
            let next = value.index(after: end)
            byteCount += escaped(value[end..<next]).utf8.count
            guard byteCount <= byteCountMax else { break }
            end = next
        }
        return value[..<end] + mark
    }

    private static func quoted(_ value: String) -> String { "\"" + escaped(value[...]) + "\"" }

    private static func escaped(_ value: Substring) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1f}", "\u{7f}":
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
