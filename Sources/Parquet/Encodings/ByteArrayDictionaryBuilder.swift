/// Numbers distinct byte strings in the order they are first met. Grows; used for one chunk.
struct ByteArrayDictionaryBuilder {
    /// The distinct values, pointing into the memory they were found in.
    private(set) var entries: [UnsafeBufferPointer<UInt8>] = []
    private var hashes: [UInt64] = []
    /// Codes by hash, linear probing, -1 where empty. The count is a power of two.
    private var slots = [Int32](repeating: -1, count: 256)
    /// Bytes of the entries in PLAIN encoding.
    private(set) var plainByteCount = 0
    private var lookupCount = 0
    private var probeCount = 0

    /// Whether values collide far more often than chance has it, as values made to do so would.
    var isCrowded: Bool { probeCount > 16 * lookupCount + 4_096 }

    /// The code of `value`, a new one if it was not there.
    mutating func code(for value: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let hash = Self.hash(value)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        lookupCount += 1
        while slots[slot] >= 0 {
            probeCount += 1
            let code = Int(slots[slot])
            if hashes[code] == hash && Self.areEqual(entries[code], value) {
                return UInt32(code)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(entries.count)
        entries.append(value)
        hashes.append(hash)
        plainByteCount += 4 + value.count
        if entries.count * 2 > slots.count { grow() }
        return UInt32(entries.count - 1)
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 4)
        for (code, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(code)
        }
    }

    private static func areEqual(
        _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard a.count == b.count else { return false }
        for index in 0..<a.count where a[index] != b[index] { return false }
        return true
    }

    /// 64 bits from all bytes: eight at a time, each step a multiplication and a fold.
    static func hash(_ value: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state = UInt64(value.count) &* 0x9E37_79B9_7F4A_7C15
        let bytes = UnsafeRawBufferPointer(value)
        var offset = 0
        while offset &+ 8 <= bytes.count {
            state = mix(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset &+= 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest &<< 8 | UInt64(bytes[offset])
            offset &+= 1
        }
        return mix(state ^ rest)
    }

    /// High and low half of the product, folded.
    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(
            by: 0x8BB8_4B93_962E_ACC9)
        return product.high ^ product.low
    }
}
