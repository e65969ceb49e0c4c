/// A model format of another library.
package enum ForeignFormat: String, CaseIterable, Sendable {
    /// LightGBM's text file (`Booster.save_model`).
    case lightgbm
    /// XGBoost's JSON or UBJSON file (`Booster.save_model`).
    case xgboost
    case onnx

    /// Bytes that `init(head:)` looks at.
    package static let headByteCount = 16

    /// The format that a file begins as; nil for none of these.
    /// - Parameter head: the first `headByteCount` bytes, fewer of a shorter file.
    package init?(head: some Collection<UInt8>) {
        let bytes = Array(head.prefix(Self.headByteCount))
        if bytes.starts(with: "tree\n".utf8) || bytes.starts(with: "tree\r\n".utf8) {
            self = .lightgbm
        } else if bytes.first == UInt8(ascii: "{") {
            self = .xgboost
        } else if bytes.count >= 2, bytes[0] == 0x08, bytes[1] < 0x80 {
            // Field 1 of a ModelProto, `ir_version`, a small number.
            self = .onnx
        } else {
            return nil
        }
    }
}
