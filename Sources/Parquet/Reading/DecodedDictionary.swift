import Columns

/// Distinct byte arrays in the order of their codes, with a hash table to find them again.
final class DecodedDictionary {
    /// Entries looked at before the table is given up: with a table at most half full, this many
    /// collisions are an accident that was meant.
    private static let probeCountMax = 256
    private static let slotCountMin = 1024

    private(set) var count = 0
    /// Bytes of all entries.
    private(set) var byteCount = 0
    private let bytes = ScratchBuffer()
    /// (count + 1) of Int.
    private let offsets = ScratchBuffer()
    /// Hash in the high 32 bits, code + 1 in the low ones; 0 is a free slot.
    private let slots = ScratchBuffer()
    private var slotCount = 0
    /// How many entries are in the table: those of a dictionary page only once they are needed.
    private var hashedCount = 0

    init() {
        offsets.grow(to: 8, keeping: 0)
        offsets.start.storeBytes(of: 0, as: Int.self)
    }

    subscript(code: Int) -> UnsafeRawBufferPointer {
        let start = offset(code)
        return UnsafeRawBufferPointer(
            start: bytes.start + start, count: offset(code &+ 1) &- start)
    }

    func byteCount(of code: Int) -> Int { offset(code &+ 1) &- offset(code) }

    /// Adds an entry without looking for it.
    func append(_ start: UnsafeRawPointer, byteCount entryByteCount: Int) {
        if byteCount &+ entryByteCount > bytes.byteCapacity {
            bytes.grow(to: byteCount + entryByteCount, keeping: byteCount)
        }
        (bytes.start + byteCount).copyMemory(from: start, byteCount: entryByteCount)
        byteCount &+= entryByteCount
        count &+= 1
        let offsetsByteCount = (count &+ 1) &* 8
        if offsetsByteCount > offsets.byteCapacity {
            offsets.grow(to: offsetsByteCount, keeping: count &* 8)
        }
        offsets.start.storeBytes(of: byteCount, toByteOffset: count &* 8, as: Int.self)
    }

    /// The code of a byte array, which is added if it is new.
    /// - Parameter start: the bytes, with 8 readable bytes behind.
    /// - Returns: nil if too many entries have the same hash.
    func code(of start: UnsafeRawPointer, byteCount: Int) -> UInt32? {
        if hashedCount < count || (count &+ 1) &* 2 > slotCount {
            guard rehash() else { return nil }
        }
        let hash = Self.hash(start, byteCount: byteCount)
        guard let (slot, found) = find(hash, start, byteCount: byteCount) else { return nil }
        if let found { return found }
        append(start, byteCount: byteCount)
        hashedCount = count
        store(hash, code: count &- 1, slot: slot)
        return UInt32(truncatingIfNeeded: count &- 1)
    }

    func makeByteArrays() -> ByteArrays {
        let columnOffsets = ColumnBuffer<Int>(uninitializedCount: count + 1)
        columnOffsets.mutableStart.copyMemory(from: offsets.start, byteCount: (count + 1) * 8)
        let columnBytes = ColumnBuffer<UInt8>(uninitializedCount: byteCount)
        columnBytes.mutableStart.copyMemory(from: bytes.start, byteCount: byteCount)
        return ByteArrays(offsets: columnOffsets, bytes: columnBytes)
    }

    @inline(__always)
    private func offset(_ code: Int) -> Int {
        offsets.start.load(fromByteOffset: code &* 8, as: Int.self)
    }
}

// MARK: Table

extension DecodedDictionary {
    /// The slot of a byte array: with its code, or free.
    @inline(__always)
    private func find(
        _ hash: UInt32, _ start: UnsafeRawPointer, byteCount: Int
    ) -> (slot: Int, code: UInt32?)? {
        let mask = slotCount &- 1
        var slot = Int(hash) & mask
        for _ in 0..<Self.probeCountMax {
            let entry = slots.start.load(fromByteOffset: slot &* 8, as: UInt64.self)
            if entry == 0 { return (slot, nil) }
            if UInt32(truncatingIfNeeded: entry &>> 32) == hash {
                let code = UInt32(truncatingIfNeeded: entry) &- 1
                let offset = self.offset(Int(code))
                if self.offset(Int(code) &+ 1) &- offset == byteCount,
                    Self.areEqual(bytes.start + offset, start, byteCount: byteCount)
                {
                    return (slot, code)
                }
            }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func store(_ hash: UInt32, code: Int, slot: Int) {
        slots.start.storeBytes(
            of: UInt64(hash) &<< 32 | UInt64(truncatingIfNeeded: code &+ 1),
            toByteOffset: slot &* 8, as: UInt64.self)
    }

    /// Makes the table four times as large as its entries need. An entry that occurs twice, as a
    /// writer may have put it into its dictionary, is found by its first code.
    private func rehash() -> Bool {
        slotCount = Self.slotCountMin
        while slotCount < (count + 1) * 4 { slotCount *= 2 }
        slots.reserve(slotCount * 8).initializeMemory(
            as: UInt8.self, repeating: 0, count: slotCount * 8)
        for code in 0..<count {
            let entry = self[code]
            guard let start = entry.baseAddress else { continue }
            let hash = Self.hash(start, byteCount: entry.count)
            guard let (slot, found) = find(hash, start, byteCount: entry.count) else {
                return false
            }
            if found == nil { store(hash, code: code, slot: slot) }
        }
        hashedCount = count
        return true
    }

    /// Eight bytes a step; reads up to 8 bytes behind the end and ignores them.
    @inline(__always)
    private static func hash(_ start: UnsafeRawPointer, byteCount: Int) -> UInt32 {
        // Odd constants of splitmix64.
        var hash = UInt64(truncatingIfNeeded: byteCount) &* 0x9E37_79B9_7F4A_7C15
        var position = 0
        while byteCount &- position >= 8 {
            hash = mix(hash, start.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position &+= 8
        }
        if position < byteCount {
            let left = UInt64(truncatingIfNeeded: byteCount &- position)
            let word = start.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            hash = mix(hash, word.littleEndian & ((1 &<< (left &* 8)) &- 1))
        }
        return UInt32(truncatingIfNeeded: hash &>> 32)
    }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
        return product ^ (product &>> 29)
    }

    @inline(__always)
    private static func areEqual(
        _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, byteCount: Int
    ) -> Bool {
        var position = 0
        while byteCount &- position >= 8 {
            let leftWord = left.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let rightWord = right.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            if leftWord != rightWord { return false }
            position &+= 8
        }
        while position < byteCount {
            let leftByte = left.load(fromByteOffset: position, as: UInt8.self)
            if leftByte != right.load(fromByteOffset: position, as: UInt8.self) { return false }
            position &+= 1
        }
        return true
    }
}
