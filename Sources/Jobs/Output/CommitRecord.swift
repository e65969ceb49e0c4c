import FoundationEssentials
import ObjectStores

/// What a job leaves behind when everything else is in place.
package struct CommitRecord: Codable, Sendable {
    package struct Object: Codable, Hashable, Sendable {
        package var url: String
        package var size: Int
        package var etag: String
    }

    package var version = 1
    package var command: String
    package var runId: String?
    package var attempt: String?
    package var shardGroup: String?
    package var program: String
    package var rowsIn: Int
    package var rowsOut: Int
    package var rowsQuarantined: Int
    package var objects: [Object] = []

    package init(
        command: String, run: RunIdentity, program: String, rowsIn: Int, rowsOut: Int,
        rowsQuarantined: Int
    ) {
        self.command = command
        runId = run.runId
        attempt = run.attempt
        shardGroup = run.shardGroup
        self.program = program
        self.rowsIn = rowsIn
        self.rowsOut = rowsOut
        self.rowsQuarantined = rowsQuarantined
    }

    /// `_commit-predict.json`, or `_commit-predict-<group>.json`; readers of tables skip names
    /// that begin with `_`.
    /// - Parameter soleObject: the name of the one object that the user named, which then stands in
    ///   the record's name too: its folder may hold the results of other jobs.
    func name(soleObject: String?) -> String {
        (["_commit", command] + [shardGroup.map(HivePath.escaped), soleObject].compactMap { $0 })
            .joined(separator: "-") + ".json"
    }
}

extension CommitRecord {
    /// Records of 100,000 objects take about 20 MB.
    private static let byteCountMax = 64 << 20

    /// The record that the object holds; nil when it is none that can be read.
    static func read(
        _ object: ObjectSummary, from store: any ObjectStore
    ) async throws -> CommitRecord? {
        guard object.byteCount <= byteCountMax else { return nil }
        let bytes = try await store.read(
            object, range: ByteRange(offset: 0, count: object.byteCount))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(CommitRecord.self, from: Data(bytes.bytes))
    }
}
