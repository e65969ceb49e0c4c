import Shards

/// How much work and memory a job will take, from the footers of its shards.
struct WorkEstimate: Hashable, Sendable {
    /// Of one vCPU.
    var processorSeconds: Double
    /// Waiting that more vCPUs do not shorten.
    var fixedSeconds: Double
    var memoryByteCount: Int

    /// Fargate's cold start, image pull included. Source: measured by wellcomecollection, 45 to 50 s.
    static let startSeconds = 50.0
    /// A vCPU of Fargate against the core the rates below were measured on: hosts differ by 30%.
    private static let slowness = 2.0
    /// Seconds a row, feature and round of boosting, and a row and feature of reading and binning.
    /// Measured: 4.4 s in all for 1 M rows, 22 features, 200 rounds of 63 leaves.
    private static let trainingRate = 9e-10
    private static let readingRate = 2e-8
    /// Seconds a row and tree, and a row to read and write. Measured: 0.54 s for 1 M rows, 200 trees.
    private static let scoringRate = 1e-9
    private static let copyingRate = 3.5e-7
    /// Bytes from S3 in a second, over the connections of one task. Source: 85 to 90 MB/s for each.
    private static let bytesPerSecond = 1e8
    /// Memory is planned with a quarter more than the model says.
    private static let memorySlack = 1.25

    /// Training boosted trees on all rows of a table.
    init(training table: ShardTable, columns: Int, rounds: Int) {
        let cells = Double(table.rowCount) * Double(columns)
        processorSeconds =
            Self.slowness * cells * (Self.trainingRate * Double(rounds) + Self.readingRate)
        fixedSeconds = Self.startSeconds + Double(table.byteCount) / Self.bytesPerSecond
        let bytes = MemoryPlan.trainingByteCount(
            rows: table.rowCount, features: columns,
            reading: 2 * RowGroupSize.decodedByteCountMax(table, columns: columns))
        memoryByteCount = Int(Double(bytes) * Self.memorySlack)
    }

    /// Scoring all rows of a table. `fixedSeconds` holds one task's start only: the bytes are shared
    /// among tasks and count as work.
    /// - Parameter trees: of all models together.
    init(scoring table: ShardTable, columns: Int, trees: Int, modelByteCount: Int) {
        let rows = Double(table.rowCount)
        processorSeconds =
            Self.slowness * rows * (Self.scoringRate * Double(trees) + Self.copyingRate)
            + Double(table.byteCount) / Self.bytesPerSecond
        fixedSeconds = Self.startSeconds
        let window = RowGroupSize.decodedByteCountMax(table, columns: columns)
        let bytes = 4 * window + 4 * modelByteCount + 2 * MemoryPlan.fixedByteCount
        memoryByteCount = Int(Double(bytes) * Self.memorySlack)
    }

    func seconds(on size: TaskSize) -> Double {
        fixedSeconds + processorSeconds / size.processorCount
    }
}
