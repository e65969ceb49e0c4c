extension ColumnChunkMetadata {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(physicalType: .boolean)
        var hasMetadata = false
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: filePath = try reader.readString(field)
            case 2: fileOffset = try reader.readInt64(field)
            case 3:
                try reader.expectStructure(field)
                try parseColumnMetaData(&reader)
                hasMetadata = true
            case 4: offsetIndexOffset = try reader.readInt64(field)
            case 5: offsetIndexByteCount = try reader.readInt32(field)
            case 6: columnIndexOffset = try reader.readInt64(field)
            case 7: columnIndexByteCount = try reader.readInt32(field)
            case 8, 9:
                isEncrypted = true
                try reader.skip(field)
            default: try reader.skip(field)
            }
        }
        guard hasMetadata || isEncrypted else {
            throw reader.outOfSpec("a column chunk has no metadata.")
        }
    }

    private mutating func parseColumnMetaData(
        _ reader: inout CompactProtocolReader
    ) throws(ParquetError) {
        var hasType = false
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1:
                physicalType = try PhysicalType(parsing: &reader, field)
                hasType = true
            case 2:
                encodings = try reader.readList(field, of: .int32) {
                    reader throws(ParquetError) in
                    Encoding(rawValue: try reader.readInt32Element())
                }
            case 3:
                path = try reader.readList(field, of: .binary) {
                    reader throws(ParquetError) in try reader.readStringElement()
                }
            case 4: codec = CompressionCodec(rawValue: try reader.readInt32(field))
            case 5: valueCount = try reader.readInt64(field)
            case 6: uncompressedByteCount = try reader.readInt64(field)
            case 7: compressedByteCount = try reader.readInt64(field)
            case 8: keyValueMetadata = try KeyValue.list(parsing: &reader, field)
            case 9: dataPageOffset = try reader.readInt64(field)
            case 10: indexPageOffset = try reader.readInt64(field)
            case 11: dictionaryPageOffset = try reader.readInt64(field)
            case 12:
                try reader.expectStructure(field)
                statistics = try Statistics(parsing: &reader)
            case 13:
                encodingStats = try reader.readList(field, of: .structure) {
                    reader throws(ParquetError) in try PageEncodingStats(parsing: &reader)
                }
            case 14: bloomFilterOffset = try reader.readInt64(field)
            // A fork of parquet-mr 1.12 used the number for something else.
            case 15 where field.type == .int32: bloomFilterByteCount = try reader.readInt32(field)
            case 16:
                try reader.expectStructure(field)
                try parseSizeStatistics(&reader)
            default: try reader.skip(field)
            }
        }
        guard hasType else { throw reader.outOfSpec("a column chunk has no physical type.") }
    }

    private mutating func parseSizeStatistics(
        _ reader: inout CompactProtocolReader
    ) throws(ParquetError) {
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: unencodedByteArrayByteCount = try reader.readInt64(field)
            default: try reader.skip(field)
            }
        }
    }
}

extension PageEncodingStats {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(pageType: 0, encoding: .plain, pageCount: 0)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: pageType = try reader.readInt32(field)
            case 2: encoding = Encoding(rawValue: try reader.readInt32(field))
            case 3: pageCount = try reader.readInt32(field)
            default: try reader.skip(field)
            }
        }
    }
}

extension Statistics {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init()
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: deprecatedMax = try reader.readBytes(field)
            case 2: deprecatedMin = try reader.readBytes(field)
            case 3: nullCount = try reader.readInt64(field)
            case 4: distinctCount = try reader.readInt64(field)
            // Most writers give both bounds twice, and the two are one where no value differs.
            case 5: maxValue = try reader.readBytes(field, like: deprecatedMax)
            case 6: minValue = try reader.readBytes(field, like: deprecatedMin ?? maxValue)
            case 7: isMaxValueExact = try reader.readBool(field)
            case 8: isMinValueExact = try reader.readBool(field)
            case 9: nanCount = try reader.readInt64(field)
            default: try reader.skip(field)
            }
        }
    }
}
