/// Where bytes live: a folder (`DirectoryStore`), S3, or a test's memory.
///
/// Objects become visible whole or not at all: what is written is staged first, and published by
/// its owner when the work it belongs to is complete.
package protocol ObjectStore: Sendable {
    /// Every object at or under `prefix`, sorted by URL (bytewise). A URL of a single object gives
    /// that object. Names whose file or folder part begins with `_` or `.` are left out.
    /// - Throws: `notFound` when neither an object nor a folder is there (an empty folder of a file
    ///   system gives an empty list), `accessDenied`, `unavailable`.
    func list(_ prefix: ObjectURL) async throws(ObjectStoreError) -> [ObjectSummary]

    /// Size and ETag of one object, or nil when there is none.
    func summary(of url: ObjectURL) async throws(ObjectStoreError) -> ObjectSummary?

    /// The bytes of `range`, exactly `range.count` of them.
    /// - Parameter object: read only as it was listed: another ETag now is `changed`.
    /// - Throws: `notFound`, `changed`, `accessDenied`, `unavailable`.
    func read(
        _ object: ObjectSummary, range: ByteRange
    ) async throws(ObjectStoreError) -> ObjectBytes

    /// Begins an object that nobody can see until it is published.
    func stage(_ url: ObjectURL) async throws(ObjectStoreError) -> any StagedObject

    /// Removes an object; an object that is not there is not an error.
    func remove(_ url: ObjectURL) async throws(ObjectStoreError)
}

/// An object in the making. Used by one task at a time: append, seal, then publish or discard.
package protocol StagedObject: Sendable {
    var url: ObjectURL { get }

    /// Adds bytes at the end. Memory is bounded: a large object is uploaded as it grows.
    func append(_ bytes: UnsafeRawBufferPointer) async throws(ObjectStoreError)

    /// Stores everything durably, still invisible. Nothing can be appended afterwards.
    func seal() async throws(ObjectStoreError)

    /// Makes the sealed object visible under its URL.
    /// - Parameter ifAbsent: publish only if no object is there now, else throw `alreadyExists`.
    func publish(ifAbsent: Bool) async throws(ObjectStoreError) -> ObjectSummary

    /// Drops what was staged; harmless after `publish`.
    func discard() async
}
