/// Collects the arrays of a model file: little endian, each padded to 8 bytes.
struct SectionWriter {
    private(set) var entries: [ModelHeader.SectionEntry] = []
    private(set) var bytes: [UInt8] = []
    /// Put before the names of what is appended.
    var prefix = ""

    mutating func append(_ name: String, _ values: [Int32]) {
        append(name, "int32", values.map { UInt32(bitPattern: $0).littleEndian })
    }

    mutating func append(_ name: String, _ values: [Int64]) {
        append(name, "int64", values.map { UInt64(bitPattern: $0).littleEndian })
    }

    mutating func append(_ name: String, _ values: [UInt64]) {
        append(name, "uint64", values.map { $0.littleEndian })
    }

    mutating func append(_ name: String, _ values: [UInt8]) {
        append(name, "uint8", values as [UInt8])
    }

    mutating func append(_ name: String, _ values: [Float]) {
        append(name, "float", values.map { $0.bitPattern.littleEndian })
    }

    mutating func append(_ name: String, _ values: [Double]) {
        append(name, "double", values.map { $0.bitPattern.littleEndian })
    }

    private mutating func append<Bits: FixedWidthInteger>(
        _ name: String, _ type: String, _ bits: [Bits]
    ) {
        entries.append(
            ModelHeader.SectionEntry(
                name: prefix + name, type: type, count: bits.count))
        bits.withUnsafeBytes { bytes.append(contentsOf: $0) }
        while bytes.count % 8 != 0 { bytes.append(0) }
    }
}
