import Models
import Shards

/// What a job will need of memory, worked out from the footers before the work starts.
struct MemoryPlan: Sendable {
    /// The program itself, its buffers and the allocator's slack.
    static let fixedByteCount = 100 << 20

    let byteCount: Int
    /// What else than more memory would help.
    private let advice: String

    /// A training, and the folds that train beside it, each on nearly all rows.
    /// - Parameter workingByteCount: what boosting takes for one fold, besides its bins (see
    ///   `WorkingMemory`).
    init(training data: TrainingData, workingByteCount: Int, foldsAtOnce: Int) {
        let rows = data.trainRowCount + (data.validationLabels?.labels.count ?? 0)
        let features = data.features.features.count
        let window = RowGroupSize.decodedByteCountMax(data.table, columns: features)
        // The bins of a fold lie row by row and column by column.
        byteCount =
            Self.trainingByteCount(rows: rows, features: features, window: window)
            + foldsAtOnce * (2 * data.trainRowCount * features + workingByteCount)
        advice = "use fewer rows or folds"
    }

    /// Of boosted trees without a scratch file, before their bins are known: the bins, 8 bytes of
    /// labels and roles, and what `WorkingMemory` says of one output and several threads with a
    /// quarter of the rows moved together.
    /// - Parameter window: bytes of the largest row group once decoded.
    static func trainingByteCount(rows: Int, features: Int, window: Int) -> Int {
        let codeByteCount = (features + 7) / 8 * 8
        let rowByteCount = codeByteCount + 8 + 32 + (codeByteCount + 12) * 5 / 16
        return rows * rowByteCount + 2 * window + fixedByteCount
    }

    /// A linear model: two windows of shards, and the sums of products, whatever the rows.
    init(linear features: FeatureSchema, foldCount: Int, table: ShardTable) {
        var columns = 2
        for feature in features.features { columns += max(feature.codeCount, 2) }
        // Of a chunk, a shard and all, each for every fold, and some copies to solve.
        let sums = (4 * foldCount + 6) * columns * columns * 8
        let window = RowGroupSize.decodedByteCountMax(table, columns: features.features.count)
        byteCount = sums + 2 * window + Self.fixedByteCount
        advice = "use fewer features"
    }

    /// Rows that a fit of several passes keeps take this much at most, or half of what the limit
    /// leaves.
    private static let keptByteCountMax = 1 << 30

    func keptByteCountMax(_ context: JobContext) -> Int {
        guard let limit = context.memoryByteCountMax else { return Self.keptByteCountMax }
        return min(Self.keptByteCountMax, max(limit - byteCount, 0) / 2)
    }

    init(byteCount: Int, advice: String) {
        self.byteCount = byteCount
        self.advice = advice
    }

    /// - Throws: `outOfMemory` when the plan is larger than the limit.
    func check(_ context: JobContext) throws(JobFailure) {
        guard let limit = context.memoryByteCountMax, byteCount > limit else { return }
        throw JobFailure(
            .outOfMemory,
            "This needs about \(ByteCountText.write(byteCount)) of memory; the limit is "
                + "\(ByteCountText.write(limit)).",
            remedy: "Give the task \(ByteCountText.write(byteCount * 5 / 4)), \(advice), or "
                + "raise --memory-limit.")
    }
}
