/// Sizes as people write them.
package enum ByteCountText {
    private static let units: [(suffix: String, bytes: Int)] = [
        ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("TIB", 1 << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("B", 1),
    ]

    /// `1500000`, `512MB`, `4 GiB`, `1.5GB`; nil for anything else, or for nothing.
    static func parse(_ text: String) -> Int? {
        let upper = text.uppercased().filter { $0 != " " }
        var digits = upper[...]
        var factor = 1
        if let unit = units.first(where: { upper.hasSuffix($0.suffix) }) {
            digits = upper.dropLast(unit.suffix.count)
            factor = unit.bytes
        }
        guard let number = Double(digits), number * Double(factor) >= 1,
            number * Double(factor) < 0x1p62
        else {
            return nil
        }
        return Int(number * Double(factor))
    }

    /// `1.5 GB`, `12 MB`.
    package static func write(_ bytes: Int) -> String {
        let units: [(name: String, bytes: Double)] = [("GB", 1e9), ("MB", 1e6), ("KB", 1e3)]
        for unit in units where Double(bytes) >= unit.bytes {
            let tenths = (Double(bytes) / unit.bytes * 10).rounded() / 10
            return "\(tenths) \(unit.name)"
        }
        return "\(bytes) bytes"
    }
}
