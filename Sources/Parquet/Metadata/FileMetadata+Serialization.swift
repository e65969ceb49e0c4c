extension FileMetadata {
    /// The footer as it stands in a file, without its length and the magic bytes.
    func serialized() -> [UInt8] { CompactProtocolWriter.encode(write(to:)) }

    private func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, int32: version)
        writer.field(2, list: schema, of: .structure) { writer, element in
            writer.structure(element.write(to:))
        }
        writer.field(3, int64: rowCount)
        writer.field(4, list: rowGroups, of: .structure) { writer, rowGroup in
            writer.structure(rowGroup.write(to:))
        }
        writer.field(5, keyValues: keyValueMetadata)
        writer.field(6, string: createdBy)
        writer.field(7, list: columnOrders.isEmpty ? nil : columnOrders, of: .structure) {
            writer, order in
            writer.structure { writer in
                switch order {
                case .typeDefined: writer.field(1, structure: { _ in })
                case .ieee754Total: writer.field(2, structure: { _ in })
                case .unknown(let id): writer.field(id, structure: { _ in })
                }
            }
        }
    }
}

extension CompactProtocolWriter {
    /// A list of pairs, or nothing when there are none.
    mutating func field(_ id: Int16, keyValues: [KeyValue]) {
        field(id, list: keyValues.isEmpty ? nil : keyValues, of: .structure) { writer, pair in
            writer.structure { writer in
                writer.field(1, string: pair.key)
                writer.field(2, string: pair.value)
            }
        }
    }
}
