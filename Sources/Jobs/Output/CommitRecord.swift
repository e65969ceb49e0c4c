import FoundationEssentials
package import Models
package import ObjectStores

/// What a job leaves behind when everything else is in place.
package struct CommitRecord: Codable, Sendable {
    package struct Object: Codable, Hashable, Sendable {
        package var url: String
        package var size: Int
        package var etag: String

        package init(url: String, size: Int, etag: String) {
            self.url = url
            self.size = size
            self.etag = etag
        }
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
    /// What was worked on; nil for work that belongs to no run.
    package var unit: WorkUnit?
    /// What the job printed, for attempts that find the work done.
    package var result: JSONValue?

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
        Self.name(command: command, group: shardGroup, soleObject: soleObject)
    }

    package static func name(
        command: String, group: String?, soleObject: String? = nil
    ) -> String {
        (["_commit", command] + [group.map(HivePath.escaped), soleObject].compactMap { $0 })
            .joined(separator: "-") + ".json"
    }

    /// Where the record of such a unit lies.
    static func url(
        command: String, group: String?, output: ObjectURL, isOneObject: Bool
    ) -> ObjectURL {
        (isOneObject ? output.parent : output).appending(
            name(
                command: command, group: group,
                soleObject: isOneObject ? output.lastComponent : nil))
    }
}

extension CommitRecord {
    /// Records of 100,000 objects take about 20 MB.
    static let byteCountMax = 64 << 20

    /// The record that the object holds; nil when it is none that can be read.
    package static func read(
        _ object: ObjectSummary, from store: any ObjectStore
    ) async throws -> CommitRecord? {
        guard object.byteCount <= byteCountMax else { return nil }
        let bytes = try await store.read(
            object, range: ByteRange(offset: 0, count: object.byteCount))
        return CommitRecord(decoding: String(decoding: bytes.bytes, as: UTF8.self))
    }

    /// - Returns: nil for a text that is no record.
    init?(decoding text: String) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let record = try? decoder.decode(CommitRecord.self, from: Data(text.utf8)) else {
            return nil
        }
        self = record
    }
}
