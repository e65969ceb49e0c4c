import SigV4

/// One call of an AWS service, before it is signed.
package struct ServiceRequest: Sendable {
    /// As IAM names it: `s3:GetObject`.
    package var action: String
    package var http: HTTPRequest
    package var limits = HTTPLimits()
    /// Where the body of a 2xx answer goes, if not into the answer.
    package var memory: ResponseMemory?
    /// Whether a header holds a checksum of the body.
    package var hasBodyChecksum = false
    /// Whether a 2xx answer may carry an error in its body, as CompleteMultipartUpload's may.
    package var mayHideError = false
    /// Says what is wrong with a 2xx answer (a body cut short, a wrong checksum): it is tried again.
    package var check: @Sendable (HTTPResponse) -> String? = { _ in nil }

    /// Called before the request is sent again: what the first one did is then not known.
    package var onRetry: @Sendable () -> Void = {}

    package init(action: String, http: HTTPRequest) {
        self.action = action
        self.http = http
    }
}
