/// Where a model comes from. Nothing here is read from a clock or the environment: what should
/// not be in the bytes (a time, in a reproducible run) is left nil by the caller.
package struct Provenance: Codable, Hashable, Sendable {
    /// An object that training read.
    package struct Input: Codable, Hashable, Sendable {
        package var url: String
        package var byteCount: Int
        /// The store's version tag, where it has one.
        package var etag: String?

        package init(url: String, byteCount: Int, etag: String?) {
            self.url = url
            self.byteCount = byteCount
            self.etag = etag
        }
    }

    /// Version of the program that trained the model.
    package var programVersion: String
    package var seed: UInt64?
    package var trainRowCount: Int
    package var validRowCount: Int
    package var inputs: [Input]
    /// ISO 8601, as the caller says; nil leaves it out.
    package var createdAt: String?
    /// Library and format that the model was read from (`LightGBM text v4`); nil for our own.
    package var importedFrom: String?

    package init(
        programVersion: String, seed: UInt64? = nil, trainRowCount: Int, validRowCount: Int = 0,
        inputs: [Input] = [], createdAt: String? = nil, importedFrom: String? = nil
    ) {
        self.programVersion = programVersion
        self.seed = seed
        self.trainRowCount = trainRowCount
        self.validRowCount = validRowCount
        self.inputs = inputs
        self.createdAt = createdAt
        self.importedFrom = importedFrom
    }
}
