import ObjectStores

extension OutputTransaction {
    /// Writes and publishes the transaction's only object, then the commit record; or nothing.
    func commit(
        _ bytes: [UInt8], at url: ObjectURL, _ record: CommitRecord, context: JobContext
    ) async throws -> CommitReference {
        var transaction = self
        do {
            let object = try await transaction.stage(url)
            try await object.append(bytes)
            try await object.seal()
            return try await transaction.commit(record, context: context).commit
        } catch {
            await transaction.discard()
            throw error
        }
    }
}
