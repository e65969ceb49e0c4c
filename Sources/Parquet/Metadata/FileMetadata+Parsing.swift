extension FileMetadata {
    init(parsing footer: FooterBytes) throws(ParquetError) {
        self.init()
        var reader = footer.reader()
        defer { withExtendedLifetime(footer) {} }
        var hasSchema = false
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: version = try reader.readInt32(field)
            case 2:
                let count = try reader.readListCount(field, of: .structure)
                for _ in 0..<count { schema.append(try SchemaElement(parsing: &reader)) }
                hasSchema = true
            case 3: rowCount = try reader.readInt64(field)
            case 4:
                let count = try reader.readListCount(field, of: .structure)
                for index in 0..<count {
                    do throws(ParquetError) {
                        rowGroups.append(try RowGroupMetadata(parsing: &reader, of: footer))
                    } catch {
                        throw error.adding(.init(rowGroupIndex: index))
                    }
                }
            case 5: keyValueMetadata = try KeyValue.list(parsing: &reader, field)
            case 6: createdBy = try reader.readString(field)
            case 7:
                let count = try reader.readListCount(field, of: .structure)
                for _ in 0..<count { columnOrders.append(try ColumnOrder(parsing: &reader)) }
            case 8:
                isEncrypted = true
                try reader.skip(field)
            default: try reader.skip(field)
            }
        }
        guard hasSchema else { throw reader.outOfSpec("the footer has no schema.") }
        guard rowCount >= 0 else { throw reader.outOfSpec("the footer claims \(rowCount) rows.") }
    }
}

extension KeyValue {
    static func list(
        parsing reader: inout CompactProtocolReader, _ field: CompactProtocolReader.FieldHeader
    ) throws(ParquetError) -> [KeyValue] {
        let count = try reader.readListCount(field, of: .structure)
        var pairs: [KeyValue] = []
        for _ in 0..<count {
            var pair = KeyValue(key: "", value: nil)
            var previousID: Int16 = 0
            while let field = try reader.nextField(after: &previousID) {
                switch field.id {
                case 1: pair.key = try reader.readString(field)
                case 2: pair.value = try reader.readString(field)
                default: try reader.skip(field)
                }
            }
            pairs.append(pair)
        }
        return pairs
    }
}

extension ColumnOrder {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self = .unknown(0)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: self = .typeDefined
            case 2: self = .ieee754Total
            default: self = .unknown(field.id)
            }
            try reader.skip(field)
        }
    }
}
