import Columns
import Crypto
import FoundationEssentials
import LinearModels
import Models

/// What `train --partial` leaves of some shards: the sums that `reduce` adds up and solves.
///
/// | offset | bytes | content |
/// |---|---|---|
/// | 0 | 12 | `MARTLETSTATS` in ASCII |
/// | 12 | 4 | version of the format, little endian: 2 |
/// | 16 | 8 | H, length of the header, little endian, a multiple of 8 |
/// | 24 | H | `Header` as JSON in snake case, spaces at its end |
/// | 24 + H | | for each shard of the header its sums: doubles, little endian |
/// | end - 32 | 32 | SHA-256 of all bytes before |
///
/// The sums of a shard are those of its folds, one behind the other: the rows; what was taken off
/// each number and the target; the weighted products of numbers, target and ones j with i ≤ j;
/// the sums of each of them over the rows of each indicator; the weights of pairs of indicators.
/// Products and sums are two numbers each, a double and what rounding took off.
/// An indicator is a number's missing values, or a code of a category.
struct PartialStatistics: Hashable, Sendable {
    struct Header: Codable, Hashable, Sendable {
        struct Column: Codable, Hashable, Sendable {
            var name: String
            var type: String
            /// Of a categorical feature: every value, and its rows.
            var categories: [String]?
            var counts: [Int]?
        }

        struct ShardEntry: Codable, Hashable, Sendable {
            var url: String
            var byteCount: Int
            /// Where the store has one that names the content.
            var etag: String?
            var rowCount: Int
            var trainRowCount: Int
            var droppedRowCount: Int
        }

        var programVersion: String
        var objective: String
        /// nil when they are to be chosen, with this share of `lambda_l1`.
        var lambdaL1: Double?
        var lambdaL2: Double?
        var l1Ratio: Double?
        var foldCount: Int
        var target: Column
        var weight: String?
        var features: [Column]
        var shards: [ShardEntry]
    }

    static let fileName = "statistics.martlet-partial"
    static let version: UInt32 = 2
    private static let magic = Array("MARTLETSTATS".utf8)
    private static let headerOffset = 24
    private static let digestByteCount = 32

    var header: Header
    /// (shards) sums, flat.
    var sums: [[Double]]

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        var json = Array(try encoder.encode(header))
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        var bytes = Self.magic
        withUnsafeBytes(of: Self.version.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += json
        bytes.reserveCapacity(bytes.count + 8 * sums.reduce(0) { $0 + $1.count } + 32)
        for values in sums {
            for value in values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) {
                    bytes.append(contentsOf: $0)
                }
            }
        }
        return bytes + Array(SHA256.hash(data: bytes))
    }

    /// Reads a file; every count is checked before it is used.
    /// - Throws: `dataInvalid` for bytes that break the format, `modelIncompatible` for another
    ///   version.
    init(_ bytes: [UInt8], source: String) throws {
        func invalid(_ reason: String) -> JobFailure {
            JobFailure(
                .dataInvalid, "These are no partial statistics: \(reason).",
                place: .init(object: source),
                remedy: "Run `train --partial` again, and name only its outputs.")
        }
        guard bytes.count >= Self.headerOffset + Self.digestByteCount,
            bytes.starts(with: Self.magic)
        else { throw invalid("the first bytes are others") }
        let (version, headerCount) = bytes.withUnsafeBytes {
            (
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 12, as: UInt32.self)),
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            )
        }
        guard version == Self.version else {
            throw JobFailure(
                .modelIncompatible,
                "The statistics are of version \(version), this program reads \(Self.version).",
                place: .init(object: source))
        }
        let end = bytes.count - Self.digestByteCount
        guard SHA256.hash(data: bytes[..<end]).elementsEqual(bytes[end...]) else {
            throw invalid("the checksum is of other bytes")
        }
        guard headerCount % 8 == 0, headerCount <= UInt64(end - Self.headerOffset) else {
            throw invalid("the header does not fit")
        }
        let headerEnd = Self.headerOffset + Int(headerCount)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            header = try decoder.decode(
                Header.self, from: Data(bytes[Self.headerOffset..<headerEnd]))
        } catch {
            throw invalid("the header is not the JSON it should be (\(error))")
        }
        guard (1...64).contains(header.foldCount) else {
            throw invalid("there are \(header.foldCount) folds")
        }
        let size = try ShardMoments.flatCount(try Self.schema(header), foldCount: header.foldCount)
        guard !header.shards.isEmpty, (end - headerEnd) / 8 / header.shards.count == size,
            (end - headerEnd) % (8 * header.shards.count) == 0
        else { throw invalid("the sums do not fit the columns") }
        let shardCount = header.shards.count
        sums = bytes.withUnsafeBytes { bytes in
            (0..<shardCount).map { shard in
                (0..<size).map { index in
                    Double(
                        bitPattern: UInt64(
                            littleEndian: bytes.loadUnaligned(
                                fromByteOffset: headerEnd + 8 * (shard * size + index),
                                as: UInt64.self)))
                }
            }
        }
    }

    init(header: Header, sums: [[Double]]) {
        self.header = header
        self.sums = sums
    }

    /// - Throws: `dataInvalid` for a type that does not exist.
    static func schema(_ header: Header) throws -> FeatureSchema {
        FeatureSchema(
            try header.features.map { column in
                Feature(
                    name: column.name, type: try type(column),
                    encoding: column.categories.map { .categorical(categories: $0) } ?? .numeric)
            })
    }

    static func type(_ column: Header.Column) throws(JobFailure) -> ColumnType {
        guard let type = ColumnType(name: column.type) else {
            throw JobFailure(
                .dataInvalid, "There is no column type `\(column.type)`.",
                place: .init(column: column.name))
        }
        return type
    }
}
