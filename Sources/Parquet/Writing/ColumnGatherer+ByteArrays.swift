import Columns

extension ColumnGatherer {
    typealias ByteString = UnsafeBufferPointer<UInt8>

    /// The values of a BYTE_ARRAY column, as codes where that pays.
    /// Throws `invalidParameter` when a carrier does not fit the type.
    func byteArrayValues(_ options: WriterOptions) throws(ParquetError) -> EncodedValues {
        let isCoded = slices.allSatisfy {
            if case .dictionary = $0.column.values { true } else { false }
        }
        if isCoded, let coded = try mergedCodes(options) { return coded }
        let views = try byteStrings()
        // Codes that did not pay above do not pay now.
        if !isCoded, looksRepetitive(views), let coded = codes(of: views, options) {
            return coded
        }
        return .plain(.byteArrays(UnsafeBufferPointer(views)))
    }

    private func looksRepetitive(_ views: UnsafeMutableBufferPointer<ByteString>) -> Bool {
        // The hashes stand for the values; `views` themselves lie in `scratch.values`.
        let hashes = scratch.page.elements(of: UInt64.self, count: views.count)
        for index in 0..<views.count {
            hashes[index] = ByteArrayDictionaryBuilder.hash(views[index])
        }
        return DictionaryEncoder.looksRepetitive(UnsafeBufferPointer(hashes), scratch)
    }

    /// The batches' codes, renumbered by the first rows of their values: dictionaries differ from
    /// batch to batch, and hold values that no row here has. nil when codes do not pay.
    private func mergedCodes(_ options: WriterOptions) throws(ParquetError) -> EncodedValues? {
        let codes = try denseCodes()
        var dictionary = ByteArrayDictionaryBuilder()
        var mapping = CodeMapping(scratch)
        var position = 0
        for slice in slices {
            guard case .dictionary(_, let entries) = slice.column.values else { return nil }
            mapping.begin(entries)
            let end = position + (slice.validity?.countOnes() ?? slice.rows.count)
            while true {
                position = mapping.map(codes, from: position, to: end)
                guard position < end else { break }
                let code = Int(codes[position])
                guard code < entries.count else {
                    throw ParquetError(
                        .invalidParameter,
                        "code \(code) in a dictionary of \(entries.count) values",
                        context: ParquetError.Context(column: field.name))
                }
                mapping.add(code, as: dictionary.code(for: entries[code]), entries[code].count)
                if isTooLarge(dictionary, options) { return nil }
            }
        }
        return chunk(
            codes: UnsafeBufferPointer(codes), dictionary,
            plainByteCount: mapping.plainByteCount)
    }

    /// The codes of rows that are not null, each in its own batch's dictionary.
    private func denseCodes() throws(ParquetError) -> UnsafeMutableBufferPointer<UInt32> {
        let target = scratch.codes.elements(of: UInt32.self, count: rowCount)
        guard let base = target.baseAddress else { return target }
        var position = 0
        for slice in slices {
            guard case .dictionary(let codes, _) = slice.column.values,
                let source = UnsafeRawBufferPointer(codes.elements).bindMemory(to: UInt32.self)
                    .baseAddress
            else { throw misfit(slice) }
            if let validity = slice.validity {
                position += Compaction.compact(
                    source + slice.rows.lowerBound, by: validity, into: base + position)
            } else {
                (base + position).update(
                    from: source + slice.rows.lowerBound, count: slice.rows.count)
                position += slice.rows.count
            }
        }
        return UnsafeMutableBufferPointer(start: base, count: position)
    }

    private func isTooLarge(_ dictionary: ByteArrayDictionaryBuilder, _ options: WriterOptions)
        -> Bool
    {
        dictionary.entries.count > DictionaryEncoder.entryCountMax
            || dictionary.plainByteCount > options.dictionaryByteCountMax || dictionary.isCrowded
    }

    /// Codes for values that came without. nil when codes do not pay.
    private func codes(
        of views: UnsafeMutableBufferPointer<ByteString>, _ options: WriterOptions
    ) -> EncodedValues? {
        let codes = scratch.codes.elements(of: UInt32.self, count: views.count)
        var dictionary = ByteArrayDictionaryBuilder()
        for index in 0..<views.count {
            codes[index] = dictionary.code(for: views[index])
            if isTooLarge(dictionary, options) { return nil }
        }
        return chunk(
            codes: UnsafeBufferPointer(codes), dictionary,
            plainByteCount: DenseValues.byteArrays(UnsafeBufferPointer(views)).plainByteCount)
    }

    private func chunk(
        codes: UnsafeBufferPointer<UInt32>, _ dictionary: ByteArrayDictionaryBuilder,
        plainByteCount: Int
    ) -> EncodedValues? {
        guard
            DictionaryEncoder.pays(
                entryCount: dictionary.entries.count,
                dictionaryByteCount: dictionary.plainByteCount, valueCount: codes.count,
                plainByteCount: plainByteCount)
        else { return nil }
        let entries = scratch.entries.elements(
            of: ByteString.self, count: dictionary.entries.count)
        _ = entries.initialize(fromContentsOf: dictionary.entries)
        return .dictionary(codes: codes, entries: .byteArrays(UnsafeBufferPointer(entries)))
    }

    /// Where each value that is not null lies.
    private func byteStrings() throws(ParquetError) -> UnsafeMutableBufferPointer<ByteString> {
        let target = scratch.values.elements(of: ByteString.self, count: rowCount)
        var position = 0
        for slice in slices {
            switch slice.column.values {
            case .byteArrays(let values):
                for row in slice.rows where !slice.column.isNull(row) {
                    target[position] = values[row]
                    position += 1
                }
            case .dictionary(let codes, let dictionary):
                for row in slice.rows where !slice.column.isNull(row) {
                    let code = Int(codes.elements[row])
                    guard (0..<dictionary.count).contains(code) else { throw misfit(slice) }
                    target[position] = dictionary[code]
                    position += 1
                }
            default: throw misfit(slice)
            }
        }
        return UnsafeMutableBufferPointer(rebasing: target[0..<position])
    }
}
