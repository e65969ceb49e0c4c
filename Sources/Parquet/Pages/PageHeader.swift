/// What a page is. Source: parquet.thrift, `PageType`.
package enum PageType: Int32, Hashable, Sendable {
    case dataPage = 0
    case indexPage = 1
    case dictionaryPage = 2
    case dataPageV2 = 3
}

/// What stands before the bytes of each page. Source: parquet.thrift, `PageHeader`.
package struct PageHeader: Hashable, Sendable {
    package var uncompressedByteCount: Int32 = 0
    /// The bytes that follow the header.
    package var compressedByteCount: Int32 = 0
    /// CRC-32 of the bytes that follow, as they lie in the file.
    package var crc: UInt32?
    package var kind: Kind

    /// The type with the header that belongs to it.
    package enum Kind: Hashable, Sendable {
        case data(DataPageHeader)
        case index
        case dictionary(DictionaryPageHeader)
        case dataV2(DataPageHeaderV2)
        /// Skipped, as the specification asks of readers ("Extensibility").
        case other(Int32)
    }

    /// Values of a data page, nulls included; nil for other pages.
    var valueCount: Int? {
        switch kind {
        case .data(let header): Int(header.valueCount)
        case .dataV2(let header): Int(header.valueCount)
        case .dictionary, .index, .other: nil
        }
    }

    /// Of a data page's values; nil for other pages.
    var encoding: Encoding? {
        switch kind {
        case .data(let header): header.encoding
        case .dataV2(let header): header.encoding
        case .dictionary, .index, .other: nil
        }
    }
}

/// Source: parquet.thrift, `DataPageHeader`.
package struct DataPageHeader: Hashable, Sendable {
    /// Nulls included.
    package var valueCount: Int32
    package var encoding: Encoding
    package var definitionLevelEncoding: Encoding = .rle
    package var repetitionLevelEncoding: Encoding = .rle
    package var statistics: Statistics?
}

/// Source: parquet.thrift, `DictionaryPageHeader`.
package struct DictionaryPageHeader: Hashable, Sendable {
    package var valueCount: Int32
    package var encoding: Encoding = .plain
    package var isSorted: Bool?
}

/// Source: parquet.thrift, `DataPageHeaderV2`.
package struct DataPageHeaderV2: Hashable, Sendable {
    /// Nulls included.
    package var valueCount: Int32
    package var nullCount: Int32
    package var rowCount: Int32
    package var encoding: Encoding
    package var definitionLevelsByteCount: Int32 = 0
    package var repetitionLevelsByteCount: Int32 = 0
    /// Of the values; levels are never compressed.
    package var isCompressed: Bool = true
    package var statistics: Statistics?
}
