import Logging
package import ObjectStores

/// The objects that one job writes: staged while it works, published together at its end, and
/// followed by a commit record.
///
/// Until then nobody can see any of them. The record is written last: a reader who wants all or
/// nothing looks for it (see `CommitRecord.name`).
package struct OutputTransaction: Sendable {
    /// A commit that has begun goes on when the job is told to stop, for so long: half a commit
    /// would have to be done again.
    private static let commitTimeMax = Duration.seconds(60)

    /// Objects that are published at the same time.
    private static let publicationsInFlightMax = 16

    /// When one publication has failed, those under way may take so long to end.
    private static let lastPublicationsTimeMax = Duration.seconds(20)

    private let store: any ObjectStore
    private let root: ObjectURL
    private let soleObject: String?
    private var staged: [any StagedObject] = []

    /// - Parameters:
    ///   - root: the folder that the objects lie below; it gets the record.
    ///   - soleObject: the name of the one object, when the user named that and not a folder.
    package init(root: ObjectURL, soleObject: String? = nil, store: any ObjectStore) {
        self.root = root
        self.soleObject = soleObject
        self.store = store
    }

    /// For an output that is one object when `isOneObject`, and otherwise a folder.
    package init(output: ObjectURL, isOneObject: Bool, store: any ObjectStore) {
        self.init(
            root: isOneObject ? output.parent : output,
            soleObject: isOneObject ? output.lastComponent : nil, store: store)
    }

    /// Begins an object; it belongs to this transaction from now on.
    package mutating func stage(_ url: ObjectURL) async throws -> any StagedObject {
        let object = try await store.stage(url)
        staged.append(object)
        return object
    }

    /// Gives up one of the objects.
    package mutating func discard(_ object: any StagedObject) async {
        staged.removeAll { $0.url == object.url }
        await object.discard()
    }

    /// Publishes everything, then the commit record. Every object has been sealed before.
    ///
    /// A commit record that lies there already is replaced, and the objects that it lists and this
    /// one does not are removed: they belong to the result that is replaced.
    /// - Returns: the published objects, in the order in which they were staged.
    package consuming func commit(
        _ record: CommitRecord, context: JobContext
    ) async throws -> (objects: [ObjectSummary], commit: CommitReference) {
        try context.shutdown.check()
        try await context.commitGate()
        try context.shutdown.check()
        let transaction = self
        return try await shielded(until: {
            await context.shutdown.requested()
            try await Task.sleep(for: Self.commitTimeMax)
        }) {
            try await transaction.publishAll(record, context: context)
        }
    }

    private func publishAll(
        _ record: CommitRecord, context: JobContext
    ) async throws -> (objects: [ObjectSummary], commit: CommitReference) {
        // Whatever replaces an older result must not stand beside its commit record.
        let recordURL = root.appending(record.name(soleObject: soleObject))
        let replaced = try await withdraw(recordURL, context: context)
        let published = try await publishStaged()
        var record = record
        record.unit = context.unit
        record.objects = published.map {
            .init(url: $0.url.description, size: $0.byteCount, etag: $0.etag)
        }
        let current = Set(record.objects.map(\.url))
        for stale in replaced where !current.contains(stale.url) && isBelowRoot(stale.url) {
            try await store.remove(try ObjectURL(parsing: stale.url))
        }
        let text = try JSONText.encode(record, isPretty: true) + "\n"
        try await publish(text, at: recordURL)
        return (
            published,
            CommitReference(url: recordURL.description, sha256: Digest.sha256(of: text))
        )
    }

    private enum PublicationEvent: Sendable {
        case published(index: Int, ObjectSummary)
        case failed(any Error)
        case timeIsUp
    }

    /// Publishes the staged objects side by side.
    ///
    /// When one fails, no other is begun, but those under way are waited for: cancelled on this
    /// side, a write may still be carried out by the service, and must not land after the failure
    /// has been reported and another attempt has begun.
    /// - Returns: in the order in which they were staged.
    private func publishStaged() async throws -> [ObjectSummary] {
        var published = [ObjectSummary?](repeating: nil, count: staged.count)
        let failure = await withTaskGroup(of: PublicationEvent.self) { group -> (any Error)? in
            var failure: (any Error)?
            var waiting = staged.enumerated().makeIterator()
            var inFlight = 0
            func begin() {
                guard failure == nil, let (index, object) = waiting.next() else { return }
                inFlight += 1
                group.addTask {
                    do {
                        return .published(index: index, try await object.publish(ifAbsent: false))
                    } catch {
                        return .failed(error)
                    }
                }
            }
            for _ in 0..<Self.publicationsInFlightMax { begin() }
            while inFlight > 0, let event = await group.next() {
                switch event {
                case .published(let index, let summary):
                    inFlight -= 1
                    published[index] = summary
                    begin()
                case .failed(let error):
                    inFlight -= 1
                    guard failure == nil else { continue }
                    failure = error
                    group.addTask {
                        try? await Task.sleep(for: Self.lastPublicationsTimeMax)
                        return .timeIsUp
                    }
                case .timeIsUp:
                    group.cancelAll()
                }
            }
            group.cancelAll()
            return failure
        }
        if let failure { throw failure }
        return published.compactMap { $0 }
    }

    /// Takes an older record away, and says which objects it listed.
    ///
    /// A task role needs no more than PutObject on its outputs. Then an older record can neither be
    /// seen nor removed; it is overwritten by the new one at the end.
    private func withdraw(
        _ url: ObjectURL, context: JobContext
    ) async throws -> [CommitRecord.Object] {
        do {
            guard let object = try await store.summary(of: url) else { return [] }
            let record = try await CommitRecord.read(object, from: store)
            try await store.remove(url)
            return record?.objects ?? []
        } catch let error as ObjectStoreError where error.code == .accessDenied {
            context.logger.notice(
                "an older result cannot be looked for", metadata: ["reason": "\(error.message)"])
            return []
        }
    }

    /// Whether `url` is written as something below the root. Only that may be removed: a record can
    /// be wrong, and one that was written with another spelling of the root (`./out` for `out`)
    /// may list the very objects that were just published.
    private func isBelowRoot(_ url: String) -> Bool {
        let folder = root.appending("").description
        guard url.hasPrefix(folder) else { return false }
        return url.dropFirst(folder.count).split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { !["", ".", ".."].contains($0) }
    }

    private func publish(_ text: String, at url: ObjectURL) async throws {
        let object = try await store.stage(url)
        do {
            try await object.append(text)
            try await object.seal()
            _ = try await object.publish(ifAbsent: false)
        } catch {
            await object.discard()
            throw error
        }
    }

    /// Drops everything that is not published.
    package func discard() async {
        for object in staged { await object.discard() }
    }
}

extension StagedObject {
    func append(_ text: String) async throws { try await append(Array(text.utf8)) }

    func append(_ bytes: [UInt8]) async throws {
        let memory = ObjectBytes(bytes)
        // Without this they may be gone while they are still being sent.
        defer { withExtendedLifetime(memory) {} }
        try await append(memory.bytes)
    }
}
