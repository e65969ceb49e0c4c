/// Decompresses Snappy blocks. Every length and distance is checked.
///
/// Copies go in steps of 16 bytes that may overshoot; that is why memory needs slack. On the pages
/// of feature tables this takes three quarters of the time of libsnappy 1.1.9.
/// Source: format_description.txt of Snappy.
package enum SnappyDecoder {
    /// - Parameters:
    ///   - target: `byteCount` bytes, and 16 more that are spoilt.
    /// - Returns: whether the block was well formed and became exactly `byteCount` bytes.
    /// - Complexity: O(bytes). Twin: `snappyNaive`.
    package static func decode(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
        var read = source.start
        let readEnd = read + source.byteCount
        guard uncompressedByteCount(&read, readEnd) == byteCount else { return false }
        var write = target
        let writeEnd = target + byteCount
        while read < readEnd {
            let tag = Int(read.load(as: UInt8.self))
            read += 1
            if tag & 3 == 0 {
                guard copyLiteral(tag, &read, readEnd, &write, writeEnd) else { return false }
                continue
            }
            var length = (tag &>> 2) &+ 1
            let distance: Int
            switch tag & 3 {
            case 1:
                guard readEnd - read >= 1 else { return false }
                length = ((tag &>> 2) & 7) &+ 4
                distance = (tag & 0xE0) &<< 3 | Int(read.load(as: UInt8.self))
                read += 1
            case 2:
                guard readEnd - read >= 2 else { return false }
                distance = Int(UInt16(littleEndian: read.loadUnaligned(as: UInt16.self)))
                read += 2
            default:
                guard readEnd - read >= 4 else { return false }
                distance = Int(UInt32(littleEndian: read.loadUnaligned(as: UInt32.self)))
                read += 4
            }
            guard distance > 0, distance <= write - target, length <= writeEnd - write else {
                return false
            }
            copyMatch(at: write, distance: distance, byteCount: length)
            write += length
        }
        return write == writeEnd
    }

    /// The length at the start of a block; nil if it is broken.
    private static func uncompressedByteCount(
        _ read: inout UnsafeRawPointer, _ readEnd: UnsafeRawPointer
    ) -> Int? {
        var value = 0
        var shift = 0
        while read < readEnd, shift < 35 {
            let byte = Int(read.load(as: UInt8.self))
            read += 1
            value |= (byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        return nil
    }

    @inline(__always)
    private static func copyLiteral(
        _ tag: Int, _ read: inout UnsafeRawPointer, _ readEnd: UnsafeRawPointer,
        _ write: inout UnsafeMutableRawPointer, _ writeEnd: UnsafeMutableRawPointer
    ) -> Bool {
        var length = (tag &>> 2) &+ 1
        if length > 60 {
            let lengthByteCount = length &- 60
            guard readEnd - read >= lengthByteCount else { return false }
            let word = Int(UInt32(littleEndian: read.loadUnaligned(as: UInt32.self)))
            length = (word & ((1 &<< (lengthByteCount &* 8)) &- 1)) &+ 1
            read += lengthByteCount
        }
        guard length <= readEnd - read, length <= writeEnd - write else { return false }
        if length <= 16 {
            WildCopy.sixteen(from: read, to: write)
        } else if length <= 64 {
            WildCopy.bySixteens(from: read, to: write, byteCount: length)
        } else {
            write.copyMemory(from: read, byteCount: length)
        }
        read += length
        write += length
        return true
    }

    /// A copy longer than its distance repeats itself.
    @inline(__always)
    private static func copyMatch(
        at write: UnsafeMutableRawPointer, distance: Int, byteCount: Int
    ) {
        let from = UnsafeRawPointer(write) - distance
        if distance >= 16 {
            WildCopy.bySixteens(from: from, to: write, byteCount: byteCount)
        } else if distance >= 8 {
            WildCopy.byEights(from: from, to: write, byteCount: byteCount)
        } else {
            for index in 0..<byteCount {
                let byte = from.load(fromByteOffset: index, as: UInt8.self)
                write.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
            }
        }
    }
}
