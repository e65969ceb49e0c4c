import ObjectStores

extension ObjectStore {
    /// Puts bytes in the place of an object, as a whole or not at all.
    func replace(_ url: ObjectURL, with bytes: [UInt8]) async throws {
        let object = try await stage(url)
        do {
            try await object.append(bytes)
            try await object.seal()
            _ = try await object.publish(ifAbsent: false)
        } catch {
            await object.discard()
            throw error
        }
    }
}
