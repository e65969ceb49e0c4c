/// The chunks of one row group, one for each leaf of the schema, in its order.
///
/// Those of a footer are parsed each time they are asked for: a wide table has thousands, of which
/// most are never looked at, and holding all of them parsed would take ten times the footer's size.
package struct ColumnChunks: Sendable {
    private enum Storage {
        case chunks([ColumnChunkMetadata])
        case footer(FooterBytes, positions: [UInt32])
    }

    private var storage: Storage

    package init() { storage = .chunks([]) }

    /// Passes over the chunks of a list field, whose form alone is checked.
    /// - Parameter footer: what `reader` reads, from its start on.
    init(
        skipping reader: inout CompactProtocolReader, _ field: CompactProtocolReader.FieldHeader,
        of footer: FooterBytes
    ) throws(ParquetError) {
        // A chunk takes a byte or more, so this is bounded by the footer.
        let count = try reader.readListCount(field, of: .structure)
        var positions: [UInt32] = []
        positions.reserveCapacity(count)
        for _ in 0..<count {
            // The length of a footer has 32 bits.
            positions.append(UInt32(truncatingIfNeeded: reader.position))
            try reader.skipStructure()
        }
        storage = .footer(footer, positions: positions)
    }
}

extension ColumnChunks: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    package var startIndex: Int { 0 }

    package var endIndex: Int {
        switch storage {
        case .chunks(let chunks): chunks.count
        case .footer(_, let positions): positions.count
        }
    }

    /// A chunk that breaks the specification has `damage`.
    package subscript(position: Int) -> ColumnChunkMetadata {
        get {
            switch storage {
            case .chunks(let chunks): return chunks[position]
            case .footer(let footer, let positions):
                var reader = footer.reader(at: Int(positions[position]))
                do throws(ParquetError) {
                    return try ColumnChunkMetadata(parsing: &reader)
                } catch {
                    var chunk = ColumnChunkMetadata(physicalType: .boolean)
                    chunk.damage = error
                    return chunk
                }
            }
        }
        set {
            var chunks = takeParsed()
            chunks[position] = newValue
            storage = .chunks(chunks)
        }
    }

    /// All chunks, whose memory the caller then has for itself.
    private mutating func takeParsed() -> [ColumnChunkMetadata] {
        defer { storage = .chunks([]) }
        if case .chunks(let chunks) = storage { return chunks }
        return Array(self)
    }

    package mutating func replaceSubrange(
        _ subrange: Range<Int>, with newElements: some Collection<ColumnChunkMetadata>
    ) {
        var chunks = takeParsed()
        chunks.replaceSubrange(subrange, with: newElements)
        storage = .chunks(chunks)
    }
}

extension ColumnChunks: Hashable {
    package static func == (left: ColumnChunks, right: ColumnChunks) -> Bool {
        left.elementsEqual(right)
    }

    package func hash(into hasher: inout Hasher) {
        for chunk in self { hasher.combine(chunk) }
    }
}
