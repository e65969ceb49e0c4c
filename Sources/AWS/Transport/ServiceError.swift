/// Why a call of a service failed in the end, retries included.
package struct ServiceError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// No credentials, or none that work; the message lists what was tried.
        case credentials
        /// No answer.
        case network(TransportError.Code)
        /// An answer that says no.
        case refused(status: Int)
        /// An answer that makes no sense.
        case outOfSpec
        /// The caller was cancelled.
        case interrupted
    }

    package let kind: Kind
    package let message: String
    /// AWS's own name: `NoSuchBucket`, `TaskTimedOut`.
    package var serviceCode: String?
    package var requestID: String?
    /// Where the bucket is, if the service says so.
    package var region: String?
    /// How many times the request was sent.
    package var attemptCount = 0
    /// Whether this error's answer has corrected our clock.
    var clockOffsetChanged = false

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The same as `error` in all but kind.
    init(_ kind: Kind, _ message: String, from error: ServiceError) {
        self.init(kind, message)
        serviceCode = error.serviceCode
        requestID = error.requestID
        region = error.region
    }

    init(_ error: CredentialError) {
        self.init(error.code == .interrupted ? .interrupted : .credentials, error.message)
    }

    var isThrottling: Bool {
        if case .refused(429) = kind { return true }
        return Self.throttlingCodes.contains(serviceCode ?? "")
    }

    var isTransient: Bool {
        switch kind {
        case .network(let code):
            switch code {
            case .unreachable, .timedOut, .closed, .malformed: return true
            case .tooLarge, .interrupted: return false
            }
        case .refused(let status):
            return [500, 502, 503, 504].contains(status) || isThrottling
                || Self.transientCodes.contains(serviceCode ?? "")
        case .outOfSpec:
            // A damaged answer: the next one may be whole.
            return true
        case .credentials, .interrupted:
            return false
        }
    }

    /// A 400 without a word of the reason, as answers to HEAD have none.
    var isUnexplainedRefusal: Bool {
        kind == .refused(status: 400) && serviceCode == nil && region == nil
    }

    /// Whether the service says that another region has what was asked for.
    var isElsewhere: Bool {
        guard case .refused(let status) = kind else { return false }
        return [301, 307, 400].contains(status)
    }

    var isClockSkew: Bool {
        [
            Self.clockSkewCode, "RequestExpired", "InvalidSignatureException",
            "RequestInTheFuture",
        ]
        .contains(serviceCode ?? "")
    }

    var isExpiredToken: Bool {
        ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]
            .contains(serviceCode ?? "")
    }

    static let clockSkewCode = "RequestTimeTooSkewed"

    /// Source: the AWS SDKs' standard retry mode.
    private static let throttlingCodes: Set<String> = [
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException",
        "PriorRequestNotComplete", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "RequestThrottled", "RequestThrottledException", "SlowDown", "ThrottledException",
        "Throttling", "ThrottlingException", "TooManyRequestsException",
        "TransactionInProgressException", "KmsThrottlingException",
    ]

    private static let transientCodes: Set<String> = [
        "InternalError", "InternalFailure", "RequestTimeout", "RequestTimeoutException",
        "ServiceUnavailable", "IDPCommunicationError", "OperationAborted",
    ]
}
