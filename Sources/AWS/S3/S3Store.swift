import Memory
package import ObjectStores
import SigV4

/// Objects in Amazon S3, or in a server that speaks its language.
package struct S3Store: ObjectStore {
    /// More than this at one prefix is a mistake, or needs a manifest.
    private static let listedObjectCountMax = 1_000_000

    private let client: S3Client
    /// For what is read.
    private let memory = BlockMemory(keepsIdle: false)

    package init(
        service: ServiceClient, addressing: S3Addressing, options: S3Options = S3Options()
    ) {
        client = S3Client(service: service, addressing: addressing, options: options)
    }

    package func list(_ prefix: ObjectURL) async throws(ObjectStoreError) -> [ObjectSummary] {
        guard case .s3(let bucket, let key) = prefix.location else {
            throw ObjectStoreError(.invalidParameter, "This is not an object of S3.", url: prefix)
        }
        if key.isEmpty || key.hasSuffix("/") {
            return try await list(bucket: bucket, folder: key, url: prefix)
        }
        // One object first: a task may be allowed to read objects, but not to list.
        do {
            if let object = try await summary(of: prefix) { return [object] }
        } catch  where error.code == .accessDenied && error.serviceCode == nil {
            // Without s3:ListBucket a missing object looks like a forbidden one.
        }
        guard key.utf8.count < S3Addressing.keyByteCountMax else { throw Self.nothing(at: prefix) }
        return try await list(bucket: bucket, folder: key + "/", url: prefix)
    }

    private static func nothing(at url: ObjectURL) -> ObjectStoreError {
        ObjectStoreError(
            .notFound, "There is no such object, and none below that name.", url: url)
    }

    private func list(
        bucket: String, folder: String, url: ObjectURL
    ) async throws(ObjectStoreError) -> [ObjectSummary] {
        var objects: [ObjectSummary] = []
        var isEmpty = true
        var token: String?
        repeat {
            let page = try await client.listPage(
                bucket: bucket, prefix: folder, continuationToken: token, url: url)
            if page.continuationToken != nil, page.continuationToken == token {
                throw ObjectStoreError(.outOfSpec, "S3 gives the same page again.", url: url)
            }
            token = page.continuationToken
            isEmpty = isEmpty && page.entries.isEmpty
            for entry in page.entries where Self.isVisible(entry, below: folder) {
                objects.append(
                    ObjectSummary(
                        url: ObjectURL(.s3(bucket: bucket, key: entry.key)),
                        byteCount: entry.byteCount, etag: entry.etag))
            }
            guard objects.count <= Self.listedObjectCountMax else {
                throw ObjectStoreError(
                    .invalidParameter,
                    "More than \(Self.listedObjectCountMax) objects are here. Name a narrower one.",
                    url: url)
            }
        } while token != nil
        guard !isEmpty else { throw Self.nothing(at: url) }
        return objects.sorted {
            $0.url.description.utf8.lexicographicallyPrecedes($1.url.description.utf8)
        }
    }

    /// Not a folder's marker, and no part of the name below `folder` begins with `_` or `.`.
    private static func isVisible(_ entry: S3ListPage.Entry, below folder: String) -> Bool {
        guard entry.key.utf8.starts(with: folder.utf8),
            !(entry.byteCount == 0 && entry.key.hasSuffix("/"))
        else { return false }
        return entry.key.utf8.dropFirst(folder.utf8.count)
            .split(separator: UInt8(ascii: "/"))
            .allSatisfy { $0.first != UInt8(ascii: "_") && $0.first != UInt8(ascii: ".") }
    }

    package func summary(of url: ObjectURL) async throws(ObjectStoreError) -> ObjectSummary? {
        // A name that no object can have, such as one below a key that is as long as keys can be.
        guard case .s3(_, let key) = url.location, !key.isEmpty,
            key.utf8.count <= S3Addressing.keyByteCountMax
        else { return nil }
        guard let response = try await client.head(url) else { return nil }
        guard let byteCount = response.header("content-length").flatMap({ Int($0) }),
            byteCount >= 0, let etag = response.header("etag")
        else {
            throw ObjectStoreError(.outOfSpec, "S3 tells neither size nor ETag.", url: url)
        }
        return ObjectSummary(url: url, byteCount: byteCount, etag: S3ListPage.unquoted(etag))
    }

    package func read(
        _ object: ObjectSummary, range: ByteRange
    ) async throws(ObjectStoreError) -> ObjectBytes {
        try range.check(within: object)
        return try await S3RangeReader(client: client, object: object, memory: memory)
            .read(range)
    }

    package func stage(_ url: ObjectURL) async throws(ObjectStoreError) -> any StagedObject {
        _ = try client.request(.put, "s3:PutObject", url)  // checks the names
        return StagedUpload(url: url, client: client)
    }

    package func remove(_ url: ObjectURL) async throws(ObjectStoreError) {
        do {
            _ = try await client.send(client.request(.delete, "s3:DeleteObject", url), url)
        } catch  where error.serviceCode == "NoSuchKey" {
            // Gone already.
        }
    }
}
