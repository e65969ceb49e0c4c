/// Why a store could not do what was asked.
package struct ObjectStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Who must act, and whether trying again can help.
    package enum Code: String, Sendable {
        /// No such object, bucket or folder.
        case notFound
        /// Credentials are missing, wrong or not allowed to do this.
        case accessDenied
        /// The object is no longer the one that was listed.
        case changed
        /// A conditional write found an object already there.
        case alreadyExists
        /// Network, throttling, 5xx: the same call may succeed later. Retries are used up.
        case unavailable
        /// The disk or the quota is full.
        case outOfSpace
        /// The URL, region or endpoint cannot be used.
        case invalidParameter
        /// The other side broke its protocol.
        case outOfSpec
        /// The caller was cancelled.
        case interrupted
    }

    package let code: Code
    /// What failed, where and what to do, in full sentences, without the URL.
    package let message: String
    /// The object or prefix, where there is one.
    package let url: ObjectURL?
    /// AWS's error code and request id, where there are any: `NoSuchBucket`, `4442587FB7D0A2F9`.
    package let serviceCode: String?
    package let requestID: String?

    package init(
        _ code: Code, _ message: String, url: ObjectURL? = nil, serviceCode: String? = nil,
        requestID: String? = nil
    ) {
        self.code = code
        self.message = message
        self.url = url
        self.serviceCode = serviceCode
        self.requestID = requestID
    }

    package var description: String {
        var text = url.map { "\($0): \(message)" } ?? message
        if let serviceCode { text += " [\(serviceCode)]" }
        if let requestID { text += " [request id \(requestID)]" }
        return text
    }
}
