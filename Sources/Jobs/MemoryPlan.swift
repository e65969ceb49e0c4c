import Models

/// What a job will need of memory, worked out from the footers before the work starts.
struct MemoryPlan: Sendable {
    /// The program itself, its buffers and the allocator's slack.
    static let fixedByteCount = 100 << 20

    let byteCount: Int

    /// A training run: one byte a cell of the binned matrix; for each row a label, a weight, a
    /// score, a packed gradient with its float form, and a row index; and a window of shards.
    init(training data: TrainingData) {
        let rows = data.trainRowCount + (data.validationLabels?.labels.count ?? 0)
        let features = data.features.features.count
        let perRow = features + 4 + 4 + 8 + 8 + 8 + 8
        byteCount =
            rows * perRow + 2
            * RowGroupSize.decodedByteCountMax(
                data.table, columns: features) + Self.fixedByteCount
    }

    /// - Throws: `outOfMemory` when the plan is larger than the limit.
    func check(_ context: JobContext) throws(JobFailure) {
        guard let limit = context.memoryByteCountMax, byteCount > limit else { return }
        throw JobFailure(
            .outOfMemory,
            "This needs about \(ByteCountText.write(byteCount)) of memory; the limit is "
                + "\(ByteCountText.write(limit)).",
            remedy: "Give the task \(ByteCountText.write(byteCount * 5 / 4)), use fewer rows, or "
                + "raise --memory-limit.")
    }
}
