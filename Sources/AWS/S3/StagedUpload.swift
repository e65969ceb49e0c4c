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
    /// Parts that are collected, then uploaded side by side.
    private static let partsInFlightMax = 4
    /// A 409 means that another write of the same key was under way.
    private static let conflictRetriesMax = 3
    private static let abortTimeMax = Duration.seconds(15)

    private struct Part {
        let number: Int
        let etag: String
        let checksum: UInt32
        let byteCount: Int
    }

    private struct State {
        var uploadID: String?
        var parts: [Part] = []
        var full: [ByteBuffer] = []
        var filling = ByteBuffer()
        var byteCount = 0
        var isSealed = false
        var isPublished = false
        /// Whether an upload may have begun whose id was lost with the answer.
        var mayHaveLostUpload = false
    }

    let url: ObjectURL
    private let client: S3Client
    /// Kept with the object, to know it again when an answer has been lost on the way.
    private let writeID: String
    private let state = Mutex(State())

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
            let taken = fill(from: rest)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
            if state.withLock({ $0.full.count >= Self.partsInFlightMax }) {
                try await uploadFullParts()
            }
        }
    }

    /// Copies as much as fits into the part that is being filled.
    private func fill(from bytes: UnsafeRawBufferPointer) -> Int {
        state.withLock { state in
            precondition(!state.isSealed, "append after seal or discard")
            let number = state.parts.count + state.full.count
            let partByteCount = Self.partByteCountMin << (number / Self.partsOfOneSize)
            let count = min(bytes.count, partByteCount - state.filling.readableBytes)
            state.filling.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            state.byteCount += count
            if state.filling.readableBytes == partByteCount {
                state.full.append(state.filling)
                state.filling = ByteBuffer()
            }
            return count
        }
    }

    func seal() async throws(ObjectStoreError) {
        let isLarge = state.withLock { state in
            precondition(!state.isSealed, "seal after seal or discard")
            return state.uploadID != nil || !state.full.isEmpty
                || state.filling.readableBytes > Self.heldByteCountMax
        }
        if isLarge {
            state.withLock { state in
                if state.filling.readableBytes > 0 { state.full.append(state.filling) }
                state.filling = ByteBuffer()
            }
            try await uploadFullParts()
        }
        state.withLock { $0.isSealed = true }
    }

    private func uploadFullParts() async throws(ObjectStoreError) {
        let uploadID = try await begunUpload()
        let (parts, first) = state.withLock { ($0.full, $0.parts.count + 1) }
        let results = await withTaskGroup(of: Result<Part, ObjectStoreError>.self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { await self.upload(part, number: first + index, to: uploadID) }
            }
            var results: [Result<Part, ObjectStoreError>] = []
            for await result in group {
                results.append(result)
                if case .failure = result { group.cancelAll() }
            }
            return results
        }
        var uploaded: [Part] = []
        for result in results { uploaded.append(try result.get()) }
        uploaded.sort { $0.number < $1.number }
        state.withLock { state in
            state.parts += uploaded
            state.full = []
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
            let request = try client.request(
                .put, "s3:PutObject", url,
                query: [
                    QueryItem("partNumber", String(number)), QueryItem("uploadId", uploadID),
                ],
                headers: [HeaderField("x-amz-checksum-crc32", CRC32.header(checksum))],
                body: HTTPBody(bytes))
            let response = try await client.send(request, url)
            guard let etag = response.header("etag") else {
                throw ObjectStoreError(.outOfSpec, "S3 took a part without an ETag.", url: url)
            }
            return .success(
                Part(
                    number: number, etag: etag, checksum: checksum, byteCount: bytes.readableBytes))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Publish

    func publish(ifAbsent: Bool) async throws(ObjectStoreError) -> ObjectSummary {
        let snapshot = state.withLock { state in
            precondition(state.isSealed && !state.isPublished, "publish before seal, or twice")
            return state
        }
        var conflicts = 0
        while true {
            do {
                let summary =
                    if let uploadID = snapshot.uploadID {
                        try await complete(uploadID, snapshot, ifAbsent: ifAbsent)
                    } else {
                        try await put(snapshot, ifAbsent: ifAbsent)
                    }
                let mayHaveLostUpload = state.withLock { state in
                    state.isPublished = true
                    state.filling = ByteBuffer()
                    return state.mayHaveLostUpload
                }
                if mayHaveLostUpload { await abortLostUploads() }
                return summary
            } catch
                where error.serviceCode == "ConditionalRequestConflict"
                && conflicts < Self.conflictRetriesMax
            {
                conflicts += 1
            }
        }
    }

    private func put(_ state: State, ifAbsent: Bool) async throws(ObjectStoreError) -> ObjectSummary
    {
        let checksum = state.filling.withUnsafeReadableBytes {
            CRC32.header(CRC32.checksum(of: $0))
        }
        var headers =
            [HeaderField("x-amz-checksum-crc32", checksum), writeIDHeader, contentType]
            + client.options.encryptionHeaders
        if ifAbsent { headers.append(HeaderField("If-None-Match", "*")) }
        let request = try client.request(
            .put, "s3:PutObject", url, headers: headers, body: HTTPBody(state.filling))
        let response: HTTPResponse
        do {
            response = try await client.send(request, url)
        } catch {
            return try await resolve(error, byteCount: state.byteCount)
        }
        guard let etag = response.header("etag") else {
            throw ObjectStoreError(.outOfSpec, "S3 took an object without an ETag.", url: url)
        }
        return ObjectSummary(
            url: url, byteCount: state.byteCount, etag: S3ListPage.unquoted(etag))
    }

    private func complete(
        _ uploadID: String, _ state: State, ifAbsent: Bool
    ) async throws(ObjectStoreError) -> ObjectSummary {
        let parts = state.parts.map { part in
            "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(Self.escaped(part.etag))</ETag>"
                + "<ChecksumCRC32>\(CRC32.header(part.checksum))</ChecksumCRC32></Part>"
        }
        let body =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + parts.joined() + "</CompleteMultipartUpload>"
        let checksum = state.parts.reduce(UInt32(0)) { sum, part in
            CRC32.combine(sum, part.checksum, secondByteCount: part.byteCount)
        }
        var headers = [
            HeaderField("x-amz-mp-object-size", String(state.byteCount)),
            HeaderField("x-amz-checksum-crc32", CRC32.header(checksum)),
            HeaderField("x-amz-checksum-type", "FULL_OBJECT"),
        ]
        if ifAbsent { headers.append(HeaderField("If-None-Match", "*")) }
        var request = try client.request(
            .post, "s3:PutObject", url, query: [QueryItem("uploadId", uploadID)],
            headers: headers, body: HTTPBody(body))
        request.mayHideError = true
        // S3 may assemble large objects for minutes.
        request.limits.totalTime = .seconds(300)
        let response: HTTPResponse
        do {
            response = try await client.send(request, url)
        } catch {
            return try await resolve(error, byteCount: state.byteCount)
        }
        guard let etag = (try? XMLElement(parsing: response.body))?.text(of: "ETag") else {
            throw ObjectStoreError(.outOfSpec, "S3 completed an upload without ETag.", url: url)
        }
        return ObjectSummary(
            url: url, byteCount: state.byteCount, etag: S3ListPage.unquoted(etag))
    }

    /// A write that failed may be one that succeeded before, with its answer lost: then the object
    /// that is there carries our write id.
    private func resolve(
        _ error: ObjectStoreError, byteCount: Int
    ) async throws(ObjectStoreError) -> ObjectSummary {
        let isRefusal = error.code == .changed
        guard isRefusal || error.serviceCode == "NoSuchUpload" else { throw error }
        if let response = try await client.head(url), let etag = response.header("etag"),
            response.header(writeIDHeader.name) == writeID
        {
            return ObjectSummary(
                url: url, byteCount: byteCount, etag: S3ListPage.unquoted(etag))
        }
        guard isRefusal else { throw error }
        throw ObjectStoreError(
            .alreadyExists, "Another run has already written this object.", url: url,
            serviceCode: error.serviceCode, requestID: error.requestID)
    }

    func discard() async {
        let (uploadID, mayHaveLostUpload): (String?, Bool) = state.withLock { state in
            defer {
                state.isSealed = true
                state.filling = ByteBuffer()
                state.full = []
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
    private func abortLostUploads() async {
        let (client, url) = (client, url)
        let lost = try? await shielded(within: Self.abortTimeMax) {
            try await client.unfinishedUploads(of: url)
        }
        for uploadID in lost ?? [] { await abort(uploadID) }
    }

    private var writeIDHeader: HeaderField { HeaderField("x-amz-meta-martlet-write", writeID) }
    private var contentType: HeaderField { HeaderField("Content-Type", "application/octet-stream") }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
