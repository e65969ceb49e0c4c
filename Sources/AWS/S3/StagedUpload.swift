import NIOCore
import ObjectStores
import SigV4
import Synchronization

/// An object in the making on S3: tiny ones stay in memory until they are published, others are
/// uploaded in parts, which become an object only when the upload is completed.
final class StagedUpload: StagedObject {
    /// The first parts' size; S3 takes 5 MiB and more.
    private static let partByteCountMin = 8 << 20
    /// What is larger is uploaded when it is sealed: a job that stages thousands of objects keeps no
    /// more than this of each. One request in place of three is worth it for commit records.
    private static let heldByteCountMax = 32 << 10
    /// So many parts have one size, then it doubles: 10,000 parts are then 484 GiB.
    private static let partsOfOneSize = 2_000
    /// Parts that are uploaded side by side, while the next one is filled.
    private static let partsInFlightMax = 3
    private static let abortTimeMax = Duration.seconds(15)

    struct Part {
        let number: Int
        let etag: String
        let checksum: UInt32
        let byteCount: Int
        /// The memory that it was sent from, until that is used again.
        var memory: ByteBuffer?
    }

    struct State {
        var uploadID: String?
        /// In order.
        var parts: [Part] = []
        /// In order; behind `parts`.
        var underWay: [Task<Result<Part, ObjectStoreError>, Never>] = []
        /// Behind those.
        var filling = ByteBuffer()
        /// Of parts that have been sent: fresh memory would cost more than to fill it.
        var spare: [ByteBuffer] = []
        var byteCount = 0
        var isSealed = false
        var isPublished = false
        /// Whether an upload may have begun whose id was lost with the answer.
        var mayHaveLostUpload = false

        /// Of the part that is being filled.
        var partByteCount: Int {
            StagedUpload.partByteCountMin
                << ((parts.count + underWay.count) / StagedUpload.partsOfOneSize)
        }
    }

    let url: ObjectURL
    let client: S3Client
    /// Kept with the object, to know it again when an answer has been lost on the way.
    let writeID: String
    let state = Mutex(State())

    init(url: ObjectURL, client: S3Client) {
        self.url = url
        self.client = client
        writeID = String(UInt64.random(in: 0 ... .max), radix: 16)
    }

    // MARK: Append

    func append(_ bytes: UnsafeRawBufferPointer) async throws(ObjectStoreError) {
        // The caller keeps the bytes alive and unchanged until this call returns.
        nonisolated(unsafe) var rest = bytes
        while !rest.isEmpty {
            let (taken, isFull) = fill(from: rest)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
            if isFull { try await uploadFilled() }
        }
    }

    /// Copies as much as fits into the part that is being filled.
    private func fill(from bytes: UnsafeRawBufferPointer) -> (taken: Int, isFull: Bool) {
        state.withLock { state in
            precondition(!state.isSealed, "append after seal or discard")
            let partByteCount = state.partByteCount
            if state.filling.capacity == 0, state.uploadID != nil {
                if !state.spare.isEmpty { state.filling = state.spare.removeLast() }
                state.filling.clear(minimumCapacity: partByteCount)
            }
            let count = min(bytes.count, partByteCount - state.filling.readableBytes)
            state.filling.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            state.byteCount += count
            return (count, state.filling.readableBytes == partByteCount)
        }
    }

    func seal() async throws(ObjectStoreError) {
        let (isLarge, isFilled) = state.withLock { state in
            precondition(!state.isSealed, "seal after seal or discard")
            let byteCount = state.filling.readableBytes
            return (
                state.uploadID != nil || byteCount > Self.heldByteCountMax, byteCount > 0
            )
        }
        if isLarge {
            if isFilled { try await uploadFilled() }
            try await finishParts(downTo: 0)
        }
        state.withLock { state in
            state.isSealed = true
            state.spare = []
        }
    }

    /// Begins to upload the part that has been filled.
    private func uploadFilled() async throws(ObjectStoreError) {
        let uploadID = try await begunUpload()
        try await finishParts(downTo: Self.partsInFlightMax - 1)
        state.withLock { state in
            let part = state.filling
            let number = state.parts.count + state.underWay.count + 1
            state.filling = ByteBuffer()
            // Not of the caller's task, which makes the next part meanwhile: `finishParts` waits for
            // it, and `discard` ends it.
            state.underWay.append(
                Task { await self.upload(part, number: number, to: uploadID) })
        }
    }

