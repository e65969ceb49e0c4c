/// The CRC-32 of an object that was uploaded in parts, where it is made of the checksums of its
/// parts: `x-amz-checksum-crc32: base64-count`.
/// Source: Amazon S3 User Guide, Checking object integrity, composite checksums.
struct CompositeChecksum: Hashable {
    /// S3's own limit.
    private static let partCountMax = 10_000

    let text: String
    let partCount: Int

    /// nil if the answer carries none.
    init?(_ response: HTTPResponse) {
        guard let text = response.header("x-amz-checksum-crc32"),
            let dash = text.lastIndex(of: "-"),
            let count = Int(text[text.index(after: dash)...]),
            (1...Self.partCountMax).contains(count)
        else { return nil }
        self.text = text
        partCount = count
    }

    /// The sizes of all parts, if all but the last are as large as the first; nil if that does
    /// not give so many parts.
    func partByteCounts(first: Int, total: Int) -> [Int]? {
        guard first > 0, (total + first - 1) / first == partCount else { return nil }
        return (0..<partCount).map { min(first, total - $0 * first) }
    }

    /// Whether `bytes`, cut into such parts, have this checksum.
    func fits(_ bytes: UnsafeRawBufferPointer, partByteCounts: [Int]) -> Bool {
        guard partByteCounts.count == partCount, partByteCounts.reduce(0, +) == bytes.count,
            partByteCounts.allSatisfy({ $0 >= 0 })
        else { return false }
        var whole = CRC32()
        var offset = 0
        for count in partByteCounts {
            let part = CRC32.checksum(
                of: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
            withUnsafeBytes(of: part.bigEndian) { whole.update($0) }
            offset += count
        }
        return "\(CRC32.header(whole.value))-\(partCount)" == text
    }
}
