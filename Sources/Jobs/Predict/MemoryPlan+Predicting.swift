import Parquet
import Predictions
import Shards

extension MemoryPlan {
    /// The program, its threads' buffers and the allocator's slack.
    private static let programByteCount = 56 << 20

    /// A prediction, however many shards: the row groups of one window as bytes, decoded and as
    /// bytes once more, fetched ahead; the predictions of three batches (scored, encoded, waiting
    /// in the writer); what is encoded and what is sent; the compiled models.
    init(predicting table: ShardTable, with predictor: BatchPredictor, threads: Int) {
        let columns = predictor.requiredColumns
        // As `ShardReader` makes its windows.
        let rowGroupCount = max(1, (2 * threads + columns.count - 1) / max(columns.count, 1))
        var decoded = 0
        var compressed = 0
        var rows = 0
        for shard in table.shards {
            let leaves = columns.compactMap { shard.leaf($0) }
            for rowGroup in shard.metadata.rowGroups {
                let chunks = leaves.map { rowGroup.columns[$0.columnIndex] }
                decoded = max(
                    decoded,
                    chunks.reduce(0) {
                        $0 + max(Int(rowGroup.rowCount) * 8, Int($1.uncompressedByteCount))
                    })
                compressed = max(
                    compressed, chunks.reduce(0) { $0 + Int($1.compressedByteCount) })
                rows = max(rows, Int(rowGroup.rowCount))
            }
        }
        let written = predictor.writtenBytesPerRow
        let writerRowCount = max(rows, WriterOptions().rowGroupRowCountMax)
        self.init(
            byteCount: Self.programByteCount + rowGroupCount * (decoded + 2 * compressed)
                + written * (2 * rows + 3 * writerRowCount)
                + predictor.modelByteCount + threads * predictor.scratchByteCount,
            advice: "write the shards with smaller row groups, ask for fewer columns")
    }
}
