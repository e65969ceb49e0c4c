import CKernels
import Crypto

/// What S3 takes the checksum of an object by.
/// Source: Amazon S3 User Guide, "Checking object integrity".
package enum ChecksumAlgorithm: String, CaseIterable, Sendable {
    /// What S3 itself adds to an object that comes without.
    case crc64NVME = "crc64nvme"
    case crc32
    case crc32C = "crc32c"
    case sha256
    case sha1

    package var header: String { "x-amz-checksum-\(rawValue)" }

    /// The most significant byte first.
    package func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        switch self {
        case .crc64NVME: Self.bytes(martlet_crc64_nvme(0, Self.start(of: bytes), bytes.count))
        case .crc32: Self.bytes(CRC32.checksum(of: bytes))
        case .crc32C: Self.bytes(martlet_crc32c(0, Self.start(of: bytes), bytes.count))
        case .sha256: Self.hash(bytes, by: SHA256())
        case .sha1: Self.hash(bytes, by: Insecure.SHA1())
        }
    }

    /// nil only where there are no bytes.
    private static func start(of bytes: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
        bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    }

    private static func bytes<Value: FixedWidthInteger & UnsignedInteger>(
        _ value: Value
    ) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func hash(
        _ bytes: UnsafeRawBufferPointer, by function: some HashFunction
    ) -> [UInt8] {
        var function = function
        function.update(bufferPointer: bytes)
        return Array(function.finalize())
    }
}
