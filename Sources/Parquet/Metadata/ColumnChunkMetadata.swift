/// Where one column of one row group lies, and how it is stored.
/// Source: parquet.thrift, `ColumnChunk` with its `ColumnMetaData`.
///
/// Offsets count from the first byte of the object.
package struct ColumnChunkMetadata: Hashable, Sendable {
    // ColumnChunk
    package var filePath: String?
    package var fileOffset: Int64 = 0
    package var offsetIndexOffset: Int64?
    package var offsetIndexByteCount: Int32?
    package var columnIndexOffset: Int64?
    package var columnIndexByteCount: Int32?
    /// The chunk is encrypted; then nothing below need be there.
    package var isEncrypted: Bool = false
    /// Why the footer does not tell what the chunk is; then nothing else is there.
    package var damage: ParquetError?

    // ColumnMetaData
    package var physicalType: PhysicalType
    package var encodings: [Encoding] = []
    package var path: [String] = []
    package var codec: CompressionCodec = .uncompressed
    /// Nulls included.
    package var valueCount: Int64 = 0
    /// Headers included.
    package var uncompressedByteCount: Int64 = 0
    /// Headers included: the chunk's length in the object.
    package var compressedByteCount: Int64 = 0
    package var keyValueMetadata: [KeyValue] = []
    package var dataPageOffset: Int64 = 0
    package var indexPageOffset: Int64?
    /// Some writers put 0 where they mean nil.
    package var dictionaryPageOffset: Int64?
    package var statistics: Statistics?
    package var encodingStats: [PageEncodingStats] = []
    package var bloomFilterOffset: Int64?
    package var bloomFilterByteCount: Int32?
    /// Of BYTE_ARRAY values, without their lengths and before dictionary encoding.
    package var unencodedByteArrayByteCount: Int64?
}

extension ColumnChunkMetadata {
    /// Where the chunk starts: at its dictionary page if it has one.
    package var startOffset: Int {
        // 0 means absent to some writers; the object starts with its magic.
        guard let dictionary = dictionaryPageOffset, dictionary > 0, dictionary < dataPageOffset
        else { return Int(dataPageOffset) }
        return Int(dictionary)
    }
}
