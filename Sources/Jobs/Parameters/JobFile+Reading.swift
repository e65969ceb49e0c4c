package import ObjectStores

extension JobFile {
    /// Reads `--job`: the JSON itself when it begins with `{`, otherwise the object it names.
    /// - Throws: `configInvalid` as `init`; `ObjectStoreError`.
    package static func read(
        _ job: String, from store: any ObjectStore, command: JobCommand?
    ) async throws -> JobFile {
        let trimmed = job.drop(while: \.isWhitespace)
        if trimmed.first == "{" {
            return try JobFile(parsing: String(trimmed), name: "--job", command: command)
        }
        let url = try ObjectURL(parsing: job)
        guard let object = try await store.summary(of: url) else {
            throw JobFailure(
                .configInvalid, "There is no job file here.", place: .init(object: job))
        }
        guard object.byteCount <= byteCountMax else {
            throw JobFailure(
                .configInvalid,
                "\(object.byteCount) bytes are too many for a job file, which has at most "
                    + "\(byteCountMax).", place: .init(object: job))
        }
        let bytes = try await store.read(
            object, range: ByteRange(offset: 0, count: object.byteCount))
        let text = String(decoding: bytes.bytes, as: UTF8.self)
        return try JobFile(parsing: text, name: job, command: command)
    }
}
