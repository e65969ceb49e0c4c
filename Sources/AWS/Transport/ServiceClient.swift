package import Logging
package import SigV4
import Synchronization

/// Signs, sends and retries the calls of one service in one region.
package final class ServiceClient: Sendable {
    private static let hashedByteCountMax = 64 << 10

    package let region: String
    package let errorFormat: ErrorFormat
    private let signer: RequestSigner
    private let transport: any HTTPTransport
    private let credentials: CredentialCache
    private let policy: RetryPolicy
    private let time: TimeSource
    private let logger: Logger
    private let tokens = RetryTokens()
    /// Bounds the requests under way; nil for services that are called now and then.
    private let gate: RequestGate?
    private let tally: RequestTally
    /// The service's clock minus ours, in seconds.
    private let clockOffset = Mutex(0)

    package init(
        signer: RequestSigner, errorFormat: ErrorFormat, transport: any HTTPTransport,
        credentials: CredentialCache, policy: RetryPolicy, time: TimeSource, logger: Logger,
        gate: RequestGate? = nil, tally: RequestTally = RequestTally()
    ) {
        region = signer.region
        self.signer = signer
        self.errorFormat = errorFormat
        self.transport = transport
        self.credentials = credentials
        self.policy = policy
        self.time = time
        self.logger = logger
        self.gate = gate
        self.tally = tally
    }

    /// The same service in another region; what is under way and what is counted is shared.
    func signing(for region: String) -> ServiceClient {
        ServiceClient(
            signer: RequestSigner(
                region: region, service: signer.service, pathRule: signer.pathRule),
            errorFormat: errorFormat, transport: transport, credentials: credentials,
            policy: policy, time: time, logger: logger, gate: gate, tally: tally)
    }

    /// What a request has used up so far.
    private struct Progress {
        var attemptCount = 0
        var takenTokens = 0
        var hasAdjustedClock = false
        var hasRefreshedCredentials = false
        let start: Duration
    }

    /// - Returns: a 2xx answer.
    package func send(_ request: ServiceRequest) async throws(ServiceError) -> HTTPResponse {
        var progress = Progress(start: time.elapsed())
        while true {
            progress.attemptCount += 1
            let keys = try await currentCredentials()
            var failure: ServiceError
            do {
                let response = try await gatedAttempt(request, keys)
                tokens.giveBack(progress.takenTokens)
                return response
            } catch {
                failure = error
            }
            failure.attemptCount = progress.attemptCount
            if failure.isThrottling { tally.countThrottle() }
            let pause = try await pause(after: failure, used: keys, &progress)
            logger.info(
                "AWS request failed, trying again",
                metadata: [
                    "action": "\(request.action)", "path": "\(request.http.path)",
                    "request_attempt": "\(progress.attemptCount)",
                    "error": "\(failure.serviceCode ?? failure.message)",
                    "aws_request_id": "\(failure.requestID ?? "")", "pause": "\(pause)",
                ])
            do {
                try await time.sleep(pause)
            } catch {
                throw ServiceError(.interrupted, "Cancelled while waiting to try again.")
            }
            tally.countRetry()
            request.onRetry()
        }
    }

    private func gatedAttempt(
        _ request: ServiceRequest, _ keys: SigningCredentials
    ) async throws(ServiceError) -> HTTPResponse {
        guard let gate else { return try await attempt(request, keys) }
        guard await gate.enter() else {
            throw ServiceError(.interrupted, "Cancelled while waiting for other requests.")
        }
        do {
            let response = try await attempt(request, keys)
            gate.leave(isThrottled: false)
            return response
        } catch {
            gate.leave(isThrottled: error.isThrottling)
            throw error
        }
    }

    private func currentCredentials() async throws(ServiceError) -> SigningCredentials {
        do {
            return try await credentials.current()
        } catch {
            throw ServiceError(error)
        }
    }

    /// How long to wait before another attempt.
    /// - Throws: `failure`, if there is to be none.
    private func pause(
        after failure: ServiceError, used keys: SigningCredentials, _ progress: inout Progress
    ) async throws(ServiceError) -> Duration {
        guard progress.attemptCount < policy.attemptCountMax else { throw failure }
        if failure.isExpiredToken, !progress.hasRefreshedCredentials {
            progress.hasRefreshedCredentials = true
            await credentials.invalidate(keys)
            return .zero
        }
        if failure.isClockSkew, !progress.hasAdjustedClock, failure.clockOffsetChanged {
            progress.hasAdjustedClock = true
            return .zero
        }
        guard failure.isTransient else { throw failure }
        let pause = policy.delay(afterAttempt: progress.attemptCount, random: time.random())
        guard time.elapsed() - progress.start + pause <= policy.timeBudget,
            let taken = tokens.take(isTimeout: failure.kind == .network(.timedOut))
        else { throw failure }
        progress.takenTokens = taken
        return pause
    }

    private func attempt(
        _ request: ServiceRequest, _ keys: SigningCredentials
    ) async throws(ServiceError) -> HTTPResponse {
        var http = request.http
        http.headers = signedHeaders(of: http, payloadHash: payloadHash(of: request), keys)
        let response: HTTPResponse
        do {
            response = try await transport.send(
                http, limits: request.limits, into: request.memory)
        } catch {
            throw error.code == .interrupted
                ? ServiceError(.interrupted, error.message)
                : ServiceError(.network(error.code), error.message)
        }
        guard response.isSuccess else { throw refusal(response, of: request) }
        if request.mayHideError, let error = errorFormat.error(in: response) {
            // Such an error stands for a 500: the status line was sent before it was known.
            throw ServiceError(.refused(status: 500), error.message, from: error)
        }
        if let complaint = request.check(response) {
            var error = ServiceError(.outOfSpec, complaint)
            error.requestID = response.header("x-amz-request-id")
            throw error
        }
        return response
    }

    private func refusal(_ response: HTTPResponse, of request: ServiceRequest) -> ServiceError {
        var error =
            errorFormat.error(in: response)
            ?? ServiceError(
                .refused(status: response.status),
                "\(request.http.endpoint.authority) answered with status \(response.status).")
        error.requestID = error.requestID ?? response.header("x-amz-request-id")
        error.region = error.region ?? response.header("x-amz-bucket-region")
        if error.isClockSkew {
            error.clockOffsetChanged = adjustClock(by: response)
        } else if request.http.method == .head, response.status == 403, error.serviceCode == nil,
            adjustClock(by: response)
        {
            // An answer to HEAD has no body that says so: the clock is the likeliest reason.
            error.serviceCode = ServiceError.clockSkewCode
            error.clockOffsetChanged = true
        }
        return error
    }

    /// Takes over the service's clock.
    /// - Returns: whether ours was wrong by more than a signature survives.
    private func adjustClock(by response: HTTPResponse) -> Bool {
        guard let date = response.header("date").flatMap(ServiceDate.http) else {
            return false
        }
        let offset = date - time.secondsSince1970()
        return clockOffset.withLock { current in
            guard abs(offset - current) > 60 else { return false }
            current = offset
            return true
        }
    }

    /// S3 alone takes an unsigned body. Over plain HTTP nothing else protects it, unless it brings
    /// a checksum, which is signed: a large one is then left at that, as AWS's own C client does,
    /// for hashing it would take longer than sending it.
    private func payloadHash(of request: ServiceRequest) -> String {
        let body = request.http.body
        let isProtected =
            request.http.endpoint.scheme == .https
            || (request.hasBodyChecksum && body.count > Self.hashedByteCountMax)
        if signer.pathRule == .asSent, isProtected { return RequestSigner.unsignedPayload }
        return body.withUnsafeBytes { RequestSigner.hash($0) }
    }

    private func signedHeaders(
        of http: HTTPRequest, payloadHash: String, _ keys: SigningCredentials
    ) -> [HeaderField] {
        var headers = http.headers
        headers.append(HeaderField("Host", http.endpoint.authority))
        headers.append(HeaderField("x-amz-content-sha256", payloadHash))
        let now = time.secondsSince1970() + clockOffset.withLock { $0 }
        return signer.sign(
            method: http.method.rawValue, path: http.fullPath, query: http.query,
            headers: headers, payloadHash: payloadHash, credentials: keys,
            at: SigningTime(secondsSince1970: now))
    }
}
