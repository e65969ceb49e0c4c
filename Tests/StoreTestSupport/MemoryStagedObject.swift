import ObjectStores
import Synchronization

/// An object of a `MemoryStore` in the making; breaking the order of its calls is an error.
final class MemoryStagedObject: StagedObject, Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isSealed = false
    }

    let url: ObjectURL
    private let store: MemoryStore
    private let state = Mutex(State())

    init(url: ObjectURL, store: MemoryStore) {
        self.url = url
        self.store = store
    }

    func append(_ bytes: UnsafeRawBufferPointer) async throws(ObjectStoreError) {
        let copy = Array(bytes)
        try state.withLock { state throws(ObjectStoreError) in
            guard !state.isSealed else {
                throw ObjectStoreError(.outOfSpec, "The object is sealed already.", url: url)
            }
            state.bytes += copy
        }
    }

    func seal() async throws(ObjectStoreError) { state.withLock { $0.isSealed = true } }

    func publish(ifAbsent: Bool) async throws(ObjectStoreError) -> ObjectSummary {
        let bytes = try state.withLock { state throws(ObjectStoreError) in
            guard state.isSealed else {
                throw ObjectStoreError(.outOfSpec, "The object is not sealed.", url: url)
            }
            return state.bytes
        }
        if let time = store.publicationTime(of: url) {
            do {
                try await Task.sleep(for: time)
            } catch {
                throw ObjectStoreError(.interrupted, "Cancelled.", url: url)
            }
        }
        return try store.publish(bytes, at: url, ifAbsent: ifAbsent)
    }

    func discard() async { state.withLock { $0.bytes = [] } }
}
