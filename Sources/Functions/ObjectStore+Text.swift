import Jobs
import ObjectStores

extension ObjectStore {
    /// The text of an object; nil when there is none.
    func text(at url: ObjectURL, byteCountMax: Int) async throws -> String? {
        guard let object = try await summary(of: url) else { return nil }
        guard object.byteCount <= byteCountMax else {
            throw JobFailure(
                .dataInvalid,
                "\(object.byteCount) bytes are too many; \(byteCountMax) are allowed.",
                place: .init(object: url.description))
        }
        let bytes = try await read(object, range: ByteRange(offset: 0, count: object.byteCount))
        return bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Replaces the object.
    func write(_ text: String, at url: ObjectURL) async throws {
        try await write(text, at: url, ifAbsent: false)
    }

    /// Makes the object, if there is none.
    /// - Throws: `alreadyExists`.
    func create(_ text: String, at url: ObjectURL) async throws {
        try await write(text, at: url, ifAbsent: true)
    }

    private func write(_ text: String, at url: ObjectURL, ifAbsent: Bool) async throws {
        let object = try await stage(url)
        do {
            let bytes = ObjectBytes(Array(text.utf8))
            try await object.append(bytes.bytes)
            try await object.seal()
            _ = try await object.publish(ifAbsent: ifAbsent)
            withExtendedLifetime(bytes) {}
        } catch {
            await object.discard()
            throw error
        }
    }
}
