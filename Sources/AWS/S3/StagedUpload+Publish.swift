import NIOCore
import ObjectStores
import SigV4
import Synchronization

extension StagedUpload {
    /// A 409 means that another write of the same key was under way.
    private static let conflictRetriesMax = 3

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
        var request = try client.request(
            .put, "s3:PutObject", url, headers: headers, body: HTTPBody(state.filling))
        request.hasBodyChecksum = true
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
