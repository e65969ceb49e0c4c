package import Columns

/// How a file is written. The defaults are what engines of every kind read best.
package struct WriterOptions: Hashable, Sendable {
    package enum Compression: Hashable, Sendable {
        case uncompressed
        case snappy
        /// `level` in `1...12`; 6 is zlib's default.
        case gzip(level: Int = 6)
        /// `level` in `1...22`; 3 is zstd's default.
        case zstd(level: Int = 3)
    }

    package var compression: Compression = .snappy

    /// Rows of a row group; all but the last have so many, or less where `rowGroupByteCountMax`
    /// comes first.
    ///
    /// A row group is the unit of memory here and of parallel work in readers. With 131,072 rows
    /// eight-byte columns take 1 MiB each, about what a second-level cache holds, and a million
    /// rows still feed eight threads.
    package var rowGroupRowCountMax = 131_072

    /// Bytes of a row group's values, before encoding: with the row that reaches so many it ends.
    ///
    /// It bounds the memory that wide tables and long texts take, here and in readers. 128 MiB is
    /// the row group of parquet-java, hence of Spark, Trino and Athena.
    package var rowGroupByteCountMax = 128 << 20

    /// Rows of a page at most. Readers that prune by the page index skip whole pages: parquet-java
    /// and Arrow settled on 20,000; this is the multiple of 64 next to it.
    package var pageRowCountMax = 20_480

    /// Uncompressed bytes of values after which a page of strings ends; a value is never split.
    package var pageByteCountMax = 1 << 20

    /// Bytes of a dictionary past which a column chunk is written plain.
    package var dictionaryByteCountMax = 1 << 20

    /// Columns that get a bloom filter in each row group, so that readers who look for single
    /// values skip row groups which statistics cannot rule out. For 131,072 distinct values it
    /// takes 256 KiB; a column of few values, or a sorted one, gains nothing.
    package var bloomFilterColumns: Set<String> = []

    /// Whether each page carries a CRC-32 of its bytes.
    package var writesPageChecksums = true

    /// Pairs for the file's footer, in this order.
    package var keyValueMetadata: [KeyValue] = []

    /// The program that writes, `<application> version <semantic version>`, as the specification
    /// wants it, since readers know writers' bugs by this.
    package var createdBy = "martlet version 0.1.0"

    package init(compression: Compression = .snappy) { self.compression = compression }
}

extension WriterOptions.Compression {
    var codec: CompressionCodec {
        switch self {
        case .uncompressed: .uncompressed
        case .snappy: .snappy
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}

extension WriterOptions {
    /// Throws `invalidParameter` for values out of range.
    func validate() throws(ParquetError) {
        switch compression {
        case .gzip(let level) where !(1...12).contains(level):
            throw ParquetError(.invalidParameter, "gzip level \(level): choose 1 to 12")
        case .zstd(let level) where !(1...22).contains(level):
            throw ParquetError(.invalidParameter, "zstd level \(level): choose 1 to 22")
        default: break
        }
        for (name, value) in [
            ("rowGroupRowCountMax", rowGroupRowCountMax),
            ("rowGroupByteCountMax", rowGroupByteCountMax), ("pageRowCountMax", pageRowCountMax),
            ("pageByteCountMax", pageByteCountMax),
            ("dictionaryByteCountMax", dictionaryByteCountMax),
        ] where !(1...Int(Int32.max)).contains(value) {
            throw ParquetError(
                .invalidParameter, "\(name) \(value): choose 1 to \(Int32.max)")
        }
    }

    /// Throws `invalidParameter` for a bloom filter of a column that is not there, or cannot have
    /// one.
    package func validateBloomFilters(of schema: Schema) throws(ParquetError) {
        for name in bloomFilterColumns.sorted() {
            guard let field = schema[name] else {
                throw ParquetError(
                    .invalidParameter,
                    "a bloom filter of the column '\(name)', which is not written; the columns "
                        + "are: \(schema.fields.map(\.name).joined(separator: ", ")).",
                    context: ParquetError.Context(column: name))
            }
            guard field.type != .boolean else {
                throw ParquetError(
                    .invalidParameter,
                    "a bloom filter of the column '\(name)', which is true or false; leave it out.",
                    context: ParquetError.Context(column: name))
            }
        }
    }
}
