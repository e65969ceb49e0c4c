extension PageHeader {
    func serialized() -> [UInt8] { CompactProtocolWriter.encode(write(to:)) }

    private var pageType: Int32 {
        switch kind {
        case .data: PageType.dataPage.rawValue
        case .index: PageType.indexPage.rawValue
        case .dictionary: PageType.dictionaryPage.rawValue
        case .dataV2: PageType.dataPageV2.rawValue
        case .other(let type): type
        }
    }

    private func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, int32: pageType)
        writer.field(2, int32: uncompressedByteCount)
        writer.field(3, int32: compressedByteCount)
        writer.field(4, int32: crc.map(Int32.init(bitPattern:)))
        switch kind {
        case .data(let header): writer.field(5, structure: header.write(to:))
        case .index: writer.field(6, structure: { _ in })
        case .dictionary(let header): writer.field(7, structure: header.write(to:))
        case .dataV2(let header): writer.field(8, structure: header.write(to:))
        case .other: break
        }
    }
}

extension DataPageHeader {
    fileprivate func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, int32: valueCount)
        writer.field(2, int32: encoding.rawValue)
        writer.field(3, int32: definitionLevelEncoding.rawValue)
        writer.field(4, int32: repetitionLevelEncoding.rawValue)
        if let statistics { writer.field(5, structure: statistics.write(to:)) }
    }
}

extension DictionaryPageHeader {
    fileprivate func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, int32: valueCount)
        writer.field(2, int32: encoding.rawValue)
        writer.field(3, boolean: isSorted)
    }
}

extension DataPageHeaderV2 {
    fileprivate func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, int32: valueCount)
        writer.field(2, int32: nullCount)
        writer.field(3, int32: rowCount)
        writer.field(4, int32: encoding.rawValue)
        writer.field(5, int32: definitionLevelsByteCount)
        writer.field(6, int32: repetitionLevelsByteCount)
        writer.field(7, boolean: isCompressed)
        if let statistics { writer.field(8, structure: statistics.write(to:)) }
    }
}
