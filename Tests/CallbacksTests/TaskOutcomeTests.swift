import Callbacks
import FoundationEssentials
import TestSupport
import Testing

@Suite("TaskOutcome")
struct TaskOutcomeTests {
    /// Reads back only what the tests look at.
    struct Output: Decodable {
        let run_id: String
        let group: String?
        let commit_uri: String
        let rows_in: Int
        let result: [String: Double]?
        let wall_s: Double
    }

    struct Cause: Decodable {
        let message: String
        let hint: String?
        let shard: String?
        let retryable: Bool
    }

    func success(runID: String = "run", result: String? = nil) -> TaskSuccess {
        TaskSuccess(
            runID: runID, stage: "predict", commitURI: "s3://b/c\"\\\n\u{1}é.json",
            commitSHA256: String(repeating: "a", count: 64), rowsIn: 10, rowsOut: 9,
            rowsQuarantined: 1, shardsOK: 2, result: result, peakRSSBytes: 3 << 20,
            wallTime: .milliseconds(1_234))
    }

    @Test("a success is valid JSON with the pointer, the counts and the result")
    func successIsJSON() throws {
        let text = try success(result: #"{"rmse":0.1}"#).output()
        let output = try JSONDecoder().decode(Output.self, from: Data(text.utf8))
        #expect(output.commit_uri == "s3://b/c\"\\\n\u{1}é.json")
        #expect(output.result == ["rmse": 0.1])
        #expect(output.rows_in == 10 && output.group == nil && output.wall_s == 1.234)
    }

    @Test("a result that does not fit is left out, the pointer stays", arguments: [7_000, 9_000])
    func successIsBounded(byteCount: Int) throws {
        let result = "{\"\(String(repeating: "r", count: byteCount))\":1}"
        let text = try success(result: result).output()
        #expect(text.utf8.count <= TaskSuccess.outputByteCountMax)
        let output = try JSONDecoder().decode(Output.self, from: Data(text.utf8))
        #expect(output.rows_in == 10)
        #expect((output.result != nil) == (byteCount < 8_000))
    }

    @Test("a run id that leaves no room is an error, not an invalid answer")
    func successTooLong() {
        let long = success(runID: String(repeating: "r", count: 9_000))
        #expect(throws: TaskCallbackError.self) { _ = try long.output() }
    }

    @Test("a cause is valid JSON of at most 32,768 bytes, whatever the texts", arguments: 0..<40)
    func causeIsBounded(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", "\"", "\\", "\u{0}", "\n", "é", "😀", "e\u{301}", "\u{2028}", "\u{7f}"]
        func text() -> String {
            let count = [0, 1, 100, 5_000, 40_000].randomElement(using: &random) ?? 0
            let few = Array(alphabet.shuffled(using: &random).prefix(3))
            var text = ""
            for _ in 0..<count { text += few.randomElement(using: &random) ?? "" }
            return text
        }
        let failure = TaskFailure(
            error: "Martlet.DataInvalid", message: text(), hint: text(), shard: text(),
            column: text(), awsRequestID: text(), logStream: text(), isRetryable: true)
        let cause = failure.cause()
        #expect(cause.utf8.count <= TaskFailure.causeByteCountMax)
        let decoded = try JSONDecoder().decode(Cause.self, from: Data(cause.utf8))
        if failure.message != decoded.message {
            #expect(decoded.message.hasSuffix("…"))
            #expect(
                failure.message.unicodeScalars.starts(
                    with: decoded.message.unicodeScalars.dropLast()))
        }
        #expect(decoded.retryable)
    }

    @Test("short texts are kept as they are")
    func causeKeepsShortTexts() throws {
        let failure = TaskFailure(
            error: "Martlet.DataInvalid", message: "bit width 37", shard: "s3://b/k",
            isRetryable: false)
        #expect(
            failure.cause() == #"{"message":"bit width 37","shard":"s3://b/k","retryable":false}"#)
    }
}
