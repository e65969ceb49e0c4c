import ObjectStores

/// Hive's `key=value` folders.
enum PartitionPath {
    static let nullText = "__HIVE_DEFAULT_PARTITION__"

    /// The partition values in the folders between `root` and the object.
    static func values(of object: ObjectURL, under root: ObjectURL) -> [PartitionValue] {
        let path = object.pathText
        let prefix = root.pathText
        guard path.hasPrefix(prefix) else { return [] }
        return path.dropFirst(prefix.count).split(separator: "/").dropLast().compactMap(value)
    }

    /// Whether the object lies in the folder, at any depth.
    static func isInside(_ object: ObjectURL, of folder: ObjectURL) -> Bool {
        var prefix = folder.description
        if !prefix.hasSuffix("/") { prefix += "/" }
        return object.description.hasPrefix(prefix)
    }

    /// The partition values of an object whose table's folder is not known: of the `key=value`
    /// folders that it lies in, up to the first folder of another kind.
    static func innermostValues(of object: ObjectURL) -> [PartitionValue] {
        var values: [PartitionValue] = []
        for folder in object.pathText.split(separator: "/").dropLast().reversed() {
            guard let value = value(folder) else { break }
            values.insert(value, at: 0)
        }
        return values
    }

    /// nil for a folder that is no `key=value`.
    private static func value(_ folder: Substring) -> PartitionValue? {
        guard let equals = folder.firstIndex(of: "="), equals != folder.startIndex else {
            return nil
        }
        let value = percentDecoded(folder[folder.index(after: equals)...])
        return PartitionValue(
            key: percentDecoded(folder[..<equals]), value: value == nullText ? nil : value)
    }

    /// Hive and Athena escape characters of folder names as `%XX`; what is no escape stays.
    static func percentDecoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            let digits = rest.prefix(2).compactMap(hexadecimalValue)
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension ObjectURL {
    fileprivate var pathText: String {
        switch location {
        case .file(let path): path
        case .s3(_, let key): key
        }
    }
}
