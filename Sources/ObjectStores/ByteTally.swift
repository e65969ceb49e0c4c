import Synchronization

/// Counts bytes that were read.
package final class ByteTally: Sendable {
    private let bytes = Atomic(0)

    package init() {}

    package var byteCount: Int { bytes.load(ordering: .relaxed) }

    func add(_ count: Int) { bytes.add(count, ordering: .relaxed) }
}
