/// Checksums as S3's headers carry them: base64 of the bytes, most significant first.
package enum ChecksumText {
    package static func base64<Value: FixedWidthInteger & UnsignedInteger>(
        _ value: Value
    ) -> String {
        withUnsafeBytes(of: value.bigEndian) { base64(Array($0)) }
    }

    package static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            var letters: [UInt8] = []
            for _ in 0..<4 {
                letters.append(digits[bits & 63])
                bits >>= 6
            }
            letters.reverse()
            for padding in 0..<(3 - group.count) { letters[3 - padding] = UInt8(ascii: "=") }
            text += letters
        }
        return String(decoding: text, as: UTF8.self)
    }
}
