/// The checksum that S3 sends with an object: of all its bytes, or, for one that was uploaded in
/// parts, of the checksums of those (`base64-count`).
/// Source: Amazon S3 User Guide, "Checking object integrity".
struct ObjectChecksum: Hashable {
    /// S3's own limit.
    private static let partCountMax = 10_000

    let algorithm: ChecksumAlgorithm
    let text: String
    /// nil if it is of all bytes.
    let partCount: Int?

    /// nil if the answer carries none.
    init?(_ response: HTTPResponse) {
        for algorithm in ChecksumAlgorithm.allCases {
            guard let text = response.header(algorithm.header) else { continue }
            self.algorithm = algorithm
            self.text = text
            guard let dash = text.lastIndex(of: "-") else {
                // A checksum of unknown parts cannot be verified.
                guard response.header("x-amz-checksum-type") != "COMPOSITE" else { return nil }
                partCount = nil
                return
            }
            guard let count = Int(text[text.index(after: dash)...]),
                (1...Self.partCountMax).contains(count)
            else { return nil }
            partCount = count
            return
        }
        return nil
    }

    /// What is wrong with an object of these bytes, or nil; nil also where the parts are not known.
    func complaint(about bytes: UnsafeRawBufferPointer) -> String? {
        let actual: String
        switch partCount {
        case nil: actual = ChecksumText.base64(algorithm.digest(of: bytes))
        case 1: actual = ofParts(bytes, partByteCounts: [bytes.count])
        default: return nil
        }
        guard actual != text else { return nil }
        return "The checksum of what arrived is \(actual), of the object \(text)."
    }

    /// The sizes of all parts, if all but the last are as large as the first; nil if that does
    /// not give so many parts.
    func partByteCounts(first: Int, total: Int) -> [Int]? {
        guard let partCount, first > 0, (total + first - 1) / first == partCount else { return nil }
        return (0..<partCount).map { min(first, total - $0 * first) }
    }

    /// Whether `bytes`, cut into such parts, have this checksum.
    func fits(_ bytes: UnsafeRawBufferPointer, partByteCounts: [Int]) -> Bool {
        guard partByteCounts.count == partCount, partByteCounts.reduce(0, +) == bytes.count,
            partByteCounts.allSatisfy({ $0 >= 0 })
        else { return false }
        return ofParts(bytes, partByteCounts: partByteCounts) == text
    }

    private func ofParts(_ bytes: UnsafeRawBufferPointer, partByteCounts: [Int]) -> String {
        var digests: [UInt8] = []
        var offset = 0
        for count in partByteCounts {
            digests += algorithm.digest(
                of: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
            offset += count
        }
        let whole = digests.withUnsafeBytes { algorithm.digest(of: $0) }
        return "\(ChecksumText.base64(whole))-\(partByteCounts.count)"
    }
}
