import Jobs
import Testing

@testable import Functions

@Suite("prepare")
struct PrepareFunctionTests {
    let fixture = FunctionFixture()

    init() {
        fixture.put(
            "SELECT '${as_of}' FROM ${database}.${raw_table}", at: "s3://bucket/sql/features.sql")
        for name in ["training", "scoring", "predictions", "results", "quality", "view"] {
            fixture.put("${features} AS ${run}", at: "s3://bucket/sql/\(name).sql")
        }
    }

    func prepare(_ input: String, run: String = "Run-1") async throws(JobFailure) -> String {
        try await FunctionRunner.run(
            .prepare, event: #"{"run_id":"\#(run)","input":\#(input)}"#, context: fixture.context)
    }

    @Test("one definition of the features goes into every query that needs it")
    func queries() async throws {
        let answer = try await prepare(#"{"as_of":"2024-02-29","groups":64}"#)
        #expect(answer.contains(#""training":"SELECT '2024-02-29' FROM lake.people AS run_1""#))
        #expect(answer.contains(#""makes_features":true"#))
        #expect(answer.contains(#""groups":64"#))
        #expect(fixture.text("s3://bucket/runs/Run-1/plan/train.json")?.contains("age") == true)
        #expect(fixture.text("s3://bucket/runs/Run-1/plan/predict.json") != nil)
    }

    @Test("the same input gives the same answer; another one may not take the name")
    func claims() async throws {
        let first = try await prepare(#"{"as_of":"2024-06-30"}"#)
        #expect(try await prepare(#"{"as_of":"2024-06-30"}"#) == first)
        await #expect(throws: JobFailure.self) { try await prepare(#"{"as_of":"2024-07-01"}"#) }
    }

    @Test(
        "refuses what later states could only fail on",
        arguments: [
            #"{"as_of":"2024-02-30"}"#, #"{"as_of":"2023-02-29"}"#, #"{"as_of":"'; DROP TABLE x"}"#,
            #"{}"#, #"{"as_of":"2024-06-30","groups":0}"#,
            #"{"as_of":"2024-06-30","training":{"num_iteration":0}}"#,
            #"{"as_of":"2024-06-30","training":{"learning_rat":1}}"#,
            #"{"as_of":"2024-06-30","tolerated_failure_percentage":101}"#,
        ])
    func refuses(input: String) async {
        await #expect(throws: JobFailure.self) { try await prepare(input) }
    }

    @Test("refuses a name that cannot be a table's", arguments: ["", "a b", "a'b", "ä"])
    func refusesName(name: String) async {
        await #expect(throws: JobFailure.self) {
            try await prepare(#"{"as_of":"2024-06-30"}"#, run: name)
        }
    }

    @Test("a query that asks for an unknown value is refused by name")
    func unknownValue() async {
        fixture.put("${nobody}", at: "s3://bucket/sql/view.sql")
        let error = await #expect(throws: JobFailure.self) {
            try await prepare(#"{"as_of":"2024-06-30"}"#)
        }
        #expect(error?.message.contains("nobody") == true)
    }
}
