import Columns
import Memory
import Parquet
import Threads

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Parquet file of the file system, read chunk by chunk without the layers above.
final class BenchmarkFile: Sendable {
    let metadata: FileMetadata
    let leaves: [LeafColumn]
    private let path: String
    private let descriptor: Int32
    private let byteCount: Int

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw BenchmarkError(message: "cannot open \(path)")
        }
        byteCount = Int(status.st_size)
        metadata = try Self.footer(descriptor, byteCount: byteCount, path: path)
        leaves = try metadata.leafColumns().filter { $0.skippedReason == nil }
    }

    deinit { close(descriptor) }

    private static func footer(
        _ descriptor: Int32, byteCount: Int, path: String
    ) throws -> FileMetadata {
        let worker = BenchmarkWorker(memory: BlockMemory())
        var wanted = min(byteCount, 64 << 10)
        while true {
            let tail = try worker.read(
                descriptor, offset: byteCount - wanted, byteCount: wanted, path: path)
            let step = try FileFooter.parse(
                tail: tail, objectByteCount: byteCount, owner: worker)
            switch step {
            case .metadata(let metadata): return metadata
            case .needs(let more):
                guard more > wanted, more <= byteCount else {
                    throw BenchmarkError(message: "the footer of \(path) is broken")
                }
                wanted = more
            }
        }
    }

    /// Every column of one row group, decoded side by side.
    func decode(rowGroup: Int, pool: ThreadPool, workers: [BenchmarkWorker]) throws -> [Column] {
        let plan = try ReadPlan(
            metadata: metadata, columns: leaves, rowGroupIndex: rowGroup,
            objectByteCount: byteCount)
        // The largest first, as jobs do it, so that the threads end together.
        let order = plan.chunks.indices.sorted {
            plan.chunks[$0].byteCount > plan.chunks[$1].byteCount
        }
        let columns = try pool.map(count: order.count) { [self] position, worker in
            try decode(plan, order[position], rowGroup: rowGroup, workers[worker])
        }
        var positions = [Int](repeating: 0, count: order.count)
        for (position, index) in order.enumerated() { positions[index] = position }
        return positions.map { columns[$0] }
    }

    private func decode(
        _ plan: ReadPlan, _ index: Int, rowGroup: Int, _ worker: BenchmarkWorker
    ) throws -> Column {
        let range = plan.chunks[index]
        return try ColumnChunkDecoder.decode(
            worker.read(
                descriptor, offset: range.offset, byteCount: range.byteCount, path: path),
            slackByteCount: BenchmarkWorker.slackByteCount,
            chunk: metadata.rowGroups[rowGroup].columns[leaves[index].columnIndex],
            column: leaves[index], rowCount: plan.rowCount, rowGroupIndex: rowGroup,
            scratch: worker.scratch)
    }
}
