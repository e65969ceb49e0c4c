import FoundationEssentials
import Parquet

/// Expected values of a file: what pyarrow read, see `Fixtures/write_fixtures.py`.
struct Oracle: Decodable {
    struct Column: Decodable {
        let name: String
        let values: [OracleValue]
    }

    let rows: Int
    let columns: [Column]

    /// - Parameter path: JSON, compressed with gzip.
    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ParquetError(.invalidParameter, "cannot read \(path).")
        }
        self = try JSONDecoder().decode(Oracle.self, from: Data(try Self.unzip([UInt8](data))))
    }

    private static func unzip(_ bytes: [UInt8]) throws(ParquetError) -> [UInt8] {
        let padded = bytes + [UInt8](repeating: 0, count: 64)
        // The last four bytes of a member are its size.
        let byteCount = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        var result = [UInt8](repeating: 0, count: byteCount)
        try withRawBytes(of: padded) { raw throws(ParquetError) in
            guard let start = raw.baseAddress else { return }
            let target = UnsafeMutableRawPointer.allocate(
                byteCount: byteCount + 64, alignment: 8)
            defer { target.deallocate() }
            try PageDecompressor().decompress(
                PaddedBytes(start: start, byteCount: bytes.count), .gzip, into: target,
                byteCount: byteCount)
            result = Array(UnsafeRawBufferPointer(start: target, count: byteCount))
        }
        return result
    }
}
