import Columns
import Threads

extension FileWriter {
    /// Appends a row group of the first pending rows, and its bloom filters behind it.
    mutating func writeRowGroup(
        rowCount: Int, _ pool: ThreadPool?, into output: inout [UInt8]
    ) throws(ParquetError) {
        state = .failed
        let pieces = pending.take(rowCount)
        output.reserveCapacity(output.count + roomFor(rowCount, pending.fixedByteCount))
        let start = byteOffset + output.count
        var rowGroup = RowGroupMetadata(
            rowCount: Int64(rowCount), fileOffset: Int64(start),
            ordinal: Int16(exactly: metadata.rowGroups.count))
        var bloomFilters: [BloomFilter?] = []
        let chunks = try encode(pieces, pool, into: &output)
        for chunk in chunks {
            rowGroup.columns.append(chunk.metadata)
            rowGroup.totalByteCount += chunk.metadata.uncompressedByteCount
            columnIndexes.append(chunk.columnIndex)
            offsetIndexes.append(chunk.offsetIndex)
            bloomFilters.append(chunk.bloomFilter)
        }
        rowGroup.totalCompressedByteCount = Int64(byteOffset + output.count - start)
        for (columnIndex, filter) in bloomFilters.enumerated() {
            guard let bytes = filter?.serialized() else { continue }
            rowGroup.columns[columnIndex].bloomFilterOffset = Int64(byteOffset + output.count)
            rowGroup.columns[columnIndex].bloomFilterByteCount = Int32(bytes.count)
            output += bytes
        }
        metadata.rowGroups.append(rowGroup)
        metadata.rowCount += Int64(rowCount)
        state = .open
    }

    /// Bytes for so many rows and the room that compressing the last page takes. Memory that is
    /// reserved and not used costs nothing; memory that has to grow is copied.
    private func roomFor(_ rowCount: Int, _ rowByteCount: Int) -> Int {
        rowCount * max(1, rowByteCount) + options.pageByteCountMax / 4 * 5
    }

    private func encode(
        _ pieces: [PendingRows.Piece], _ pool: ThreadPool?, into output: inout [UInt8]
    ) throws(ParquetError) -> [ColumnChunkEncoder.Encoded] {
        guard let pool, pool.threadCount > 1, schema.fields.count > 1 else {
            var chunks: [ColumnChunkEncoder.Encoded] = []
            for columnIndex in schema.fields.indices {
                chunks.append(
                    try encode(
                        pieces, columnIndex, into: &output, byteOffset: byteOffset))
            }
            return chunks
        }
        let writer = self
        let encoded = try pool.map(count: schema.fields.count) {
            columnIndex, _ throws(ParquetError) in
            var bytes: [UInt8] = []
            let type = writer.schema.fields[columnIndex].type
            let rowCount = pieces.reduce(0) { $0 + $1.rows.count }
            bytes.reserveCapacity(writer.roomFor(rowCount, Self.fixedByteCount(type)))
            let chunk = try writer.encode(pieces, columnIndex, into: &bytes, byteOffset: 0)
            return (bytes: bytes, chunk: chunk)
        }
        var chunks: [ColumnChunkEncoder.Encoded] = []
        for column in encoded {
            chunks.append(column.chunk.moved(by: Int64(byteOffset + output.count)))
            output += column.bytes
        }
        return chunks
    }

    private func encode(
        _ pieces: [PendingRows.Piece], _ columnIndex: Int, into output: inout [UInt8],
        byteOffset: Int
    ) throws(ParquetError) -> ColumnChunkEncoder.Encoded {
        let field = schema.fields[columnIndex]
        let (scratch, compressor) = try scratches.take(options.compression)
        defer { scratches.give(scratch, compressor) }
        let encoder = ColumnChunkEncoder(
            field: field, leaf: metadata.schema[columnIndex + 1], options: options,
            compressor: compressor, scratch: scratch)
        let slices = pieces.map {
            ColumnSlice(column: $0.batch.columns[columnIndex], rows: $0.rows)
        }
        do {
            return try encoder.encode(slices, into: &output, byteOffset: byteOffset)
        } catch {
            throw error.adding(
                ParquetError.Context(
                    rowGroupIndex: metadata.rowGroups.count, column: field.name))
        }
    }
}

extension ColumnChunkEncoder.Encoded {
    /// The chunk that lies so many bytes farther on in the object.
    fileprivate func moved(by byteCount: Int64) -> Self {
        var moved = self
        moved.metadata.dataPageOffset += byteCount
        if let offset = metadata.dictionaryPageOffset {
            moved.metadata.dictionaryPageOffset = offset + byteCount
        }
        for index in offsetIndex.pageLocations.indices {
            moved.offsetIndex.pageLocations[index].byteOffset += byteCount
        }
        return moved
    }
}
