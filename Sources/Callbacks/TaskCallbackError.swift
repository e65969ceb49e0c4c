/// Why the waiting task could not be told.
package struct TaskCallbackError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// The task no longer waits (timed out, already answered, or never existed): stop working
        /// and commit nothing.
        case fenced
        /// Credentials are missing, wrong or not allowed to do this.
        case accessDenied
        /// Network, throttling, 5xx; retries are used up.
        case unavailable
        /// The service refused the answer itself, for instance as too long.
        case invalidParameter
    }

    package let code: Code
    package let message: String
    /// AWS's error name (`TaskTimedOut`), where there is one.
    package let serviceCode: String?

    package init(_ code: Code, _ message: String, serviceCode: String? = nil) {
        self.code = code
        self.message = message
        self.serviceCode = serviceCode
    }
}
