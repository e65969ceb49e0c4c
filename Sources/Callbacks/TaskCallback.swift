/// Answers the task that waits for this work, and tells it that the work is alive.
///
/// The one real version is Step Functions' task token; tests record.
package protocol TaskCallback: Sendable {
    func heartbeat() async throws(TaskCallbackError)

    /// - Parameter output: one JSON value, at most 262,144 bytes.
    func succeed(output: String) async throws(TaskCallbackError)

    /// - Parameters:
    ///   - error: at most 256 characters, e.g. `Martlet.DataInvalid`.
    ///   - cause: a JSON object as text, at most 32,768 characters.
    func fail(error: String, cause: String) async throws(TaskCallbackError)
}
