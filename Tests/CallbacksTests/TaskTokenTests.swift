import Callbacks
import Testing

@Suite("TaskToken")
struct TaskTokenTests {
    @Test("takes what Step Functions hands out", arguments: [1, 600, 2_048])
    func accepts(count: Int) throws {
        let text = String(repeating: "A", count: count)
        #expect(try TaskToken(parsing: text).text == text)
    }

    @Test(
        "refuses empty, long and non-ASCII texts, without repeating them",
        arguments: ["", String(repeating: "A", count: 2_049), "secret token", "sécret", "secret\n"])
    func refuses(text: String) {
        do throws(TaskCallbackError) {
            _ = try TaskToken(parsing: text)
            Issue.record("accepted")
        } catch {
            #expect(error.code == .invalidParameter)
            #expect(!error.message.contains("cret"))
        }
    }

    @Test("never prints itself")
    func hides() throws {
        let token = try TaskToken(parsing: "secret")
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \(dumped)".contains("secret"))
    }
}
