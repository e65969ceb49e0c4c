import Columns
import Memory
import Parquet

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What one thread keeps from chunk to chunk: working memory, and the bytes of the last chunk.
///
/// `@unchecked Sendable`: each thread of the pool has one for itself.
final class BenchmarkWorker: @unchecked Sendable {
    static let slackByteCount = 64

    let scratch: DecodeScratch
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 64)

    init(memory: BlockMemory) { scratch = DecodeScratch(memory: memory) }

    deinit { bytes.deallocate() }

    static func team(_ count: Int) -> [BenchmarkWorker] {
        let memory = BlockMemory()
        return (0..<count).map { _ in BenchmarkWorker(memory: memory) }
    }

    /// A range of a file, with zeroed slack behind it; valid until the next call.
    func read(
        _ descriptor: Int32, offset: Int, byteCount: Int, path: String
    ) throws(BenchmarkError) -> UnsafeRawBufferPointer {
        if bytes.count < byteCount + Self.slackByteCount {
            bytes.deallocate()
            bytes = .allocate(byteCount: byteCount * 5 / 4 + Self.slackByteCount, alignment: 64)
        }
        guard let base = bytes.baseAddress else { return UnsafeRawBufferPointer(bytes) }
        var done = 0
        while done < byteCount {
            let count = pread(descriptor, base + done, byteCount - done, off_t(offset + done))
            guard count > 0 else { throw BenchmarkError(message: "cannot read \(path)") }
            done += count
        }
        (base + byteCount).initializeMemory(
            as: UInt8.self, repeating: 0, count: Self.slackByteCount)
        return UnsafeRawBufferPointer(start: base, count: byteCount)
    }
}
