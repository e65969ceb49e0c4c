import Models
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("ModelStore")
struct ModelStoreTests {
    @Test(
        "a model's URL is the object itself, or the folder that holds it",
        arguments: [
            ("s3://b/m", "s3://b/m/model.martlet"), ("s3://b/m/", "s3://b/m/model.martlet"),
            ("s3://b/m/model.martlet", "s3://b/m/model.martlet"),
            ("s3://b/age.martlet", "s3://b/age.martlet"), ("s3://b", "s3://b/model.martlet"),
            ("models/age", "models/age/model.martlet"), ("/m.json", "/m.json/model.martlet"),
        ])
    func findsObject(url: String, object: String) throws {
        #expect(ModelStore.objectURL(try ObjectURL(parsing: url)).description == object)
    }

    @Test("a model under any other name is found where it lies")
    func loadsOtherNames() async throws {
        let fixture = JobFixture()
        try fixture.store.put(
            [.double("x", (0..<50).map { Double($0) }), .double("y", (0..<50).map { Double($0) })],
            at: "s3://in/x")
        try await fixture.run(
            .train,
            ["data": "s3://in/", "target": "y", "output": "s3://o/m", "num_iterations": "1"])
        let bytes = try #require(fixture.store.bytes(at: "s3://o/m/model.martlet"))
        fixture.store.put(bytes, at: "s3://o/copy")
        #expect(try await fixture.model("s3://o/copy").target.name == "y")
        fixture.store.put(bytes.dropLast(1) + [bytes[bytes.count - 1] ^ 1], at: "s3://o/damaged")
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.model("s3://o/damaged")
        }
        #expect(failure?.name == .dataInvalid)
        #expect(failure?.place.object == "s3://o/damaged")
    }
}
