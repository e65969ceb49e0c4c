import Binning
import Models
import Objectives
import Shards
import Trees

/// What a job will need of memory, worked out from the footers before the work starts.
struct MemoryPlan: Sendable {
    /// The program itself, its buffers, the pages of a scratch file that were used in the last
    /// moments and the allocator's slack.
    static let fixedByteCount = 100 << 20

    let byteCount: Int
    /// What else than more memory would help.
    private let advice: String

    /// Of boosted trees without a limit, before their bins and objective are known: 8 bytes a row of
    /// labels and roles, a byte of each feature, one output.
    /// - Parameter reading: bytes of windows of shards.
    static func trainingByteCount(rows: Int, features: Int, reading: Int) -> Int {
        let layout = BinLayout(
            binCounts: Array(repeating: BinLayout.byteCodeCountMax, count: features))
        let needs = TrainingMemory.Needs(
            trainRowCount: rows, validationRowCount: 0,
            fixedByteCount: fixedByteCount + 8 * rows, readingByteCount: reading, layout: layout,
            working: WorkingMemory(
                rowCount: rows, layout: layout, objective: SquaredError(),
                parameters: BoostingParameters(), threadCount: 2),
            validationByteCount: 0)
        return TrainingMemory(needs, limit: nil, folder: nil).byteCount
    }

    /// A linear model: windows of shards, and the sums of products, whatever the rows.
    /// - Parameters:
    ///   - features: as the fit sees them.
    ///   - columns: of the table that are read.
    init(
        linear features: FeatureSchema, columns names: [String], foldCount: Int, table: ShardTable,
        threads: Int
    ) {
        var columns = 2
        for feature in features.features { columns += max(feature.codeCount, 2) }
        // Of a chunk, a shard and all, each for every fold, and some copies to solve.
        let sums = (4 * foldCount + 6) * columns * columns * 8
        // Two blocks a thread: a tile of 2,048 rows, the indicators that are 1, the products.
        let block = columns * 2_048 * (8 + 2) + 2 * columns * columns * 8
        let reading = table.readingByteCountMax(columns: names, threadCount: threads)
        byteCount = sums + 2 * threads * block + reading + Self.fixedByteCount
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
