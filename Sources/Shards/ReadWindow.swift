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

    /// Chunks of a row group that are read in one go each; all of them where they fit together.
    func parts(ofChunks byteCounts: [Int]) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        var byteCount = 0
        for (index, next) in byteCounts.enumerated() {
            if isFull(byteCount: byteCount, chunkCount: index - start, next: next) {
                parts.append(start..<index)
                start = index
                byteCount = 0
            }
            byteCount += next
        }
        return parts + [start..<byteCounts.count]
    }

    /// How many row groups of such chunks one window takes, and what it has to fetch.
    func taken(ofRowGroupsLike byteCounts: [Int]) -> (groupCount: Int, byteCount: Int) {
        let parts = parts(ofChunks: byteCounts).map { byteCounts[$0].reduce(0, +) }
        let largest = parts.max() ?? 0
        guard parts.count == 1, largest > 0 else { return (1, largest) }
        let wanted = (chunkCountMin + byteCounts.count - 1) / byteCounts.count
        let groupCount = max(1, min(wanted, byteCountMax / largest))
        return (groupCount, groupCount * largest)
    }

    /// Whether a window of so much is to take nothing more.
    private func isFull(byteCount: Int, chunkCount: Int, next: Int) -> Bool {
        guard chunkCount > 0 else { return false }
        return byteCount + next > byteCountMax
            || (byteCount >= byteCountMin && chunkCount >= chunkCountMin)
    }
}
