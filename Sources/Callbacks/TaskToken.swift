/// The token by which Step Functions knows the waiting task. It is a credential: it never prints.
package struct TaskToken: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Step Functions' own limit.
    package static let characterCountMax = 2_048

    package let text: String

    /// - Throws: `invalidParameter` unless `text` has 1 to 2,048 printable ASCII characters.
    package init(parsing text: String) throws(TaskCallbackError) {
        guard !text.isEmpty, text.utf8.count <= Self.characterCountMax else {
            throw TaskCallbackError(
                .invalidParameter,
                "The task token has \(text.utf8.count) characters, not 1 to "
                    + "\(Self.characterCountMax). Pass $$.Task.Token of the state machine as it is."
            )
        }
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw TaskCallbackError(
                .invalidParameter,
                "The task token holds a space or a character that is not ASCII. "
                    + "Pass $$.Task.Token of the state machine as it is.")
        }
        self.text = text
    }

    package var description: String { "TaskToken(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
