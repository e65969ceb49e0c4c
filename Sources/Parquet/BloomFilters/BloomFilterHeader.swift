/// What stands before the bits of a bloom filter. Source: parquet.thrift, `BloomFilterHeader`.
struct BloomFilterHeader {
    var byteCount: Int32 = -1
    /// Numbers of the unions' members; 1 is the only one that is defined of each.
    var algorithm: Int16 = 1
    var hash: Int16 = 1
    var compression: Int16 = 1
}

extension BloomFilterHeader {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(byteCount: -1)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: byteCount = try reader.readInt32(field)
            case 2: algorithm = try Self.member(&reader, field)
            case 3: hash = try Self.member(&reader, field)
            case 4: compression = try Self.member(&reader, field)
            default: try reader.skip(field)
            }
        }
    }

    /// The number of a union's member, all of which are empty.
    private static func member(
        _ reader: inout CompactProtocolReader, _ field: CompactProtocolReader.FieldHeader
    ) throws(ParquetError) -> Int16 {
        try reader.expectStructure(field)
        var member: Int16 = 0
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            member = field.id
            try reader.skip(field)
        }
        return member
    }

    /// Bytes of the bitset: whole blocks, as many as are agreed to.
    func checkedByteCount() throws(ParquetError) -> Int {
        guard algorithm == 1, hash == 1, compression == 1 else {
            throw ParquetError(
                .unsupported,
                "a bloom filter of algorithm \(algorithm), hash \(hash), compression "
                    + "\(compression).")
        }
        guard byteCount > 0, Int(byteCount) <= BloomFilter.byteCountMax,
            Int(byteCount) % BloomFilter.blockByteCount == 0
        else {
            throw ParquetError(.outOfSpec, "a bloom filter of \(byteCount) bytes.")
        }
        return Int(byteCount)
    }

    func serialized() -> [UInt8] {
        CompactProtocolWriter.encode { writer in
            writer.field(1, int32: byteCount)
            writer.field(2) { $0.field(algorithm) { _ in } }
            writer.field(3) { $0.field(hash) { _ in } }
            writer.field(4) { $0.field(compression) { _ in } }
        }
    }
}
