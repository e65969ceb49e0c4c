#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import FoundationEssentials
import ObjectStores
import TestSupport
import Testing

@Suite("DirectoryStore")
struct DirectoryStoreTests {
    let folder: TemporaryFolder
    let store = DirectoryStore()

    init() throws { folder = try TemporaryFolder() }

    func url(_ name: String = "") -> ObjectURL {
        ObjectURL(.file(path: name.isEmpty ? folder.path : folder.path + "/" + name))
    }

    func code(_ body: () async throws(ObjectStoreError) -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    func stage(_ name: String, _ bytes: [UInt8]) async throws -> any StagedObject {
        let staged = try await store.stage(url(name))
        let object = ObjectBytes(bytes)
        try await staged.append(object.bytes)
        try await staged.seal()
        return staged
    }

    @Test("lists everything below a folder, sorted bytewise, hidden names left out")
    func listsRecursively() async throws {
        for name in [
            "b.parquet", "a/z", "a/y", "a-1", "B", "_SUCCESS", ".hidden", "_temporary/x",
            "a/.tmp/x", "dt=2024-01-01/part", "ü", "a/b/c/d",
        ] {
            try folder.write([1, 2, 3], to: name)
        }
        let listed = try await store.list(url()).map {
            String($0.url.description.dropFirst(folder.path.count + 1))
        }
        #expect(
            listed == [
                "B", "a-1", "a/b/c/d", "a/y", "a/z", "b.parquet", "dt=2024-01-01/part", "ü",
            ])
        let withSlash = try await store.list(ObjectURL(.file(path: folder.path + "/")))
        #expect(withSlash.map(\.url.description).first == folder.path + "/B")
    }

    @Test("a file gives itself, even with a hidden name; an empty folder gives nothing")
    func listsSingleFile() async throws {
        try folder.write([1, 2, 3], to: "_x")
        let listed = try await store.list(url("_x"))
        #expect(listed.map(\.byteCount) == [3])
        try folder.write([], to: "empty/.keep")
        #expect(try await store.list(url("empty")).isEmpty)
    }

