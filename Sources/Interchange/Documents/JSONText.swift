/// JSON as it is written.
enum JSONText {
    /// A string in quotation marks (RFC 8259, section 7).
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// An array of floats; those that JSON has no word for as XGBoost writes them.
    static func array(_ values: [Float]) -> String {
        let words = values.map { value in
            if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
            return "\(value)"
        }
        return "[" + words.joined(separator: ",") + "]"
    }

    static func array(_ values: [some BinaryInteger]) -> String {
        "[" + values.map { "\($0)" }.joined(separator: ",") + "]"
    }

    static func array(_ texts: [String]) -> String {
        "[" + texts.map { quoted($0) }.joined(separator: ",") + "]"
    }
}
