extension PageHeader {
    /// A page of a type that is not known is `other`, for the format's extensions. Where it held
    /// rows, the column ends before the others do, and is refused then.
    ///
    /// - Throws: `outOfSpec`, for a known type without its header too.
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        var type: Int32?
        var data: DataPageHeader?
        var dictionary: DictionaryPageHeader?
        var dataV2: DataPageHeaderV2?
        self.init(kind: .index)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: type = try reader.readInt32(field)
            case 2: uncompressedByteCount = try reader.readInt32(field)
            case 3: compressedByteCount = try reader.readInt32(field)
            case 4: crc = UInt32(bitPattern: try reader.readInt32(field))
            case 5:
                try reader.expectStructure(field)
                data = try DataPageHeader(parsing: &reader)
            case 7:
                try reader.expectStructure(field)
                dictionary = try DictionaryPageHeader(parsing: &reader)
            case 8:
                try reader.expectStructure(field)
                dataV2 = try DataPageHeaderV2(parsing: &reader)
            default: try reader.skip(field)
            }
        }
        guard uncompressedByteCount >= 0, compressedByteCount >= 0 else {
            throw reader.outOfSpec(
                "a page of \(compressedByteCount) bytes, \(uncompressedByteCount) uncompressed.")
        }
        switch (type.flatMap(PageType.init(rawValue:)), data, dictionary, dataV2) {
        case (.dataPage, let header?, _, _): kind = .data(header)
        case (.dictionaryPage, _, let header?, _): kind = .dictionary(header)
        case (.dataPageV2, _, _, let header?): kind = .dataV2(header)
        case (.indexPage, _, _, _): kind = .index
        case (nil, _, _, _):
            guard let type else { throw reader.outOfSpec("a page header without a type.") }
            kind = .other(type)
        default:
            throw reader.outOfSpec(
                "a page header of type \(type ?? -1) without the header that belongs to it.")
        }
    }
}

extension DataPageHeader {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(valueCount: -1, encoding: .plain)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: valueCount = try reader.readInt32(field)
            case 2: encoding = Encoding(rawValue: try reader.readInt32(field))
            case 3: definitionLevelEncoding = Encoding(rawValue: try reader.readInt32(field))
            case 4: repetitionLevelEncoding = Encoding(rawValue: try reader.readInt32(field))
            default: try reader.skip(field)
            }
        }
        guard valueCount >= 0 else { throw reader.outOfSpec("a page of \(valueCount) values.") }
    }
}

extension DictionaryPageHeader {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(valueCount: -1)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: valueCount = try reader.readInt32(field)
            case 2: encoding = Encoding(rawValue: try reader.readInt32(field))
            case 3: isSorted = try reader.readBool(field)
            default: try reader.skip(field)
            }
        }
        guard valueCount >= 0 else {
            throw reader.outOfSpec("a dictionary of \(valueCount) values.")
        }
    }
}

extension DataPageHeaderV2 {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(valueCount: -1, nullCount: 0, rowCount: 0, encoding: .plain)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: valueCount = try reader.readInt32(field)
            case 2: nullCount = try reader.readInt32(field)
            case 3: rowCount = try reader.readInt32(field)
            case 4: encoding = Encoding(rawValue: try reader.readInt32(field))
            case 5: definitionLevelsByteCount = try reader.readInt32(field)
            case 6: repetitionLevelsByteCount = try reader.readInt32(field)
            case 7: isCompressed = try reader.readBool(field)
            default: try reader.skip(field)
            }
        }
        guard valueCount >= 0, definitionLevelsByteCount >= 0, repetitionLevelsByteCount >= 0
        else { throw reader.outOfSpec("a page header with negative counts.") }
    }
}
