/// What a failed task tells the state machine.
package struct TaskFailure: Hashable, Sendable {
    package static let errorCharacterCountMax = 256
    /// In bytes of UTF-8, which is the stricter reading of the service's "characters".
    package static let causeByteCountMax = 32_768
    /// A message may have half of the cause, the short fields an eighth together: escaped and cut,
    /// everything always fits.
    private static let messageByteCountMax = 16_384
    private static let hintByteCountMax = 8_192
    private static let shortByteCountMax = 1_280

    /// A fixed name without values, so that Retry and Catch match it: `Martlet.DataInvalid`.
    package var error: String
    package var message: String
    package var hint: String?
    package var shard: String?
    package var column: String?
    package var awsRequestID: String?
    package var logStream: String?
    package var isRetryable: Bool

    package init(
        error: String, message: String, hint: String? = nil, shard: String? = nil,
        column: String? = nil, awsRequestID: String? = nil, logStream: String? = nil,
        isRetryable: Bool
    ) {
        precondition(error.utf8.count <= Self.errorCharacterCountMax)
        self.error = error
        self.message = message
        self.hint = hint
        self.shard = shard
        self.column = column
        self.awsRequestID = awsRequestID
        self.logStream = logStream
        self.isRetryable = isRetryable
    }

    /// One JSON object of at most `causeByteCountMax` bytes; long texts are cut, and end with `…`.
    package func cause() -> String {
        func clip(_ text: String?, _ byteCountMax: Int) -> String? {
            text.map { JSONObjectText.clipped($0, quotedByteCountMax: byteCountMax) }
        }
        var object = JSONObjectText()
        object.set("message", clip(message, Self.messageByteCountMax))
        object.set("hint", clip(hint, Self.hintByteCountMax))
        object.set("shard", clip(shard, Self.shortByteCountMax))
        object.set("column", clip(column, Self.shortByteCountMax))
        object.set("aws_request_id", clip(awsRequestID, Self.shortByteCountMax))
        object.set("log_stream", clip(logStream, Self.shortByteCountMax))
        object.set("retryable", isRetryable)
        return object.text
    }
}
