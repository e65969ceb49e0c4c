import ObjectStores

/// What a request costs, in bytes that could be read instead: the rule by which ranges are joined
/// and indexes are looked at.
struct RequestCost: Hashable, Sendable {
    /// A request costs as much as so many bytes.
    ///
    /// On S3 a request takes 15 ms or more, in which a connection brings 85 MB/s × 15 ms, about a
    /// megabyte; but requests overlap, and a quarter of that keeps the waste small. A system call
    /// on a file costs less than a page.
    let byteCount: Int

    static let s3 = RequestCost(byteCount: 256 << 10)
    static let file = RequestCost(byteCount: 4 << 10)

    static func of(_ url: ObjectURL) -> RequestCost {
        switch url.location {
        case .s3: s3
        case .file: file
        }
    }

    /// Whether a request for `indexByteCount` bytes pays that may make `byteCount` others
    /// superfluous: if it does so one time in four.
    func paysToAsk(indexByteCount: Int, toSave byteCount: Int) -> Bool {
        (self.byteCount + indexByteCount) * 4 <= byteCount
    }
}
