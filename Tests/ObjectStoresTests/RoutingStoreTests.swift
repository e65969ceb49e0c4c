import ObjectStores
import TestSupport
import Testing

@Suite("RoutingStore")
struct RoutingStoreTests {
    @Test("paths go to the folder; s3:// goes to the other store, if there is one")
    func routes() async throws {
        let folder = try TemporaryFolder()
        try folder.write([1], to: "x")
        let store = RoutingStore(s3: nil)
        let listed = try await store.list(ObjectURL(.file(path: folder.path)))
        #expect(listed.count == 1)
        await #expect(throws: ObjectStoreError.self) {
            _ = try await store.list(ObjectURL(parsing: "s3://bucket/key"))
        }
        // A second folder store stands in for S3: it refuses s3:// URLs, with its own words.
        let both = RoutingStore(s3: DirectoryStore())
        do throws(ObjectStoreError) {
            _ = try await both.summary(of: ObjectURL(parsing: "s3://bucket/key"))
            Issue.record("a folder store took an S3 URL")
        } catch {
            #expect(error.message.contains("not a file of a folder"))
        }
    }
}
