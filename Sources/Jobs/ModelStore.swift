import Crypto
import FoundationEssentials
import Interchange
import Models
package import ObjectStores

/// Where model artifacts lie: a folder with `model.martlet` in it, or the object itself.
package enum ModelStore {
    package static let fileName = "model.martlet"
    static let fileExtension = ".martlet"

    /// A model of 10,000 trees with 1,000 leaves has about 400 MB.
    static let byteCountMax = 4 << 30

    /// The object that a model's URL means.
    package static func objectURL(_ url: ObjectURL) -> ObjectURL {
        url.lastComponent.hasSuffix(fileExtension) ? url : url.appending(fileName)
    }

    /// Reads a model of ours, or one of another library, which its content tells apart.
    /// - Throws: `dataInvalid` when there is no model or its bytes are wrong, `modelIncompatible`
    ///   when it uses what we do not have; `ObjectStoreError`.
    static func load(_ url: ObjectURL, from store: any ObjectStore) async throws -> ModelArtifact {
        try await load(try await find(url, in: store), from: store)
    }

    /// The object that holds the model.
    static func find(_ url: ObjectURL, in store: any ObjectStore) async throws -> ObjectSummary {
        var found = try await store.summary(of: objectURL(url))
        if found == nil { found = try await store.summary(of: url) }
        guard let object = found else {
            throw JobFailure(
                .dataInvalid, "There is no model here.", place: .init(object: url.description),
                remedy: "Give the URL that `train --output` was given, or a model file.")
        }
        return object
    }

    /// - Parameter format: the only format that will do; nil for any.
    static func load(
        _ object: ObjectSummary, from store: any ObjectStore, as format: ForeignFormat? = nil
    ) async throws -> ModelArtifact {
        guard object.byteCount <= byteCountMax else {
            throw JobFailure(
                .dataInvalid, "\(object.byteCount) bytes are too many for a model.",
                place: .init(object: object.url.description))
        }
        let bytes = try await store.read(
            object, range: ByteRange(offset: 0, count: object.byteCount)
        ).withUnsafeBytes { Array($0) }
        do {
            if format == nil, bytes.starts(with: ModelFormat.magic) {
                return try ModelFormat.decode(bytes)
            }
            return try ForeignModel.decode(bytes, expected: format)
        } catch let error as ModelError {
            throw JobFailure(model: error, object: object.url.description)
        } catch let error as InterchangeError {
            throw JobFailure(interchange: error, object: object.url.description)
        }
    }

    /// Whether an object begins as a model of any kind does.
    static func isModel(_ object: ObjectSummary, in store: any ObjectStore) async throws -> Bool {
        let count = min(
            object.byteCount, max(ModelFormat.magic.count, ForeignFormat.headByteCount))
        let bytes = try await store.read(object, range: ByteRange(offset: 0, count: count))
        let head = bytes.withUnsafeBytes { Array($0) }
        return head.starts(with: ModelFormat.magic) || ForeignFormat(head: head) != nil
    }
}
