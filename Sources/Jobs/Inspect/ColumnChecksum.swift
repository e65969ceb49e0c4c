import Columns

/// A fingerprint of a column's decoded values, independent of how a file stores them.
///
/// The CRC-32C runs over the values that are not null, in the order of the rows: booleans as one
/// byte 0 or 1; integers, dates, times, timestamps and decimals up to 18 digits as 4 or 8 bytes,
/// little endian (8 for int64, uint64, time in micro- or nanoseconds, timestamps and decimals past
/// 9 digits); floats as their 4 or 8 IEEE 754 bytes, little endian; strings and binary as their
/// length in 4 bytes, little endian, and their bytes; fixed-length values as their bytes.
struct ColumnChecksum {
    private(set) var nullCount = 0
    private var crc = CRC32C()

    var value: UInt32 { crc.value }

    mutating func add(_ column: Column) {
        nullCount += column.nullCount
        switch column.values {
        case .boolean(let buffer): addFixed(buffer, of: column)
        case .int32(let buffer): addFixed(buffer, of: column)
        case .int64(let buffer): addFixed(buffer, of: column)
        case .float(let buffer): addFixed(buffer, of: column)
        case .double(let buffer): addFixed(buffer, of: column)
        case .fixed(let buffer, let byteCount):
            for row in 0..<column.count where !column.isNull(row) {
                let bytes = UnsafeRawBufferPointer(buffer.elements)
                crc.update(
                    UnsafeRawBufferPointer(rebasing: bytes[row * byteCount..<(row + 1) * byteCount])
                )
            }
        case .byteArrays(let values):
            for row in 0..<column.count where !column.isNull(row) { addBytes(values[row]) }
        case .dictionary(let codes, let dictionary):
            for row in 0..<column.count where !column.isNull(row) {
                addBytes(dictionary[Int(codes.elements[row])])
            }
        case .coded:
            nullCount -= column.nullCount
            add(column.expanded())
        }
    }

    private mutating func addFixed<Element: BitwiseCopyable>(
        _ buffer: ColumnBuffer<Element>, of column: Column
    ) {
        let bytes = UnsafeRawBufferPointer(buffer.elements)
        guard column.nullCount > 0 else { return crc.update(bytes) }
        let stride = MemoryLayout<Element>.stride
        for row in 0..<column.count where !column.isNull(row) {
            crc.update(UnsafeRawBufferPointer(rebasing: bytes[row * stride..<(row + 1) * stride]))
        }
    }

    private mutating func addBytes(_ bytes: UnsafeBufferPointer<UInt8>) {
        withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { crc.update($0) }
        crc.update(UnsafeRawBufferPointer(bytes))
    }
}
