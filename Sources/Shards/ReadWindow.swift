import ObjectStores

/// What is read in one go: some small row groups, or some columns of a large one.
struct ReadWindow: Hashable, Sendable {
    /// Compressed, unless a single chunk is larger.
    let byteCountMax: Int
    /// Less is not worth a further window.
    let byteCountMin: Int
    /// Enough to keep every thread busy.
    let chunkCountMin: Int

    /// From a file, unlike from S3, a few megabytes are as fast as many, and leave the caches less.
    private static let fileByteCountMin = 16 << 20

    init(_ url: ObjectURL?, byteCountMax: Int, threadCount: Int) {
        self.byteCountMax = byteCountMax
        chunkCountMin = 2 * threadCount
        switch url?.location {
        case .file: byteCountMin = min(Self.fileByteCountMin, byteCountMax)
        case .s3, nil: byteCountMin = byteCountMax
        }
    }

    /// How many row groups of such chunks one window takes, and what it has to fetch.
    func taken(ofRowGroupsLike chunkByteCounts: [Int]) -> (groupCount: Int, byteCount: Int) {
        let total = chunkByteCounts.reduce(0, +)
        // The most that one of its windows takes.
        var largest = 0
        var byteCount = 0
        var chunkCount = 0
        for next in chunkByteCounts {
            if isFull(byteCount: byteCount, chunkCount: chunkCount, next: next) {
                byteCount = 0
                chunkCount = 0
            }
            byteCount += next
            chunkCount += 1
            largest = max(largest, byteCount)
        }
        guard largest == total, total > 0 else { return (1, largest) }
        let wanted = (chunkCountMin + chunkByteCounts.count - 1) / chunkByteCounts.count
        let groupCount = max(1, min(wanted, byteCountMax / total))
        return (groupCount, groupCount * total)
    }

    /// Whether a window of so much is to take nothing more.
    func isFull(byteCount: Int, chunkCount: Int, next: Int) -> Bool {
        guard chunkCount > 0 else { return false }
        return byteCount + next > byteCountMax
            || (byteCount >= byteCountMin && chunkCount >= chunkCountMin)
    }
}