    @Test("what is not there is notFound when listed or read, nil as a summary")
    func missing() async throws {
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.list(url("nope"))
            } == .notFound)
        #expect(try await store.summary(of: url("nope")) == nil)
        #expect(try await store.summary(of: url()) == nil)
        let gone = ObjectSummary(url: url("gone"), byteCount: 4, etag: "1")
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.read(gone, range: ByteRange(offset: 0, count: 4))
            } == .notFound)
    }

    @Test("follows links to files and folders; a link that leads back or nowhere is an error")
    func links() async throws {
        try folder.write([1], to: "data/part")
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: folder.path + "/linked", withDestinationPath: folder.path + "/data")
        #expect(try await store.list(url()).count == 2)
        try files.createSymbolicLink(
            atPath: folder.path + "/data/back", withDestinationPath: folder.path)
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.list(url())
            } == .invalidParameter)
        try files.removeItem(atPath: folder.path + "/data/back")
        try files.createSymbolicLink(
            atPath: folder.path + "/data/nowhere", withDestinationPath: "/does/not/exist")
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.list(url())
            } == .notFound)
    }

    @Test("an unreadable folder is accessDenied and names the folder below the one asked for")
    func unreadable() async throws {
        try folder.write([1], to: "closed/part")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0], ofItemAtPath: folder.path + "/closed")
        defer {
            try? FileManager.default.setAttributes(
                [.posixPermissions: 0o700], ofItemAtPath: folder.path + "/closed")
        }
        do throws(ObjectStoreError) {
            let listed = try await store.list(url())
            #expect(geteuid() == 0, "only the superuser may read everything")
            #expect(listed.count == 1)
        } catch {
            #expect(error.code == .accessDenied)
            #expect(error.url == url("closed"))
        }
    }

    @Test("reads exactly the range", arguments: [(0, 0), (0, 10), (3, 4), (9, 1), (10, 0)])
    func readsRange(offset: Int, count: Int) async throws {
        try folder.write(Array(0..<10), to: "x")
        let object = try #require(try await store.summary(of: url("x")))
        let bytes = try await store.read(object, range: ByteRange(offset: offset, count: count))
        #expect(
            bytes.withUnsafeBytes { Array($0) }
                == (0..<10).map(UInt8.init)[offset..<offset + count].map { $0 })
    }

    @Test("a range beyond the object is refused", arguments: [(0, 11), (11, 0), (5, Int.max)])
    func refusesRange(offset: Int, count: Int) async throws {
        try folder.write(Array(0..<10), to: "x")
        let object = try #require(try await store.summary(of: url("x")))
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.read(object, range: ByteRange(offset: offset, count: count))
            } == .invalidParameter)
    }

    @Test("a file that was replaced, cut or rewritten since is `changed`", arguments: 0..<3)
    func changed(way: Int) async throws {
        let path = try folder.write(Array(repeating: 1, count: 5_000), to: "x")
        let object = try #require(try await store.summary(of: url("x")))
        switch way {
        case 0:
            try FileManager.default.removeItem(atPath: path)
            try folder.write(Array(repeating: 2, count: 5_000), to: "x")
        case 1:
            try folder.write(Array(repeating: 1, count: 100), to: "x")
        default:
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: path)
        }
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.read(object, range: ByteRange(offset: 0, count: 50))
            } == .changed)
    }

    @Test("nothing is visible before publish; afterwards the object is whole")
    func publishes() async throws {
        let staged = try await stage("out/a/part", [1, 2, 3])
        #expect(try await store.list(url("out")).isEmpty)
        #expect(try await store.summary(of: url("out/a/part")) == nil)
        let summary = try await staged.publish(ifAbsent: false)
        #expect(try await store.list(url()) == [summary])
        #expect(summary.byteCount == 3)
        await staged.discard()
        #expect(try folder.names(in: "out/a") == ["part"])
        let bytes = try await store.read(summary, range: ByteRange(offset: 0, count: 3))
        #expect(bytes.withUnsafeBytes { Array($0) } == [1, 2, 3])
    }

    @Test("publish replaces an object, publish if absent never does")
    func publishesIfAbsent() async throws {
        let first = try await stage("commit", [1]).publish(ifAbsent: true)
        let second = try await stage("commit", [2, 2])
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await second.publish(ifAbsent: true)
            } == .alreadyExists)
        #expect(try await store.summary(of: url("commit")) == first)
        let third = try await second.publish(ifAbsent: false)
        #expect(third.byteCount == 2)
        #expect(try await store.summary(of: url("commit")) == third)
        #expect(try folder.names() == ["commit"])
    }

    @Test("of many writers that publish if absent exactly one wins")
    func oneWriterWins() async throws {
        let wins = await withTaskGroup(of: Int.self) { group in
            for writer in 0..<16 {
                group.addTask {
                    guard let staged = try? await stage("commit", [UInt8(writer)]) else { return 0 }
                    defer { _ = staged }
                    return (try? await staged.publish(ifAbsent: true)) == nil ? 0 : 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wins == 1)
        #expect(try folder.names() == ["commit"])
    }

    @Test("discard, or just letting go, leaves no file and no folder behind")
    func discards() async throws {
        let staged = try await store.stage(url("deep/er/part"))
        #expect(try folder.names(in: "deep/er").count == 1)
        await staged.discard()
        #expect(try folder.names() == [])
        _ = try await stage("other", [1])
        #expect(try folder.names() == [])
    }

    @Test("a folder is not an object to write or remove; a missing object is removed in peace")
    func foldersAreNotObjects() async throws {
        try folder.write([1], to: "sub/x")
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.stage(url("sub"))
            } == .invalidParameter)
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.stage(url("sub/x/y"))
            } != nil)
        #expect(
            await code { () throws(ObjectStoreError) in
                try await store.remove(url("sub"))
            } != nil)
        try await store.remove(url("sub/x"))
        try await store.remove(url("sub/x"))
        #expect(try folder.names(in: "sub") == [])
    }

    @Test("the system's refusals keep their meaning")
    func systemErrors() async throws {
        let long = String(repeating: "x", count: 300)
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.stage(url(long + "/part"))
            } == .invalidParameter)
        let device = ObjectURL(.file(path: "/dev/null"))
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.list(device)
            } == .invalidParameter)
    }

    @Test(
        "a place where nobody may write is accessDenied",
        .enabled(if: FileManager.default.fileExists(atPath: "/sys/kernel"), "needs sysfs"))
    func nobodyMayWrite() async {
        #expect(
            await code { () throws(ObjectStoreError) in
                _ = try await store.stage(ObjectURL(.file(path: "/sys/kernel/martlet/part")))
            } == .accessDenied)
    }
}
