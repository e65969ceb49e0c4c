/// The bytes of a page before compression, which may lie in two places.
///
/// The memory belongs to the batches or to the encoder's scratch.
struct PageBody {
    /// Levels and, where they had to be encoded, values.
    let head: UnsafeRawBufferPointer
    /// Values whose encoded form is what lies in memory; or nothing.
    let values: UnsafeRawBufferPointer

    var byteCount: Int { head.count + values.count }

    init(_ head: UnsafeRawBufferPointer, _ values: UnsafeRawBufferPointer? = nil) {
        self.head = head
        self.values = values ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }
}