    /// Waits until no more than `count` parts are under way.
    private func finishParts(downTo count: Int) async throws(ObjectStoreError) {
        while let task = state.withLock({ $0.underWay.count > count ? $0.underWay.first : nil }) {
            let result = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            var part = try result.get()
            let memory = part.memory.take()
            state.withLock { state in
                state.underWay.removeFirst()
                state.parts.append(part)
                if let memory { state.spare.append(memory) }
            }
        }
    }

    private func begunUpload() async throws(ObjectStoreError) -> String {
        if let uploadID = state.withLock({ $0.uploadID }) { return uploadID }
        var request = try client.request(
            .post, "s3:PutObject", url, query: [QueryItem("uploads")],
            headers: [
                HeaderField("x-amz-checksum-algorithm", "CRC32"),
                HeaderField("x-amz-checksum-type", "FULL_OBJECT"), writeIDHeader, contentType,
            ] + client.options.encryptionHeaders)
        // Should this fail or be cancelled, the upload may have begun all the same.
        state.withLock { $0.mayHaveLostUpload = true }
        let wasRetried = Atomic(false)
        request.onRetry = { wasRetried.store(true, ordering: .relaxed) }
        let response = try await client.send(request, url)
        guard let uploadID = (try? XMLElement(parsing: response.body))?.text(of: "UploadId"),
            !uploadID.isEmpty
        else { throw ObjectStoreError(.outOfSpec, "S3 began an upload without id.", url: url) }
        state.withLock { state in
            state.uploadID = uploadID
            state.mayHaveLostUpload = wasRetried.load(ordering: .relaxed)
        }
        return uploadID
    }

    private func upload(
        _ bytes: ByteBuffer, number: Int, to uploadID: String
    ) async -> Result<Part, ObjectStoreError> {
        do throws(ObjectStoreError) {
            let checksum = bytes.withUnsafeReadableBytes { CRC32.checksum(of: $0) }
            var request = try client.request(
                .put, "s3:PutObject", url,
                query: [
                    QueryItem("partNumber", String(number)), QueryItem("uploadId", uploadID),
                ],
                headers: [HeaderField("x-amz-checksum-crc32", CRC32.header(checksum))],
                body: HTTPBody(bytes))
            request.hasBodyChecksum = true
            let response = try await client.send(request, url)
            guard let etag = response.header("etag") else {
                throw ObjectStoreError(.outOfSpec, "S3 took a part without an ETag.", url: url)
            }
            return .success(
                Part(
                    number: number, etag: etag, checksum: checksum,
                    byteCount: bytes.readableBytes, memory: bytes))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Discard

    func discard() async {
        let underWay = state.withLock { state in
            defer { state.underWay = [] }
            return state.underWay
        }
        for task in underWay { task.cancel() }
        // A part that came in after the end of its upload would stay for ever.
        for task in underWay { _ = await task.value }
        let (uploadID, mayHaveLostUpload): (String?, Bool) = state.withLock { state in
            defer {
                state.isSealed = true
                state.filling = ByteBuffer()
                state.spare = []
                state.uploadID = nil
                state.mayHaveLostUpload = false
            }
            return state.isPublished ? (nil, false) : (state.uploadID, state.mayHaveLostUpload)
        }
        if let uploadID { await abort(uploadID) }
        if mayHaveLostUpload { await abortLostUploads() }
    }

    /// Gives an upload up, also, and above all, for a task that was told to stop.
    ///
    /// Nothing better can be done about a failure; the bucket's lifecycle rule clears the rest.
    private func abort(_ uploadID: String) async {
        let (client, url) = (client, url)
        _ = try? await shielded(within: Self.abortTimeMax) {
            try await client.send(
                client.request(
                    .delete, "s3:AbortMultipartUpload", url,
                    query: [QueryItem("uploadId", uploadID)]), url)
        }
    }

    /// An upload whose answer was lost is known only by its key. Where uploads may be listed, it
    /// is found by that; a key belongs to one unit of work, so nobody else's can be among them.
    func abortLostUploads() async {
        let (client, url) = (client, url)
        let lost = try? await shielded(within: Self.abortTimeMax) {
            try await client.unfinishedUploads(of: url)
        }
        for uploadID in lost ?? [] { await abort(uploadID) }
    }

    var writeIDHeader: HeaderField { HeaderField("x-amz-meta-martlet-write", writeID) }
    var contentType: HeaderField { HeaderField("Content-Type", "application/octet-stream") }
}
