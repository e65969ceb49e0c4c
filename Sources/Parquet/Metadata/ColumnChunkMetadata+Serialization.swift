extension ColumnChunkMetadata {
    func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, string: filePath)
        writer.field(2, int64: fileOffset)
        writer.field(3, structure: writeColumnMetadata(to:))
        writer.field(4, int64: offsetIndexOffset)
        writer.field(5, int32: offsetIndexByteCount)
        writer.field(6, int64: columnIndexOffset)
        writer.field(7, int32: columnIndexByteCount)
    }

    private func writeColumnMetadata(to writer: inout CompactProtocolWriter) {
        writer.field(1, int32: physicalType.rawValue)
        writer.field(2, list: encodings, of: .int32) { $0.int32($1.rawValue) }
        writer.field(3, list: path, of: .binary) { $0.binary(Array($1.utf8)) }
        writer.field(4, int32: codec.rawValue)
        writer.field(5, int64: valueCount)
        writer.field(6, int64: uncompressedByteCount)
        writer.field(7, int64: compressedByteCount)
        writer.field(8, keyValues: keyValueMetadata)
        writer.field(9, int64: dataPageOffset)
        writer.field(10, int64: indexPageOffset)
        writer.field(11, int64: dictionaryPageOffset)
        if let statistics { writer.field(12, structure: statistics.write(to:)) }
        writer.field(13, list: encodingStats.isEmpty ? nil : encodingStats, of: .structure) {
            writer, stats in
            writer.structure { writer in
                writer.field(1, int32: stats.pageType)
                writer.field(2, int32: stats.encoding.rawValue)
                writer.field(3, int32: stats.pageCount)
            }
        }
        writer.field(14, int64: bloomFilterOffset)
        writer.field(15, int32: bloomFilterByteCount)
        if let unencodedByteArrayByteCount {
            writer.field(16) { $0.field(1, int64: unencodedByteArrayByteCount) }
        }
    }
}

extension Statistics {
    func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, binary: deprecatedMax)
        writer.field(2, binary: deprecatedMin)
        writer.field(3, int64: nullCount)
        writer.field(4, int64: distinctCount)
        writer.field(5, binary: maxValue)
        writer.field(6, binary: minValue)
        writer.field(7, boolean: isMaxValueExact)
        writer.field(8, boolean: isMinValueExact)
        writer.field(9, int64: nanCount)
    }
}
