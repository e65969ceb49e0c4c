import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("JobFile")
struct JobFileTests {
    private func parse(_ text: String, command: JobCommand? = .train) throws -> JobFile {
        try JobFile(parsing: text, name: "job.json", command: command)
    }

    @Test("texts, numbers, flags, lists and null, under names or aliases")
    func readsValues() throws {
        let file = try parse(
            """
            {"command":"train","version":1,"eta":0.05,"num_leaves":63,"seed":9007199254740993,
             "data":["s3://a/","s3://b/"],"target":"age","weight":null,"lambda_l1":1e-3,
             "max_depth":-1,"features":["a,b",7]}
            """, command: nil)
        #expect(file.command == .train)
        let expected: [String: ParameterValue.Content] = [
            "learning_rate": .text("0.05"), "num_leaves": .text("63"),
            "seed": .text("9007199254740993"), "data": .list(["s3://a/", "s3://b/"]),
            "target": .text("age"), "lambda_l1": .text("0.001"), "max_depth": .text("-1"),
            "features": .list(["a,b", "7"]),
        ]
        #expect(file.values.mapValues(\.content) == expected)
        #expect(file.values.values.allSatisfy { $0.source == .jobFile("job.json") })
        #expect(
            try parse(#"{"checksum":true}"#, command: .inspect).values["checksum"]?.content
                == .flag(true))
    }

    @Test(
        "what is wrong is refused, with the reason",
        arguments: [
            (#"{"lerning_rate":1}"#, "'lerning_rate' is unknown. Did you mean 'learning_rate'?"),
            (#"{"qqqqqqqq":1}"#, "'qqqqqqqq' is unknown."),
            (#"{"command":"trian"}"#, "'trian', which is no command"),
            (#"{"command":"predict"}"#, "It is for 'predict', not for 'train'."),
            (#"{"command":["train"]}"#, "'command' must be one text"),
            (#"{"version":2}"#, "'version' is not 1"),
            (#"{"keep":["x"]}"#, "'keep' does not belong to 'train'"),
            (#"{"eta":1,"learning_rate":2}"#, "'learning_rate' says the same as another key"),
            (#"{"reg_lambda":1,"lambda":2}"#, "says the same as another key ('lambda_l2')"),
            (#"{"data":{"url":"x"}}"#, "data"), (#"{"data":[["x"]]}"#, "data"),
            (#"{"data":[null]}"#, "data"), ("[]", "not a JSON object"), ("", "not a JSON object"),
            (#"{"data":"x""#, "not a JSON object"),
        ])
    func refuses(text: String, reason: String) {
        let failure = #expect(throws: JobFailure.self) { try parse(text) }
        #expect(failure?.name == .configInvalid)
        #expect(failure?.place.object == "job.json")
        #expect(failure?.message.contains(reason) == true, "\(failure?.message ?? "")")
    }

    @Test("of several mistakes the same one is reported each time")
    func isDeterministic() {
        for _ in 0..<20 {
            let failure = #expect(throws: JobFailure.self) {
                try parse(#"{"zzzzzzzz":1,"aaaaaaaa":1,"mmmmmmmm":1}"#)
            }
            #expect(failure?.message.contains("aaaaaaaa") == true)
        }
    }

    @Test("a job is JSON itself, or the object that a URL names")
    func readsFromStore() async throws {
        let store = MemoryStore()
        store.put(Array(#"{"target":"age"}"#.utf8), at: "s3://b/job.json")
        let read = try await JobFile.read("s3://b/job.json", from: store, command: .train)
        #expect(read.values["target"]?.content == .text("age"))
        let inline = try await JobFile.read(" \n{\"target\":\"x\"}", from: store, command: .train)
        #expect(inline.values["target"]?.content == .text("x"))
        let missing = await #expect(throws: JobFailure.self) {
            try await JobFile.read("s3://b/none.json", from: store, command: .train)
        }
        #expect(missing?.name == .configInvalid)
        store.put([UInt8](repeating: 32, count: JobFile.byteCountMax + 1), at: "s3://b/large")
        let large = await #expect(throws: JobFailure.self) {
            try await JobFile.read("s3://b/large", from: store, command: .train)
        }
        #expect(large?.name == .configInvalid)
    }
}
