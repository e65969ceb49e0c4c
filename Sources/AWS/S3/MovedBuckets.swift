import Synchronization

/// The buckets that turned out to be in another region than ours, and who signs for it.
final class MovedBuckets: Sendable {
    private let services = Mutex<[String: ServiceClient]>([:])

    subscript(bucket: String) -> ServiceClient? { services.withLock { $0[bucket] } }

    func note(_ bucket: String, _ service: ServiceClient) {
        services.withLock { $0[bucket] = service }
    }
}
