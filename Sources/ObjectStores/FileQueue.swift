import Dispatch

/// Runs blocking file calls on threads of their own, so that the cooperative pool stays free for
/// heartbeats and the network.
struct FileQueue: Sendable {
    private let queue = DispatchQueue(label: "martlet.files", attributes: .concurrent)

    func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Result(catching: work))
            }
        }
        return try result.get()
    }
}
