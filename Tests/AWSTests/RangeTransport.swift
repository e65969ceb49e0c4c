import AWS
import SigV4

/// One object: all of it or a range for GET, its headers for HEAD and with all of it.
struct RangeTransport: HTTPTransport {
    let bytes: [UInt8]
    /// Of the answer to HEAD, and of that with all bytes.
    let headers: [String: String]
    /// Of the upload that the object came from.
    var partByteCounts: [Int] = []

    func send(
        _ request: HTTPRequest, limits: HTTPLimits, into memory: ResponseMemory?
    ) async throws(TransportError) -> HTTPResponse {
        if let number = request.query.first(where: { $0.name == "partNumber" })?.value {
            let count = Int(number).flatMap { partByteCounts.indices.contains($0 - 1) ? $0 : nil }
                .map { partByteCounts[$0 - 1] }
            return HTTPResponse(
                status: count == nil ? 416 : 206,
                headers: [HeaderField("Content-Length", String(count ?? 0))])
        }
        guard request.method == .get else {
            return HTTPResponse(
                status: 200, headers: headers.map { HeaderField($0.key, $0.value) })
        }
        guard let memory else {
            throw TransportError(.malformed, "no memory for \(request.url)")
        }
        guard let range = request.header("Range") else {
            memory.bytes.copyBytes(from: bytes)
            return HTTPResponse(
                status: 200, headers: headers.map { HeaderField($0.key, $0.value) },
                bodyByteCount: bytes.count)
        }
        let ends = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
        guard ends.count == 2 else {
            throw TransportError(.malformed, "no range in \(range)")
        }
        memory.bytes.copyBytes(from: bytes[ends[0]...ends[1]])
        return HTTPResponse(
            status: 206,
            headers: [
                HeaderField("Content-Range", "bytes \(ends[0])-\(ends[1])/\(bytes.count)")
            ], bodyByteCount: ends[1] - ends[0] + 1)
    }

    func shutdown() async {}
}
