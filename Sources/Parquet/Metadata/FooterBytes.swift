/// The bytes of a footer, kept for what is parsed only when somebody asks for it.
///
/// `@unchecked Sendable`: nobody writes to them.
final class FooterBytes: @unchecked Sendable {
    private let bytes: UnsafeRawBufferPointer
    /// What keeps the bytes alive; nil where they are a copy of ours.
    private let owner: AnyObject?
    /// Where they start in the object.
    private let objectOffset: Int

    /// - Parameter owner: keeps `bytes` as they are while it lives; nil has them copied.
    init(_ bytes: UnsafeRawBufferPointer, objectOffset: Int, owner: AnyObject? = nil) {
        self.owner = owner
        self.objectOffset = objectOffset
        if owner == nil {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
            copy.copyMemory(from: bytes)
            self.bytes = UnsafeRawBufferPointer(copy)
        } else {
            self.bytes = bytes
        }
    }

    deinit {
        if owner == nil { bytes.deallocate() }
    }

    /// Valid while this object is alive.
    /// - Precondition: `position` is at most the number of bytes.
    func reader(at position: Int = 0) -> CompactProtocolReader {
        CompactProtocolReader(
            UnsafeRawBufferPointer(rebasing: bytes[position...]),
            objectOffset: objectOffset + position)
    }
}

extension FooterBytes: Hashable {
    static func == (left: FooterBytes, right: FooterBytes) -> Bool {
        left.bytes.elementsEqual(right.bytes)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes: bytes) }
}
