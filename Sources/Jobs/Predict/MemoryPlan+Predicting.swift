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
        let reading = table.readingByteCountMax(columns: columns, threadCount: threads)
        let rows =
            table.shards.flatMap(\.metadata.rowGroups).map { Int($0.rowCount) }.max() ?? 0
        let written = predictor.writtenBytesPerRow
        let writerRowCount = max(rows, WriterOptions().rowGroupRowCountMax)
        self.init(
            byteCount: Self.programByteCount + reading
                + written * (2 * rows + 3 * writerRowCount)
                + predictor.modelByteCount + threads * predictor.scratchByteCount,
            advice: "write the shards with smaller row groups, ask for fewer columns")
    }
}
