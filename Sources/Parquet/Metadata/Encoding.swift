/// How the values of a page are encoded. Source: parquet.thrift, `Encoding`.
///
/// Numbers that this reader does not know are kept, so that only the columns that use them are
/// refused.
package enum Encoding: Hashable, Sendable {
    case plain
    case plainDictionary
    case rle
    case bitPacked
    case deltaBinaryPacked
    case deltaLengthByteArray
    case deltaByteArray
    case rleDictionary
    case byteStreamSplit
    case unknown(Int32)

    package init(rawValue: Int32) {
        self = Self.known.first { $0.rawValue == rawValue } ?? .unknown(rawValue)
    }

    private static let known: [Encoding] = [
        .plain, .plainDictionary, .rle, .bitPacked, .deltaBinaryPacked, .deltaLengthByteArray,
        .deltaByteArray, .rleDictionary, .byteStreamSplit,
    ]

    package var rawValue: Int32 {
        switch self {
        case .plain: 0
        case .plainDictionary: 2
        case .rle: 3
        case .bitPacked: 4
        case .deltaBinaryPacked: 5
        case .deltaLengthByteArray: 6
        case .deltaByteArray: 7
        case .rleDictionary: 8
        case .byteStreamSplit: 9
        case .unknown(let rawValue): rawValue
        }
    }

    /// The specification's name.
    package var name: String {
        switch self {
        case .plain: "PLAIN"
        case .plainDictionary: "PLAIN_DICTIONARY"
        case .rle: "RLE"
        case .bitPacked: "BIT_PACKED"
        case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
        case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
        case .deltaByteArray: "DELTA_BYTE_ARRAY"
        case .rleDictionary: "RLE_DICTIONARY"
        case .byteStreamSplit: "BYTE_STREAM_SPLIT"
        case .unknown(10): "ALP"
        case .unknown(let rawValue): "encoding \(rawValue)"
        }
    }
}
