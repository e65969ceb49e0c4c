import AWS
import Logging
import ObjectStores

/// Copies all objects below one URL to another, as `aws s3 cp --recursive` does: what the S3
/// client can do, without Parquet around it.
struct CopyBenchmark: Sendable {
    /// Objects under way at once; a large one is read in parts besides.
    private static let objectsInFlightMax = 16
    /// Small enough that the allocator hands the same memory out again.
    private static let chunkByteCount = 8 << 20
    /// Of one object; read while earlier ones are written.
    private static let chunksAheadMax = 4

    let source: ObjectURL
    let target: ObjectURL

    init(source: String, target: String) throws {
        self.source = try ObjectURL(parsing: source)
        self.target = try ObjectURL(parsing: target)
    }

    /// - Returns: objects and bytes.
    func run(environment: [String: String]) async throws -> (rows: Int, columns: Int) {
        let clients = AWSClients(
            environment: environment, userAgent: "martlet-bench",
            logger: Logger(label: "bench"))
        do {
            let shape = try await copyAll(RoutingStore(s3: try clients.s3Store()))
            await clients.shutdown()
            return shape
        } catch {
            await clients.shutdown()
            throw error
        }
    }

    private func copyAll(_ store: RoutingStore) async throws -> (rows: Int, columns: Int) {
        let objects = try await store.list(source)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = objects[...]
            func next() {
                guard let object = waiting.popFirst() else { return }
                group.addTask { try await copy(object, in: store) }
            }
            for _ in 0..<Self.objectsInFlightMax { next() }
            while try await group.next() != nil { next() }
        }
        return (objects.count, objects.reduce(0) { $0 + $1.byteCount })
    }

    private func copy(_ object: ObjectSummary, in store: RoutingStore) async throws {
        let staged = try await store.stage(target.appending(object.url.lastComponent))
        do {
            try await append(object, of: store, to: staged)
            try await staged.seal()
            _ = try await staged.publish(ifAbsent: false)
        } catch {
            await staged.discard()
            throw error
        }
    }

    private func append(
        _ object: ObjectSummary, of store: RoutingStore, to staged: any StagedObject
    ) async throws {
        let ranges = stride(from: 0, to: object.byteCount, by: Self.chunkByteCount).map { offset in
            ByteRange(
                offset: offset, count: min(Self.chunkByteCount, object.byteCount - offset))
        }
        try await withThrowingTaskGroup(of: (Int, ObjectBytes).self) { group in
            var waiting = ranges.indices[...]
            func begin() {
                guard let index = waiting.popFirst() else { return }
                group.addTask { (index, try await store.read(object, range: ranges[index])) }
            }
            for _ in 0..<Self.chunksAheadMax { begin() }
            var arrived: [Int: ObjectBytes] = [:]
            for index in ranges.indices {
                while arrived[index] == nil, let (other, bytes) = try await group.next() {
                    arrived[other] = bytes
                }
                begin()
                guard let bytes = arrived.removeValue(forKey: index) else { return }
                try await staged.append(bytes.bytes)
                withExtendedLifetime(bytes) {}
            }
        }
    }
}
