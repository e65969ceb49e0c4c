/// Byte ranges of an object as footers give them.
enum ObjectRange {
    /// nil if a part is missing, or the range is empty or lies outside the object.
    static func make(offset: Int64?, byteCount: Int32?, objectByteCount: Int) -> Range<Int>? {
        guard let offset, let byteCount, offset >= 0, byteCount > 0,
            offset <= Int64(objectByteCount) - Int64(byteCount)
        else { return nil }
        return Int(offset)..<Int(offset) + Int(byteCount)
    }
}
