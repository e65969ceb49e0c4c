// Footers of wide tables are mostly passed over, so this is written for speed: one place in memory
// that moves, and no error made before there is one.

extension CompactProtocolReader {
    /// - Throws: `outOfSpec` if what is passed over is cut off, of an unknown type, or nested deeper
    ///   than `depthMax`.
    mutating func skip(_ type: WireType, depth: Int) throws(ParquetError) {
        var skipper = ThriftSkipper(unread)
        let isWhole = skipper.skip(type.rawValue, depth: depth)
        advance(by: skipper.position)
        guard isWhole else {
            throw outOfSpec(
                "a Thrift structure that ends too early, has a field of unknown type, or is nested "
                    + "deeper than \(Self.depthMax).")
        }
    }
}

/// Passes over values of Thrift's compact protocol.
private struct ThriftSkipper {
    private let bytes: UnsafePointer<UInt8>?
    private let count: Int
    /// Bytes passed over, at most `count`.
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        count = bytes.count
    }

    @inline(__always)
    private mutating func byte() -> UInt8? {
        guard position < count, let bytes else { return nil }
        position &+= 1
        return bytes[position &- 1]
    }

    /// A number of at most 10 bytes, of which the last holds one bit.
    @inline(__always)
    private mutating func varint() -> UInt64? {
        guard let first = byte() else { return nil }
        if first < 0x80 { return UInt64(first) }
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while shift < 70 {
            guard let next = byte() else { return nil }
            value |= shift < 64 ? UInt64(next & 0x7F) &<< shift : 0
            if next < 0x80 { return value }
            shift &+= 7
        }
        return nil
    }

    @inline(__always)
    private mutating func advance(_ byteCount: UInt64) -> Bool {
        guard byteCount <= UInt64(count &- position) else { return false }
        position &+= Int(byteCount)
        return true
    }

    /// - Returns: whether all of it was there.
    @inline(__always)
    mutating func skip(_ type: UInt8, depth: Int) -> Bool {
        switch type {
        case 1, 2: return true
        case 3: return advance(1)
        case 4, 5, 6: return varint() != nil
        case 7: return advance(8)
        case 8:
            guard let byteCount = varint() else { return false }
            return advance(byteCount)
        case 9, 10: return skipList(depth: depth)
        case 11: return skipMap(depth: depth)
        case 12: return skipStructure(depth: depth)
        case 13: return advance(16)
        default: return false
        }
    }

    private mutating func skipStructure(depth: Int) -> Bool {
        guard depth < CompactProtocolReader.depthMax else { return false }
        while let header = byte() {
            if header == 0 { return true }
            // The field's number stands apart, or is told by its distance to the last.
            if header < 0x10, varint() == nil { return false }
            guard skip(header & 0x0F, depth: depth &+ 1) else { return false }
        }
        return false
    }

    private mutating func skipList(depth: Int) -> Bool {
        guard depth < CompactProtocolReader.depthMax, let header = byte() else { return false }
        var elementCount = UInt64(header &>> 4)
        if elementCount == 15 {
            guard let long = varint() else { return false }
            elementCount = long
        }
        // An element takes a byte or more.
        guard elementCount <= UInt64(count &- position) else { return false }
        for _ in 0..<elementCount {
            guard skipElement(header & 0x0F, depth: depth &+ 1) else { return false }
        }
        return true
    }

    private mutating func skipMap(depth: Int) -> Bool {
        guard depth < CompactProtocolReader.depthMax, let pairCount = varint() else { return false }
        if pairCount == 0 { return true }
        guard pairCount <= UInt64(count &- position), let types = byte() else { return false }
        for _ in 0..<pairCount {
            guard skipElement(types &>> 4, depth: depth &+ 1),
                skipElement(types & 0x0F, depth: depth &+ 1)
            else { return false }
        }
        return true
    }

    /// In lists and maps a boolean takes a byte.
    @inline(__always)
    private mutating func skipElement(_ type: UInt8, depth: Int) -> Bool {
        type == 1 || type == 2 ? advance(1) : skip(type, depth: depth)
    }
}
