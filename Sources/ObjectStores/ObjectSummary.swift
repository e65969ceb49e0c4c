/// One object as it was listed: enough to read exactly this version of it again.
package struct ObjectSummary: Hashable, Sendable {
    package let url: ObjectURL
    package let byteCount: Int
    /// S3's ETag without quotes; for files, made of size, inode and modification time.
    package let etag: String

    package init(url: ObjectURL, byteCount: Int, etag: String) {
        self.url = url
        self.byteCount = byteCount
        self.etag = etag
    }
}
