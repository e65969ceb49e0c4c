/// Memory that grows and is used again, from page to page and from column to column.
///
/// Fresh pages of memory cost several times what writing into warm ones does, hence no arrays here.
/// Not Sendable: one encoder on one thread owns it.
final class ScratchBytes {
    /// Writable bytes behind every reservation, so that kernels may store whole words.
    static let slackByteCount = 64

    private(set) var count = 0
    private var capacity: Int
    private var base: UnsafeMutableRawPointer

    init(byteCount: Int = 1 << 16) {
        precondition(byteCount > 0)
        capacity = byteCount
        base = .allocate(byteCount: byteCount + Self.slackByteCount, alignment: 64)
    }

    deinit { base.deallocate() }

    /// What was written; valid until the next reservation.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    func removeAll() { count = 0 }

    /// The place behind the content, with room for `byteCount` bytes and the slack.
    ///
    /// What is written there becomes content by `advance(by:)`.
    func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer {
        precondition(byteCount >= 0)
        let needed = count + byteCount
        if needed > capacity {
            capacity = max(needed, capacity * 2)
            let larger = UnsafeMutableRawPointer.allocate(
                byteCount: capacity + Self.slackByteCount, alignment: 64)
            larger.copyMemory(from: base, byteCount: count)
            base.deallocate()
            base = larger
        }
        return base + count
    }

    func advance(by byteCount: Int) {
        precondition(byteCount >= 0 && count + byteCount <= capacity)
        count += byteCount
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count).copyMemory(from: source, byteCount: bytes.count)
        advance(by: bytes.count)
    }

    func append(littleEndian value: UInt32) {
        reserve(4).storeBytes(of: value.littleEndian, as: UInt32.self)
        advance(by: 4)
    }

    func append(byte: UInt8) {
        reserve(1).storeBytes(of: byte, as: UInt8.self)
        advance(by: 1)
    }

    /// An unsigned LEB128 number.
    func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        append(byte: UInt8(truncatingIfNeeded: rest))
    }

    /// Overwrites four bytes of the content.
    func replace(at byteOffset: Int, littleEndian value: UInt32) {
        precondition(byteOffset >= 0 && byteOffset + 4 <= count)
        base.storeBytes(of: value.littleEndian, toByteOffset: byteOffset, as: UInt32.self)
    }

    /// Room for `count` elements in place of the old content. Elements are not initialised.
    func elements<Element: BitwiseCopyable>(
        of type: Element.Type, count elementCount: Int
    ) -> UnsafeMutableBufferPointer<Element> {
        removeAll()
        let place = reserve(elementCount * MemoryLayout<Element>.stride)
        return UnsafeMutableBufferPointer(
            start: place.bindMemory(to: Element.self, capacity: elementCount), count: elementCount)
    }
}
