/// HTML under construction; what comes from outside goes through `text`, which escapes it.
package struct HTMLWriter: Sendable {
    package private(set) var html = ""

    package init() {}

    /// Markup of our own.
    package mutating func raw(_ markup: String) { html += markup }

    /// Text of anybody's: the five characters that mean something are escaped, and control
    /// characters, which HTML forbids, are replaced.
    package mutating func text(_ text: some StringProtocol) {
        for character in text.unicodeScalars {
            switch character {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            case "\n", "\t": html.unicodeScalars.append(character)
            case let other where other.value < 0x20 || (0x7F...0x9F).contains(other.value):
                html += "\u{FFFD}"
            default: html.unicodeScalars.append(character)
            }
        }
    }

    package mutating func element(_ name: String, _ content: String, class style: String = "") {
        html += style.isEmpty ? "<\(name)>" : "<\(name) class=\"\(style)\">"
        text(content)
        html += "</\(name)>"
    }
}
