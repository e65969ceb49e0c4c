/// Reads the arrays of a model file, in the order and of the types that the format states.
struct SectionReader {
    private let bytes: ArraySlice<UInt8>
    private let entries: [ModelHeader.SectionEntry]
    private var next = 0
    /// Expected before the names of what is read.
    var prefix = ""
    private var offset: Int

    init(bytes: ArraySlice<UInt8>, entries: [ModelHeader.SectionEntry]) {
        self.bytes = bytes
        self.entries = entries
        offset = bytes.startIndex
    }

    /// - Throws: `outOfSpec` when the next array has another name, type or count, or does not fit.
    mutating func int32(_ name: String, count: Int? = nil) throws(ModelError) -> [Int32] {
        try bits(name, "int32", count).map { (bits: UInt32) in Int32(bitPattern: bits) }
    }

    mutating func int64(_ name: String, count: Int? = nil) throws(ModelError) -> [Int64] {
        try bits(name, "int64", count).map { (bits: UInt64) in Int64(bitPattern: bits) }
    }

    mutating func uint64(_ name: String, count: Int? = nil) throws(ModelError) -> [UInt64] {
        try bits(name, "uint64", count)
    }

    mutating func uint8(_ name: String, count: Int? = nil) throws(ModelError) -> [UInt8] {
        try bits(name, "uint8", count)
    }

    mutating func float(_ name: String, count: Int? = nil) throws(ModelError) -> [Float] {
        try bits(name, "float", count).map { (bits: UInt32) in Float(bitPattern: bits) }
    }

    mutating func double(_ name: String, count: Int? = nil) throws(ModelError) -> [Double] {
        try bits(name, "double", count).map { (bits: UInt64) in Double(bitPattern: bits) }
    }

    /// - Throws: `outOfSpec` when arrays or bytes are left.
    func finish() throws(ModelError) {
        guard next == entries.count, offset == bytes.endIndex else {
            throw ModelError(.outOfSpec, "there are arrays or bytes past the last section")
        }
    }

    private mutating func bits<Bits: FixedWidthInteger>(
        _ name: String, _ type: String, _ count: Int?
    ) throws(ModelError) -> [Bits] {
        let name = prefix + name
        guard next < entries.count else {
            throw ModelError(.outOfSpec, "section `\(name)` is missing")
        }
        let entry = entries[next]
        guard entry.name == name, entry.type == type else {
            throw ModelError(
                .outOfSpec,
                "section \(next) is `\(entry.name)` of \(entry.type), "
                    + "expected `\(name)` of \(type)")
        }
        let width = Bits.bitWidth / 8
        let left = bytes.endIndex - offset
        // `left / width` bounds the count before anything is multiplied or allocated.
        guard entry.count >= 0, entry.count <= left / width, entry.count == count ?? entry.count
        else {
            throw ModelError(
                .outOfSpec,
                "section `\(name)` has \(entry.count) elements, "
                    + "expected \(count.map { "\($0)" } ?? "at most \(left / width)")")
        }
        let byteCount = entry.count * width
        let paddedCount = (byteCount + 7) & ~7
        guard paddedCount <= left else {
            throw ModelError(.outOfSpec, "section `\(name)` ends past the file")
        }
        guard bytes[offset + byteCount..<offset + paddedCount].allSatisfy({ $0 == 0 }) else {
            throw ModelError(.outOfSpec, "the padding of section `\(name)` is not zero")
        }
        let values = bytes[offset..<offset + byteCount].withUnsafeBytes { raw in
            (0..<entry.count).map {
                Bits(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * width, as: Bits.self))
            }
        }
        offset += paddedCount
        next += 1
        return values
    }
}
