extension FixedWidthValues {
    func appendDictionary(_ page: PageValues) throws(ParquetError) {
        guard page.validCount > 0 else {
            if let coded { coded.append(page, nil) } else { fillWithZeros(page) }
            return
        }
        let indices = try DictionaryIndices.decode(
            page, dictionaryCount: dictionaryCount, scratch: scratch.indices)
        if let coded { return coded.append(page, indices) }
        let out = rows(from: page.firstRow)
        let dictionary = UnsafeRawPointer(scratch.dictionary.start)
        switch valueByteCount {
        case 4: gather(dictionary, as: UInt32.self, indices, page, into: out)
        case 8: gather(dictionary, as: UInt64.self, indices, page, into: out)
        case 16: gather(dictionary, as: SixteenBytes.self, indices, page, into: out)
        default:
            let dense = scratch.values.reserve(page.validCount * valueByteCount)
            for index in 0..<page.validCount {
                (dense + index * valueByteCount).copyMemory(
                    from: dictionary + Int(indices[index]) * valueByteCount,
                    byteCount: valueByteCount)
            }
            place(dense, page)
        }
    }

    private func gather<Value: BitwiseCopyable>(
        _ dictionary: UnsafeRawPointer, as type: Value.Type, _ indices: UnsafePointer<UInt32>,
        _ page: PageValues, into out: UnsafeMutableRawPointer
    ) {
        if page.hasNulls, let validity = page.validity {
            DictionaryGather.gatherSpread(
                dictionary, as: type, indices: indices, validity: validity,
                bitOffset: page.firstRow, rowCount: page.rowCount, into: out)
        } else {
            DictionaryGather.gather(
                dictionary, as: type, indices: indices, count: page.validCount, into: out)
        }
    }
}
