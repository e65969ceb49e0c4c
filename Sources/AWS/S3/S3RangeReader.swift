import Memory
import ObjectStores
import SigV4

/// Reads a range of an object, a large one in parts side by side.
struct S3RangeReader {
    private typealias Answer = Result<ObjectChecksum?, ObjectStoreError>

    /// AWS advises 8 to 16 MB a request.
    static let partByteCount = 8 << 20
    /// Requests of one read under way at once; a connection carries 85 to 90 MB/s.
    static let partsInFlightMax = 8

    /// Parts of an upload that are asked for their size, each with a request, to verify them all.
    private static let partHeadsMax = 200

    let client: S3Client
    let object: ObjectSummary
    let memory: BlockMemory

    func read(_ range: ByteRange) async throws(ObjectStoreError) -> ObjectBytes {
        let bytes = ObjectBytes(reserving: range.count, from: memory)
        guard range.count > 0 else { return bytes }
        // `bytes` is nobody else's until it is returned, and outlives all requests.
        let target = bytes.memoryForFilling
        let parts = stride(from: 0, to: range.count, by: Self.partByteCount).map { start in
            ByteRange(offset: start, count: min(Self.partByteCount, range.count - start))
        }
        let result = await withTaskGroup(of: Answer.self) { group in
            var waiting = parts[...]
            func begin() {
                guard let part = waiting.popFirst() else { return }
                let slice = ResponseMemory(
                    UnsafeMutableRawBufferPointer(rebasing: target[part.offset..<part.end]))
                let wanted = ByteRange(offset: range.offset + part.offset, count: part.count)
                group.addTask { await read(wanted, into: slice) }
            }
            for _ in 0..<Self.partsInFlightMax { begin() }
            var first = Answer.success(nil)
            for await answer in group {
                switch (first, answer) {
                case (.success, .success):
                    first = answer
                    begin()
                case (.success, .failure):
                    first = answer
                    group.cancelAll()
                case (.failure, _):
                    break  // What follows from the cancellation of the others is no news.
                }
            }
            return first
        }
        let checksum = try result.get()
        guard range.count == object.byteCount else { return bytes }
        if parts.count == 1 {
            try await verifyParts(bytes, checksum)
        } else {
            try await verify(bytes)
        }
        return bytes
    }

    /// Answers to ranges carry no checksum of the whole object: it is asked for on its own.
    private func verify(_ bytes: ObjectBytes) async throws(ObjectStoreError) {
        guard let response = try await head(), let checksum = ObjectChecksum(response) else {
            return
        }
        if let complaint = checksum.complaint(about: bytes.bytes) { throw damaged(complaint) }
        try await verifyParts(bytes, checksum)
    }

    /// Most uploads have parts of one size, which the first one tells. Only if the bytes do not
    /// fit those is S3 asked for the size of each.
    private func verifyParts(
        _ bytes: ObjectBytes, _ checksum: ObjectChecksum?
    ) async throws(ObjectStoreError) {
        guard let checksum, let partCount = checksum.partCount, partCount > 1,
            let first = try await partByteCount(1)
        else { return }
        let even = checksum.partByteCounts(first: first, total: object.byteCount)
        if let even, checksum.fits(bytes.bytes, partByteCounts: even) { return }
        guard partCount <= Self.partHeadsMax else { return }
        var sizes = [first]
        while sizes.count < partCount {
            guard let size = try await partByteCount(sizes.count + 1) else { return }
            sizes.append(size)
        }
        guard sizes.reduce(0, +) == object.byteCount else { return }
        if !checksum.fits(bytes.bytes, partByteCounts: sizes) {
            throw damaged("The checksum of its parts is not \(checksum.text).")
        }
    }

    /// nil if the server does not know parts.
    private func partByteCount(_ number: Int) async throws(ObjectStoreError) -> Int? {
        let response = try await head([QueryItem("partNumber", String(number))])
        return response?.header("content-length").flatMap { Int($0) }
            .flatMap { (0...object.byteCount).contains($0) ? $0 : nil }
    }

    private func head(
        _ query: [QueryItem] = []
    ) async throws(ObjectStoreError) -> HTTPResponse? {
        try await client.head(
            object.url, query: query,
            headers: [
                HeaderField("If-Match", "\"\(object.etag)\""),
                HeaderField("x-amz-checksum-mode", "ENABLED"),
            ])
    }

    private func damaged(_ complaint: String) -> ObjectStoreError {
        ObjectStoreError(
            .outOfSpec, "s3:GetObject gave damaged bytes: \(complaint)", url: object.url)
    }

    /// - Returns: the checksum that came along, if any.
    private func read(_ range: ByteRange, into memory: ResponseMemory) async -> Answer {
        do throws(ObjectStoreError) {
            var headers = [
                HeaderField("If-Match", "\"\(object.etag)\""),
                HeaderField("x-amz-checksum-mode", "ENABLED"),
            ]
            // The checksum is promised with the whole object, not with a range, whatever that is.
            if range.count < object.byteCount {
                headers.append(
                    HeaderField("Range", "bytes=\(range.offset)-\(range.end - 1)"))
            }
            var request = try client.request(
                .get, "s3:GetObject", object.url, headers: headers)
            request.memory = memory
            let object = object
            request.check = { Self.complaint(about: $0, range, of: object, in: memory) }
            return .success(ObjectChecksum(try await client.send(request, object.url)))
        } catch {
            return .failure(error)
        }
    }

    /// What is wrong with a successful answer, or nil.
    private static func complaint(
        about response: HTTPResponse, _ range: ByteRange, of object: ObjectSummary,
        in memory: ResponseMemory
    ) -> String? {
        let isWhole = range.count == object.byteCount
        // A server without ranges sends the whole object, which is fine if that was wanted.
        guard response.status == 206 || (response.status == 200 && isWhole) else {
            return "Status \(response.status) instead of a part of the object."
        }
        guard response.bodyByteCount == range.count else {
            return "\(response.bodyByteCount) bytes instead of \(range.count)."
        }
        let expected = "bytes \(range.offset)-\(range.end - 1)/\(object.byteCount)"
        if response.status == 206, response.header("content-range") != expected {
            return
                "Content-Range is '\(response.header("content-range") ?? "")', not '\(expected)'."
        }
        guard isWhole, let checksum = ObjectChecksum(response) else { return nil }
        return checksum.complaint(about: UnsafeRawBufferPointer(memory.bytes))
    }
}
