import ObjectStores

extension ObjectStore {
    /// Reads an object that was listed, or pinned by a manifest, before.
    /// - Throws: as `read`; but an object that has vanished since is `changed`: what was planned
    ///   cannot be done any more, and planning again helps.
    func readPinned(
        _ object: ObjectSummary, range: ByteRange
    ) async throws(ObjectStoreError) -> ObjectBytes {
        do {
            return try await read(object, range: range)
        } catch  where error.code == .notFound {
            throw .vanished(object.url)
        }
    }
}

extension ObjectStoreError {
    static func vanished(_ url: ObjectURL) -> ObjectStoreError {
        ObjectStoreError(
            .changed,
            "The object was there when the work was planned, and is gone. Start again when nothing "
                + "writes to the table.", url: url)
    }
}
