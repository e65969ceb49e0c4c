import ObjectStores
import SigV4

/// Turns buckets and keys into hosts and paths.
package struct S3Addressing: Hashable, Sendable {
    /// S3's own limit, in bytes.
    static let keyByteCountMax = 1_024

    package let region: String?
    /// Replaces AWS's own endpoint; buckets then always stand in the path.
    package let endpoint: Endpoint?
    package let variant: EndpointVariant

    package init(
        region: String?, endpoint: Endpoint?, variant: EndpointVariant = EndpointVariant()
    ) {
        self.region = region
        self.endpoint = endpoint
        self.variant = variant
    }

    /// The same in another region.
    func moved(to region: String) -> S3Addressing {
        S3Addressing(region: region, endpoint: endpoint, variant: variant)
    }

    /// The endpoint and the percent-encoded path of an object, or of the bucket if `key` is empty.
    /// - Throws: `invalidParameter` for names that S3 does not have, or if there is no region.
    func address(
        bucket: String, key: String, url: ObjectURL
    ) throws(ObjectStoreError) -> (endpoint: Endpoint, path: String) {
        guard key.utf8.count <= Self.keyByteCountMax else {
            throw ObjectStoreError(
                .invalidParameter,
                "The key has \(key.utf8.count) bytes; S3 allows \(Self.keyByteCountMax).", url: url)
        }
        guard Self.isBucketName(bucket) else {
            throw ObjectStoreError(
                .invalidParameter,
                "'\(bucket)' is not the name of a bucket: 3 to 63 small letters, digits, dots and "
                    + "hyphens.", url: url)
        }
        let keyPath = "/" + PercentEncoding.encodePath(key)
        let pathStyle = "/" + bucket + (key.isEmpty ? "" : keyPath)
        if let endpoint { return (endpoint, pathStyle) }
        guard let region else {
            throw ObjectStoreError(
                .invalidParameter,
                "No AWS region is known. Set AWS_REGION, or region in the profile.", url: url)
        }
        let host = variant.s3Host(region: region)
        // The certificate covers one level below the region: no dots.
        if bucket.contains(".") {
            return (Endpoint(scheme: .https, host: host), pathStyle)
        }
        return (Endpoint(scheme: .https, host: "\(bucket).\(host)"), keyPath)
    }

    /// Whether an answer may name this as a region: it becomes part of a host's name.
    static func isRegionName(_ name: String) -> Bool { isBucketName(name) && !name.contains(".") }

    private static func isBucketName(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default:
                    false
                }
            }
    }
}
