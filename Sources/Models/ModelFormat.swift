/// The codec of model files. See `ModelFormat.md` for the bytes.
package enum ModelFormat {
    package static let version: UInt32 = 1

    /// The file of a model: the same model gives the same bytes.
    package static func encode(_ artifact: ModelArtifact) -> [UInt8] {
        []
    }

    /// Reads a model file.
    /// - Throws: `outOfSpec` for bytes that break the format, `unsupported` for another version.
    package static func decode(_ bytes: [UInt8]) throws(ModelError) -> ModelArtifact {
        throw ModelError(.outOfSpec, "")
    }
}
