/// How the pages of a column chunk are compressed. Source: parquet.thrift, `CompressionCodec`.
package enum CompressionCodec: Hashable, Sendable {
    case uncompressed
    case snappy
    case gzip
    case lzo
    case brotli
    /// The deprecated LZ4: Hadoop's frames, or a raw block from early Arrow.
    case lz4
    case zstd
    case lz4Raw
    case unknown(Int32)

    package init(rawValue: Int32) {
        self = Self.known.first { $0.rawValue == rawValue } ?? .unknown(rawValue)
    }

    private static let known: [CompressionCodec] = [
        .uncompressed, .snappy, .gzip, .lzo, .brotli, .lz4, .zstd, .lz4Raw,
    ]

    package var rawValue: Int32 {
        switch self {
        case .uncompressed: 0
        case .snappy: 1
        case .gzip: 2
        case .lzo: 3
        case .brotli: 4
        case .lz4: 5
        case .zstd: 6
        case .lz4Raw: 7
        case .unknown(let rawValue): rawValue
        }
    }

    /// The specification's name.
    package var name: String {
        switch self {
        case .uncompressed: "UNCOMPRESSED"
        case .snappy: "SNAPPY"
        case .gzip: "GZIP"
        case .lzo: "LZO"
        case .brotli: "BROTLI"
        case .lz4: "LZ4"
        case .zstd: "ZSTD"
        case .lz4Raw: "LZ4_RAW"
        case .unknown(let rawValue): "codec \(rawValue)"
        }
    }
}
