/// Distinct byte strings, numbered in the order in which they were inserted: open addressing over
/// one arena of bytes, so that a lookup neither makes a `String` nor allocates.
///
/// Equality is by bytes; Swift's string equality would merge texts that are only canonically equal.
struct CategoryTable: Sendable {
    private var bytes: [UInt8] = []
    /// (count + 1) offsets into `bytes`.
    private var offsets: [Int] = [0]
    /// (count) full hashes, so that growing does not read the bytes again.
    private var hashes: [UInt64] = []
    /// A power of two of slots, each an index or -1; at most half are taken.
    private var slots: [Int32] = Array(repeating: -1, count: 16)

    var count: Int { hashes.count }

    /// The bytes of entry `index`.
    subscript(index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }

    /// The index of `key`, or nil.
    func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
        let entry = slots[slot(of: key, hash: Self.hash(key))]
        return entry < 0 ? nil : Int(entry)
    }

    /// The index of `key`, which is added when it is new.
    /// - Precondition: fewer than 2^31 entries; the callers bound them.
    mutating func insert(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Self.hash(key)
        let position = slot(of: key, hash: hash)
        if slots[position] >= 0 { return Int(slots[position]) }
        let index = count
        slots[position] = Int32(index)
        bytes.append(contentsOf: key)
        offsets.append(bytes.count)
        hashes.append(hash)
        if count * 2 > slots.count { grow() }
        return index
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for (index, hash) in hashes.enumerated() {
            var position = Int(truncatingIfNeeded: hash) & mask
            while slots[position] >= 0 { position = (position + 1) & mask }
            slots[position] = Int32(index)
        }
    }

    /// The slot that holds `key`, or the empty one where it belongs.
    private func slot(of key: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position] >= 0 {
            let entry = Int(slots[position])
            if hashes[entry] == hash, isEqual(entry, key) { break }
            position = (position + 1) & mask
        }
        return position
    }

    private func isEqual(_ entry: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = offsets[entry]..<offsets[entry + 1]
        guard range.count == key.count else { return false }
        return bytes.withUnsafeBufferPointer {
            UnsafeBufferPointer(rebasing: $0[range]).elementsEqual(key)
        }
    }

    /// Multiply and fold, eight bytes at a time.
    static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(key.count)
        let raw = UnsafeRawBufferPointer(key)
        var offset = 0
        while offset + 8 <= raw.count {
            state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var tail: UInt64 = 0
        while offset < raw.count {
            tail = tail << 8 | UInt64(raw[offset])
            offset += 1
        }
        return mix(state ^ tail)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
