import Crypto
import FoundationEssentials
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

    /// - Throws: `dataInvalid` when there is no model or its bytes are wrong; `ObjectStoreError`.
    static func load(_ url: ObjectURL, from store: any ObjectStore) async throws -> ModelArtifact {
        var found = try await store.summary(of: objectURL(url))
        if found == nil { found = try await store.summary(of: url) }
        guard let object = found else {
            throw JobFailure(
                .dataInvalid, "There is no model here.", place: .init(object: url.description),
                remedy: "Give the URL that `train --output` was given.")
        }
        return try await load(object, from: store)
    }

    static func load(
        _ object: ObjectSummary, from store: any ObjectStore
    ) async throws -> ModelArtifact {
        guard object.byteCount <= byteCountMax else {
            throw JobFailure(
                .dataInvalid, "\(object.byteCount) bytes are too many for a model.",
                place: .init(object: object.url.description))
        }
        let bytes = try await store.read(
            object, range: ByteRange(offset: 0, count: object.byteCount))
        do {
            return try ModelFormat.decode(Array(bytes.bytes))
        } catch {
            throw JobFailure(model: error, object: object.url.description)
        }
    }
}
