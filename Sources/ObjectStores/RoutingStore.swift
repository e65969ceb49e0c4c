/// Sends each URL to the store that has its bytes: paths to the file system, `s3://` to S3.
package struct RoutingStore: ObjectStore {
    private let directory: DirectoryStore
    private let s3: (any ObjectStore)?
    private let tally: ByteTally?

    /// - Parameters:
    ///   - s3: nil where there is none; such URLs are then `invalidParameter`.
    ///   - tally: counts the bytes that are read.
    package init(
        directory: DirectoryStore = DirectoryStore(), s3: (any ObjectStore)?,
        tally: ByteTally? = nil
    ) {
        self.directory = directory
        self.s3 = s3
        self.tally = tally
    }

    package func list(_ prefix: ObjectURL) async throws(ObjectStoreError) -> [ObjectSummary] {
        try await store(for: prefix).list(prefix)
    }

    package func summary(of url: ObjectURL) async throws(ObjectStoreError) -> ObjectSummary? {
        try await store(for: url).summary(of: url)
    }

    package func read(
        _ object: ObjectSummary, range: ByteRange
    ) async throws(ObjectStoreError) -> ObjectBytes {
        let bytes = try await store(for: object.url).read(object, range: range)
        tally?.add(range.count)
        return bytes
    }

    package func stage(_ url: ObjectURL) async throws(ObjectStoreError) -> any StagedObject {
        try await store(for: url).stage(url)
    }

    package func remove(_ url: ObjectURL) async throws(ObjectStoreError) {
        try await store(for: url).remove(url)
    }

    private func store(for url: ObjectURL) throws(ObjectStoreError) -> any ObjectStore {
        switch url.location {
        case .file:
            return directory
        case .s3:
            guard let s3 else {
                throw ObjectStoreError(
                    .invalidParameter, "S3 is not available here; use a path.", url: url)
            }
            return s3
        }
    }
}
