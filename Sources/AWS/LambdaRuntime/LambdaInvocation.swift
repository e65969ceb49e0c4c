/// One event for a function.
package struct LambdaInvocation: Hashable, Sendable {
    package let id: String
    /// When the function is ended, in milliseconds since 1970; nil if the service does not say.
    package let deadline: Int?
    /// The event: JSON.
    package let payload: String
}
