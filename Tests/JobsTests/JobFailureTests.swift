import Callbacks
import FoundationEssentials
import Models
import ObjectStores
import Shards
import Testing

@testable import Jobs

@Suite("JobFailure")
struct JobFailureTests {
    @Test("names and exit codes are those of the contract")
    func keepsContract() {
        let contract: [(Int32, String)] = [
            (64, "Martlet.Usage"), (65, "Martlet.DataInvalid"), (66, "Martlet.RowsLost"),
            (70, "Martlet.Internal"),
            (71, "Martlet.OutOfMemory"), (73, "Martlet.OutOfDisk"), (74, "Martlet.InputChanged"),
            (75, "Martlet.Transient"), (76, "Martlet.ModelIncompatible"),
            (77, "Martlet.AccessDenied"), (78, "Martlet.ConfigInvalid"),
            (143, "Martlet.Interrupted"),
        ]
        #expect(
            JobErrorName.allCases.map { "\($0.exitCode) \($0.rawValue)" }.sorted()
                == contract.map { "\($0.0) \($0.1)" }.sorted())
        #expect(JobErrorName.allCases.filter(\.isRetryable) == [.transient, .interrupted])
    }

    @Test("the block says what, where, how to fix, and AWS's request")
    func writesBlock() {
        let failure = JobFailure(
            .dataInvalid, "Bit width 37, limit 32.",
            place: .init(
                object: "s3://in/part-0042.parquet", rowGroup: 7, column: "amount", page: 3,
                byte: 18_203), remedy: "Rewrite the file.", requestID: "4442587FB7D0A2F9")
        #expect(
            failure.block(command: "train") == """
                martlet train failed: Martlet.DataInvalid (exit code 65)
                  what:  Bit width 37, limit 32.
                  where: s3://in/part-0042.parquet, row group 7, column 'amount', page 3, byte 18203
                  fix:   Rewrite the file.
                  aws:   request id 4442587FB7D0A2F9
                """)
        #expect(
            JobFailure(.usage, "No.").block(command: nil) == """
                martlet failed: Martlet.Usage (exit code 64)
                  what:  No.
                """)
    }

    @Test("the report is JSON with the same facts")
    func writesReport() throws {
        let failure = JobFailure(
            .transient, "Busy.", place: .init(object: "s3://b/k", rowGroup: 1), requestID: "R")
        #expect(
            try JSONText.encode(failure.report)
                == #"{"aws_request_id":"R","error":"Martlet.Transient","exit_code":75,"#
                + #""message":"Busy.","place":{"object":"s3://b/k","row_group":1},"retryable":true}"#
        )
    }

    @Test(
        "a store's errors keep their place, service code and request",
        arguments: [
            (.notFound, .dataInvalid), (.accessDenied, .accessDenied), (.changed, .inputChanged),
            (.alreadyExists, .configInvalid), (.unavailable, .transient), (.outOfSpace, .outOfDisk),
            (.invalidParameter, .configInvalid), (.outOfSpec, .dataInvalid),
            (.interrupted, .interrupted),
        ] as [(ObjectStoreError.Code, JobErrorName)])
    func convertsStoreErrors(code: ObjectStoreError.Code, name: JobErrorName) throws {
        let failure = JobFailure(
            converting: ObjectStoreError(
                code, "Message.", url: try ObjectURL(parsing: "s3://b/k"), serviceCode: "Slow",
                requestID: "R"))
        #expect(failure.name == name)
        #expect(failure.message == "Message. [Slow]")
        #expect(failure.place.object == "s3://b/k" && failure.requestID == "R")
    }

    @Test("errors of other layers become what their reader can act on")
    func convertsOtherErrors() {
        struct Unknown: Error {}
        let cases: [(any Error, JobErrorName)] = [
            (ShardError(.outOfSpec, "x"), .dataInvalid),
            (ShardError(.invalidParameter, "x"), .dataInvalid),
            (ShardError(.invalidParameter, "x", context: .init(column: "c")), .configInvalid),
            (ModelError(.incompatible, "x"), .modelIncompatible),
            (ModelError(.outOfSpec, "x"), .dataInvalid),
            (TaskCallbackError(.fenced, "x"), .interrupted),
            (TaskCallbackError(.accessDenied, "x"), .accessDenied),
            (CancellationError(), .interrupted), (Unknown(), .internal),
            (JobFailure(.outOfDisk, "x"), .outOfDisk),
        ]
        for (error, name) in cases { #expect(JobFailure(converting: error).name == name) }
    }

    @Test("column names stay as they are in JSON, and what is not finite is null")
    func keepsNamesInJSON() throws {
        let result = PredictResult(
            outputs: [], rowsIn: 1, rowsOut: 1, rowsQuarantined: 0, crossedRows: 0, widenedRows: 0,
            unseenCategories: ["jobLevel": 2], drift: [], bytesRead: 0, seconds: [:],
            peakRssBytes: 0,
            shardCount: 1, commit: nil)
        let text = try JSONText.encode(result)
        #expect(text.contains(#""unseen_categories":{"jobLevel":2}"#))
        #expect(text.contains(#""rows_in":1"#) && text.contains(#""command":"predict""#))
        #expect(try JSONText.encode(["x": FiniteNumber(.nan)]) == #"{"x":null}"#)
        #expect(try JSONText.encode(["x": FiniteNumber(0.5)]) == #"{"x":0.5}"#)
    }
}
