/// Finds the distinct values of a column chunk, in the order of their first rows, and numbers
/// the values by them.
///
/// The result depends on the values only. Lookups are by open addressing with linear probing in a
/// table that the caller lends.
enum DictionaryEncoder {
    /// Codes past this many would need 17 bits; the dictionary hardly pays then.
    static let entryCountMax = 1 << 16

    /// Slots of the largest table: load factor at most a half.
    static let slotCountMax = entryCountMax * 2

    /// Slots of the first table; it grows eightfold.
    private static let slotCountMin = 1 << 11

    /// Probes per value, in the mean, past which encoding gives up. Ordinary values need about
    /// 1.5; more means values made to collide.
    private static let probeCountPerValueMax = 8

    /// Numbers fixed-width values by their bit patterns, so that NaNs and zeros stay as they are.
    /// - Parameters:
    ///   - values: (count).
    ///   - codes: (count), written.
    ///   - entries: (entryCountMax), the distinct values, written.
    ///   - slots: (`slotCountMax`), overwritten.
    /// - Returns: the number of entries, or nil when there are more than `entryCountMax`, or too
    ///   many values collide.
    static func encode<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ values: UnsafeBufferPointer<Word>, codes: UnsafeMutablePointer<UInt32>,
        entries: UnsafeMutablePointer<Word>, entryCountMax: Int,
        slots: UnsafeMutablePointer<Int32>
    ) -> Int? {
        precondition(entryCountMax <= Self.entryCountMax)
        var slotBitCount = slotCountMin.trailingZeroBitCount
        slots.update(repeating: -1, count: 1 << slotBitCount)
        var entryCount = 0
        var probesLeft = values.count &* probeCountPerValueMax &+ slotCountMin
        for index in 0..<values.count {
            let value = values[index]
            var slot = hash(UInt64(truncatingIfNeeded: value), slotBitCount)
            while true {
                let code = slots[slot]
                if code < 0 {
                    guard entryCount < entryCountMax else { return nil }
                    slots[slot] = Int32(truncatingIfNeeded: entryCount)
                    entries[entryCount] = value
                    codes[index] = UInt32(truncatingIfNeeded: entryCount)
                    entryCount &+= 1
                    if entryCount &* 2 > 1 << slotBitCount {
                        slotBitCount += 3
                        insertAll(entries, count: entryCount, slots, slotBitCount)
                    }
                    break
                }
                if entries[Int(code)] == value {
                    codes[index] = UInt32(bitPattern: code)
                    break
                }
                slot = (slot &+ 1) & ((1 &<< slotBitCount) &- 1)
                probesLeft &-= 1
                if probesLeft < 0 { return nil }
            }
        }
        return entryCount
    }

    private static func insertAll<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ entries: UnsafeMutablePointer<Word>, count: Int, _ slots: UnsafeMutablePointer<Int32>,
        _ slotBitCount: Int
    ) {
        precondition(1 << slotBitCount <= slotCountMax)
        slots.update(repeating: -1, count: 1 << slotBitCount)
        for code in 0..<count {
            var slot = hash(UInt64(truncatingIfNeeded: entries[code]), slotBitCount)
            while slots[slot] >= 0 { slot = (slot &+ 1) & ((1 &<< slotBitCount) &- 1) }
            slots[slot] = Int32(truncatingIfNeeded: code)
        }
    }

    /// The slot of a value: multiplicative (Fibonacci) hashing, the top bits of the product.
    @inline(__always)
    private static func hash(_ value: UInt64, _ slotBitCount: Int) -> Int {
        let mixed = (value ^ (value &>> 32)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> UInt64(64 &- slotBitCount))
    }

    // MARK: Whether to try

    /// Values looked at to guess whether a dictionary pays.
    private static let sampleCount = 2_048

    /// Whether enough values occur twice in a sample spread evenly over the chunk.
    ///
    /// With C equally frequent values, a sample of s holds about s²/2C repetitions. At 4% that is
    /// C = 25,600 for the full sample: about where 131,072 rows of 8 bytes stop to gain.
    /// `scratch.slots`, `codes`, `entries` and `used` are overwritten.
    static func looksRepetitive<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ values: UnsafeBufferPointer<Word>, _ scratch: ChunkScratch
    ) -> Bool {
        guard values.count > 1 else { return false }
        let stride = max(1, values.count / sampleCount)
        let count = (values.count + stride - 1) / stride
        let sample = scratch.used.elements(of: Word.self, count: count)
        for index in 0..<count { sample[index] = values[index &* stride] }
        let slots = scratch.slots.elements(of: Int32.self, count: slotCountMax)
        guard
            let codes = scratch.codes.elements(of: UInt32.self, count: count).baseAddress,
            let entries = scratch.entries.elements(of: Word.self, count: count).baseAddress,
            let slotBase = slots.baseAddress,
            let distinctCount = encode(
                UnsafeBufferPointer(sample), codes: codes, entries: entries,
                entryCountMax: count, slots: slotBase)
        else { return false }
        return Double(distinctCount) <= 0.96 * Double(count)
    }

    /// Bits of a code; at least 1, as some readers do not know width 0.
    static func bitWidth(entryCount: Int) -> Int {
        max(1, UInt64.bitWidth - UInt64(max(0, entryCount - 1)).leadingZeroBitCount)
    }

    /// Whether codes and dictionary together are clearly smaller than the plain values.
    ///
    /// The margin of a fifth is for what the codec takes out of plain values beyond codes;
    /// it is unmeasured. Without values nothing pays: fastparquet cannot read a page of no bytes,
    /// which an empty dictionary would be.
    static func pays(
        entryCount: Int, dictionaryByteCount: Int, valueCount: Int, plainByteCount: Int
    ) -> Bool {
        guard valueCount > 0 else { return false }
        let codeByteCount = (valueCount * bitWidth(entryCount: entryCount) + 7) / 8
        return (dictionaryByteCount + codeByteCount) * 5 <= plainByteCount * 4
    }
}
