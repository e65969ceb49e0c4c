package import ObjectStores
import Synchronization

/// Objects in memory that behave as `DirectoryStore` and S3 do, count what is asked of them, and
/// fail where a test tells them to.
package final class MemoryStore: ObjectStore, Sendable {
    private struct Entry {
        var bytes: [UInt8]
        var version: Int
        var etag: String { "v\(version)" }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var versionCount = 0
        var reads: [(url: ObjectURL, range: ByteRange)] = []
        var failures: [Int: ObjectStoreError.Code] = [:]
        var refusedPublications: Set<String> = []
        var heldPublications: [String: Duration] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Every object there is, by URL, hidden names included.
    package var urls: [String] { state.withLock { $0.entries.keys.sorted() } }
    package var reads: [(url: ObjectURL, range: ByteRange)] { state.withLock { $0.reads } }

    package func bytes(at url: String) -> [UInt8]? { state.withLock { $0.entries[url]?.bytes } }

    /// Puts an object there, or replaces it; a replaced one has another ETag.
    package func put(_ bytes: [UInt8], at url: String) {
        state.withLock { state in
            state.versionCount += 1
            state.entries[url] = Entry(bytes: bytes, version: state.versionCount)
        }
    }

    package func forgetReads() { state.withLock { $0.reads = [] } }

    /// Lets the read with this number, counted from the first that was not forgotten, fail.
    package func fail(read number: Int, with code: ObjectStoreError.Code) {
        state.withLock { $0.failures[number] = code }
    }

    /// Lets publishing under this URL fail with `unavailable`.
    package func refuseToPublish(_ url: String) {
        state.withLock { _ = $0.refusedPublications.insert(url) }
    }

    /// Lets publishing under this URL take so long, and fail if it is cancelled meanwhile.
    package func hold(_ url: String, for time: Duration) {
        state.withLock { $0.heldPublications[url] = time }
    }

    func publicationTime(of url: ObjectURL) -> Duration? {
        state.withLock { $0.heldPublications[url.description] }
    }

    // MARK: ObjectStore

    package func list(_ prefix: ObjectURL) async throws(ObjectStoreError) -> [ObjectSummary] {
        let text = prefix.description
        let folder = text.hasSuffix("/") ? text : text + "/"
        let found = try state.withLock { state throws(ObjectStoreError) in
            if let entry = state.entries[text], !text.hasSuffix("/") {
                return [try Self.summary(text, entry)]
            }
            return try state.entries.filter { $0.key.hasPrefix(folder) }
                .filter { Self.isVisible($0.key.dropFirst(folder.count)) }
                .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { url, entry throws(ObjectStoreError) in try Self.summary(url, entry) }
        }
        guard !found.isEmpty else {
            throw ObjectStoreError(.notFound, "There is nothing here.", url: prefix)
        }
        return found
    }

    package func summary(of url: ObjectURL) async throws(ObjectStoreError) -> ObjectSummary? {
        try state.withLock { state throws(ObjectStoreError) in
            guard let entry = state.entries[url.description] else { return nil }
            return try Self.summary(url.description, entry)
        }
    }

    package func read(
        _ object: ObjectSummary, range: ByteRange
    ) async throws(ObjectStoreError) -> ObjectBytes {
        try range.check(within: object)
        return try state.withLock { state throws(ObjectStoreError) in
            state.reads.append((object.url, range))
            if let code = state.failures[state.reads.count - 1] {
                throw ObjectStoreError(code, "A test lets this read fail.", url: object.url)
            }
            guard let entry = state.entries[object.url.description] else {
                throw ObjectStoreError(.notFound, "The object is gone.", url: object.url)
            }
            guard entry.etag == object.etag, entry.bytes.count == object.byteCount else {
                throw ObjectStoreError(.changed, "The object is another one.", url: object.url)
            }
            return ObjectBytes(Array(entry.bytes[range.offset..<range.end]))
        }
    }

    package func stage(_ url: ObjectURL) async throws(ObjectStoreError) -> any StagedObject {
        MemoryStagedObject(url: url, store: self)
    }

    package func remove(_ url: ObjectURL) async throws(ObjectStoreError) {
        state.withLock { _ = $0.entries.removeValue(forKey: url.description) }
    }

    func publish(
        _ bytes: [UInt8], at url: ObjectURL, ifAbsent: Bool
    ) throws(ObjectStoreError) -> ObjectSummary {
        try state.withLock { state throws(ObjectStoreError) in
            let text = url.description
            if state.refusedPublications.contains(text) {
                throw ObjectStoreError(.unavailable, "A test refuses to publish.", url: url)
            }
            if ifAbsent, state.entries[text] != nil {
                throw ObjectStoreError(.alreadyExists, "There is an object.", url: url)
            }
            state.versionCount += 1
            let entry = Entry(bytes: bytes, version: state.versionCount)
            state.entries[text] = entry
            return try Self.summary(text, entry)
        }
    }

    private static func summary(
        _ url: String, _ entry: Entry
    ) throws(ObjectStoreError) -> ObjectSummary {
        ObjectSummary(
            url: try ObjectURL(parsing: url), byteCount: entry.bytes.count, etag: entry.etag)
    }

    private static func isVisible(_ path: Substring) -> Bool {
        path.split(separator: "/").allSatisfy { !$0.hasPrefix("_") && !$0.hasPrefix(".") }
    }
}
