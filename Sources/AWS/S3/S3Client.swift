import NIOCore
import ObjectStores
import SigV4

/// S3's calls, one function each; errors are told in the words of `ObjectStoreError`.
struct S3Client: Sendable {
    /// A thousand keys of 1,024 bytes, percent-encoded, with their dates and tags.
    private static let listByteCountMax = 8 << 20

    let service: ServiceClient
    let addressing: S3Addressing
    var options = S3Options()
    private let movedBuckets = MovedBuckets()

    init(service: ServiceClient, addressing: S3Addressing, options: S3Options) {
        self.service = service
        self.addressing = addressing
        self.options = options
    }

    func request(
        _ method: HTTPRequest.Method, _ action: String, _ url: ObjectURL, query: [QueryItem] = [],
        headers: [HeaderField] = [], body: HTTPBody = .empty
    ) throws(ObjectStoreError) -> ServiceRequest {
        guard case .s3(let bucket, let key) = url.location else {
            throw ObjectStoreError(.invalidParameter, "This is not an object of S3.", url: url)
        }
        let isBucketCall = action == "s3:ListBucket"
        let (endpoint, path) = try addressing(of: bucket).address(
            bucket: bucket, key: isBucketCall ? "" : key, url: url)
        guard isBucketCall || !key.isEmpty else {
            throw ObjectStoreError(
                .invalidParameter, "This is a bucket; name an object in it.", url: url)
        }
        return ServiceRequest(
            action: action,
            http: HTTPRequest(
                method, endpoint, path: path, query: query,
                headers: headers + options.payerHeaders, body: body))
    }

    func send(
        _ request: ServiceRequest, _ url: ObjectURL
    ) async throws(ObjectStoreError) -> HTTPResponse {
        do {
            return try await perform(request, url)
        } catch {
            throw ObjectStoreError(
                error, action: request.action, region: service.region, url: url)
        }
    }

    private func addressing(of bucket: String) -> S3Addressing {
        movedBuckets[bucket].map { addressing.moved(to: $0.region) } ?? addressing
    }

    /// Sends a request, and follows a bucket of another region there: this request and all later
    /// ones.
    private func perform(
        _ request: ServiceRequest, _ url: ObjectURL
    ) async throws(ServiceError) -> HTTPResponse {
        guard case .s3(let bucket, let key) = url.location else {
            return try await service.send(request)
        }
        let service = movedBuckets[bucket] ?? self.service
        let failure: ServiceError
        do throws(ServiceError) {
            return try await service.send(request)
        } catch {
            failure = error
        }
        guard addressing.endpoint == nil, failure.isElsewhere, let region = failure.region,
            region != service.region, S3Addressing.isRegionName(region),
            let there = try? addressing.moved(to: region).address(
                bucket: bucket, key: key, url: url)
        else { throw failure }
        let neighbour = service.signing(for: region)
        movedBuckets.note(bucket, neighbour)
        var request = request
        request.http.endpoint = there.endpoint
        return try await neighbour.send(request)
    }

    /// - Parameter prefix: of the keys, the bucket's own whole if empty.
    func listPage(
        bucket: String, prefix: String, continuationToken: String?, url: ObjectURL
    ) async throws(ObjectStoreError) -> S3ListPage {
        var query = [
            QueryItem("list-type", "2"), QueryItem("encoding-type", "url"),
            QueryItem("prefix", prefix),
        ]
        if let continuationToken {
            query.append(QueryItem("continuation-token", continuationToken))
        }
        var request = try request(
            .get, "s3:ListBucket", ObjectURL(.s3(bucket: bucket, key: "")), query: query)
        request.limits.bodyByteCountMax = Self.listByteCountMax
        request.check = { response in
            S3ListPage(response.body) == nil ? "It is not a list of objects." : nil
        }
        let response = try await send(request, url)
        guard let page = S3ListPage(response.body) else {
            throw ObjectStoreError(.outOfSpec, "S3 sent no list of objects.", url: url)
        }
        return page
    }

    /// - Returns: nil when there is no such object.
    func head(
        _ url: ObjectURL, query: [QueryItem] = [], headers: [HeaderField] = []
    ) async throws(ObjectStoreError) -> HTTPResponse? {
        let request = try request(.head, "s3:GetObject", url, query: query, headers: headers)
        let failure: ServiceError
        do throws(ServiceError) {
            return try await perform(request, url)
        } catch {
            failure = error
        }
        let error = ObjectStoreError(
            failure, action: request.action, region: service.region, url: url)
        if error.code == .notFound { return nil }
        guard failure.isUnexplainedRefusal else { throw error }
        try await explainRefusal(of: url, headers: headers)
        do {
            return try await send(request, url)
        } catch  where error.code == .notFound {
            return nil
        } catch  where error.code == .invalidParameter && error.serviceCode == nil {
            // What is allowed to GET is not wrong with HEAD: it was the moment.
            throw ObjectStoreError(
                .unavailable, error.message, url: url, requestID: error.requestID)
        }
    }

    /// A refusal of HEAD has no body that says why; asked for a byte, S3 says it, and what can be
    /// mended (expired credentials) is.
    private func explainRefusal(
        of url: ObjectURL, headers: [HeaderField]
    ) async throws(ObjectStoreError) {
        var request = try request(
            .get, "s3:GetObject", url, headers: headers + [HeaderField("Range", "bytes=0-0")])
        // A server without ranges may send it all.
        request.limits.bodyByteCountMax = Self.listByteCountMax
        do throws(ServiceError) {
            _ = try await perform(request, url)
        } catch {
            // An empty object has no first byte, one that is too large is there all the same.
            if error.kind == .refused(status: 416) || error.kind == .network(.tooLarge) { return }
            let failure = ObjectStoreError(
                error, action: request.action, region: service.region, url: url)
            if failure.code != .notFound { throw failure }
        }
    }

    /// The ids of uploads to exactly this key that have been neither completed nor given up.
    func unfinishedUploads(of url: ObjectURL) async throws(ObjectStoreError) -> [String] {
        guard case .s3(let bucket, let key) = url.location else { return [] }
        var request = try request(
            .get, "s3:ListBucket", ObjectURL(.s3(bucket: bucket, key: "")),
            query: [QueryItem("prefix", key), QueryItem("uploads")])
        request.action = "s3:ListBucketMultipartUploads"
        request.limits.bodyByteCountMax = Self.listByteCountMax
        let response = try await send(request, url)
        guard let root = try? XMLElement(parsing: response.body) else { return [] }
        return root.children.filter { $0.name == "Upload" && $0.text(of: "Key") == key }
            .compactMap { $0.text(of: "UploadId") }
    }
}
