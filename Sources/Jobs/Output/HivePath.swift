/// Text as a part of a path, as Hive escapes it: `a/b` becomes `a%2Fb`.
enum HivePath {
    static func escaped(_ text: String) -> String {
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            let isPlain = byte > 0x20 && byte != 0x7F && !"\"#%'*/:=?\\{[]^".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? [byte] : Array(("%" + (byte < 16 ? "0" : "") + digits).utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
