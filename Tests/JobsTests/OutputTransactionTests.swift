import Crypto
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("OutputTransaction")
struct OutputTransactionTests {
    /// Stages, seals and commits objects below `s3://out/`.
    @discardableResult
    private func commit(
        _ names: [String], _ fixture: JobFixture, output: String = "s3://out/",
        isOneObject: Bool = false, group: String? = nil
    ) async throws -> CommitReference {
        let root = try ObjectURL(parsing: output)
        var transaction = OutputTransaction(
            output: root, isOneObject: isOneObject, store: fixture.store)
        do {
            for name in names {
                let url = isOneObject ? root : root.appending(name)
                let object = try await transaction.stage(url)
                try await object.append("content of \(name)")
                try await object.seal()
            }
            let record = CommitRecord(
                command: "predict", run: RunIdentity(runId: "r", shardGroup: group),
                program: "1.2.3", rowsIn: 3, rowsOut: 2, rowsQuarantined: 1)
            return try await transaction.commit(record, context: fixture.context).commit
        } catch {
            await transaction.discard()
            throw error
        }
    }

    private func record(at url: String, _ fixture: JobFixture) async throws -> CommitRecord? {
        let object = try await fixture.store.summary(of: try ObjectURL(parsing: url))
        return try await CommitRecord.read(try #require(object), from: fixture.store)
    }

    @Test("nothing is visible until everything is sealed; then the record tells what is")
    func publishesTogether() async throws {
        let fixture = JobFixture()
        var transaction = OutputTransaction(
            root: try ObjectURL(parsing: "s3://out/"), store: fixture.store)
        let object = try await transaction.stage(try ObjectURL(parsing: "s3://out/a"))
        try await object.append("text")
        try await object.seal()
        #expect(fixture.store.urls.isEmpty)
        await transaction.discard()
        #expect(fixture.store.urls.isEmpty)

        let reference = try await commit(["a", "b"], fixture)
        #expect(
            fixture.store.urls == ["s3://out/_commit-predict.json", "s3://out/a", "s3://out/b"])
        #expect(reference.url == "s3://out/_commit-predict.json")
        let bytes = try #require(fixture.store.bytes(at: reference.url))
        let digest = SHA256.hash(data: bytes).flatMap { byte in
            [byte >> 4, byte & 15].map { String($0, radix: 16) }
        }
        #expect(reference.sha256 == digest.joined())
        let record = try #require(try await record(at: reference.url, fixture))
        #expect(record.objects.map(\.url) == ["s3://out/a", "s3://out/b"])
        #expect(record.objects.map(\.size) == [12, 12])
        #expect(record.runId == "r" && record.rowsQuarantined == 1)
    }

    @Test("the objects of a replaced record go, those of other records stay")
    func removesStaleObjects() async throws {
        let fixture = JobFixture()
        try await commit(["a", "b", "c"], fixture)
        try await commit(["x"], fixture, group: "g1")
        try await commit(["b", "d"], fixture)
        #expect(
            fixture.store.urls == [
                "s3://out/_commit-predict-g1.json", "s3://out/_commit-predict.json", "s3://out/b",
                "s3://out/d", "s3://out/x",
            ])
    }

    @Test("outputs that are one object each share a folder and leave each other alone")
    func keepsNeighbours() async throws {
        let fixture = JobFixture()
        for name in ["a.parquet", "b.parquet", "a.parquet"] {
            try await commit([name], fixture, output: "s3://out/" + name, isOneObject: true)
        }
        #expect(
            fixture.store.urls == [
                "s3://out/_commit-predict-a.parquet.json",
                "s3://out/_commit-predict-b.parquet.json", "s3://out/a.parquet",
                "s3://out/b.parquet",
            ])
    }

    @Test("a record that lists objects elsewhere, or by a way around, removes nothing")
    func removesNothingElsewhere() async throws {
        let fixture = JobFixture()
        fixture.store.put([1], at: "s3://other/x")
        fixture.store.put([1], at: "s3://out/../other/x")
        fixture.store.put([1], at: "s3://outside/x")
        let listed = ["s3://other/x", "s3://out/../other/x", "s3://outside/x", "s3://out//a"]
        let objects = listed.map { #"{"url":"\#($0)","size":1,"etag":""}"# }.joined(separator: ",")
        let text = """
            {"version":1,"command":"predict","program":"","rows_in":0,"rows_out":0,\
            "rows_quarantined":0,"objects":[\(objects)]}
            """
        fixture.store.put(Array(text.utf8), at: "s3://out/_commit-predict.json")
        try await commit(["a"], fixture)
        #expect(fixture.store.bytes(at: "s3://other/x") != nil)
        #expect(fixture.store.bytes(at: "s3://out/../other/x") != nil)
        #expect(fixture.store.bytes(at: "s3://outside/x") != nil)
    }

    @Test("a record that cannot be read is replaced")
    func replacesBrokenRecord() async throws {
        let fixture = JobFixture()
        fixture.store.put(Array("{".utf8), at: "s3://out/_commit-predict.json")
        let reference = try await commit(["a"], fixture)
        #expect(try await record(at: reference.url, fixture)?.objects.count == 1)
    }

    @Test("a role that may not look at its output commits all the same")
    func needsNoReadPermission() async throws {
        let fixture = JobFixture()
        try await commit(["a"], fixture)
        fixture.store.forgetReads()
        fixture.store.fail(read: 0, with: .accessDenied)
        let reference = try await commit(["b"], fixture)
        #expect(fixture.store.bytes(at: "s3://out/b") != nil)
        let record = try #require(try await record(at: reference.url, fixture))
        #expect(record.objects.map(\.url) == ["s3://out/b"])
    }

    @Test("a gate that throws, or a stop, leaves everything as it was")
    func obeysGateAndShutdown() async throws {
        struct Closed: Error {}
        var fixture = JobFixture()
        try await commit(["a"], fixture)
        let before = fixture.store.urls
        fixture.gate = { throw Closed() }
        await #expect(throws: Closed.self) { try await commit(["b"], fixture) }
        #expect(fixture.store.urls == before)
        fixture.gate = {}
        fixture.shutdown.request(.fenced)
        let failure = await #expect(throws: JobFailure.self) { try await commit(["b"], fixture) }
        #expect(failure?.name == .interrupted)
        #expect(fixture.store.urls == before)
    }

    @Test("a publication that fails leaves no record that says otherwise")
    func withdrawsRecord() async throws {
        let fixture = JobFixture()
        try await commit(["a", "b"], fixture)
        fixture.store.refuseToPublish("s3://out/b")
        let error = await #expect(throws: ObjectStoreError.self) {
            try await commit(["a", "b"], fixture)
        }
        #expect(error?.code == .unavailable)
        #expect(fixture.store.bytes(at: "s3://out/_commit-predict.json") == nil)
    }

    @Test("when one publication fails, those under way end before that is told, and no more begin")
    func waitsForPublications() async throws {
        let fixture = JobFixture()
        let names = (0..<20).map { String(UnicodeScalar(UInt8(ascii: "a") + UInt8($0))) }
        fixture.store.refuseToPublish("s3://out/a")
        for name in names[1..<16] {
            fixture.store.hold("s3://out/" + name, for: .milliseconds(200))
        }
        let error = await #expect(throws: ObjectStoreError.self) {
            try await commit(names, fixture)
        }
        #expect(error?.code == .unavailable)
        #expect(fixture.store.urls == names[1..<16].map { "s3://out/" + $0 })
    }
}
