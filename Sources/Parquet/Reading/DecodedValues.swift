import Columns

/// The values of a chunk so far: of fixed width, or byte arrays.
enum DecodedValues {
    case fixedWidth(FixedWidthValues)
    case byteArrays(ByteArrayValues)

    init(
        column: LeafColumn, rowCount: Int, chunkByteCount: Int, keepsCodes: Bool,
        scratch: DecodeScratch
    ) throws(ParquetError) {
        if let conversion = ValueConversion(column) {
            self = .fixedWidth(
                try FixedWidthValues(
                    column: column, conversion: conversion, rowCount: rowCount,
                    chunkByteCount: chunkByteCount, keepsCodes: keepsCodes, scratch: scratch))
        } else {
            self = .byteArrays(
                try ByteArrayValues(
                    rowCount: rowCount, chunkByteCount: chunkByteCount, scratch: scratch))
        }
    }

    func setDictionary(_ bytes: PaddedBytes, count: Int) throws(ParquetError) {
        switch self {
        case .fixedWidth(let values): try values.setDictionary(bytes, count: count)
        case .byteArrays(let values): try values.setDictionary(bytes, count: count)
        }
    }

    func append(_ page: PageValues) throws(ParquetError) {
        switch self {
        case .fixedWidth(let values): try values.append(page)
        case .byteArrays(let values): try values.append(page)
        }
    }

    /// Where PLAIN values without nulls can be written as they are; nil if nowhere.
    func directTarget(firstRow: Int, rowCount: Int, byteCount: Int) -> UnsafeMutableRawPointer? {
        switch self {
        case .fixedWidth(let values):
            values.directTarget(firstRow: firstRow, rowCount: rowCount, byteCount: byteCount)
        case .byteArrays: nil
        }
    }

    func finish() throws(ParquetError) -> ColumnValues {
        switch self {
        case .fixedWidth(let values): values.finish()
        case .byteArrays(let values): try values.finish()
        }
    }
}
