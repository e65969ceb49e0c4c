import TestSupport
import Testing

@testable import Parquet

@Suite("Writer kernels")
struct WriterKernelsTests {
    static let lengths = [0, 1, 7, 8, 9, 31, 63, 64, 65, 127, 128, 129, 1_000]

    /// A bitmap in which about `share` of the bits are 1, with runs when it is near 0 or 1.
    private func bits(_ count: Int, share: Double, seed: UInt64) -> [Bool] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Double.random(in: 0..<1, using: &generator) < share }
    }

    /// Calls `body` with a slice of a bitmap that starts at `bitOffset` and is ones around it.
    private func withBitmap<Result>(
        _ bits: [Bool], bitOffset: Int, _ body: (BitmapSlice) throws -> Result
    ) rethrows -> Result? {
        var words = [UInt64](repeating: ~0, count: (bitOffset + bits.count) / 64 + 2)
        for (index, bit) in bits.enumerated() where !bit {
            words[(bitOffset + index) / 64] &= ~(1 << UInt64((bitOffset + index) % 64))
        }
        return try words.withUnsafeBufferPointer { words in
            guard let base = words.baseAddress else { return nil }
            return try body(BitmapSlice(words: base, bitOffset: bitOffset, count: bits.count))
        }
    }

    @Test("compaction keeps the elements of ones, in order", arguments: lengths)
    func compactEqualsNaive(count: Int) {
        for (seed, share) in [(1, 0.5), (2, 0.95), (3, 0.0), (4, 1.0)] as [(UInt64, Double)] {
            let bits = bits(count, share: share, seed: seed)
            let elements = (0..<count).map { Int64($0) * 7 }
            let expected = zip(elements, bits).filter(\.1).map(\.0)
            for bitOffset in [0, 1, 63] {
                let found = withBitmap(bits, bitOffset: bitOffset) { bitmap in
                    let scratch = ScratchBytes()
                    defer { withExtendedLifetime(scratch) {} }
                    let target = scratch.elements(of: Int64.self, count: count)
                    return elements.withUnsafeBufferPointer { elements -> [Int64] in
                        guard let source = elements.baseAddress, let base = target.baseAddress
                        else { return [] }
                        let kept = Compaction.compact(source, by: bitmap, into: base)
                        return Array(target.prefix(kept))
                    }
                }
                #expect(found == expected, "seed \(seed), offset \(bitOffset)")
            }
        }
    }

    @Test("bits copied to any place are those bits, and no others", arguments: lengths)
    func bitmapCopyEqualsNaive(count: Int) {
        let bits = bits(count, share: 0.6, seed: 9)
        for (from, to) in [(0, 0), (3, 0), (0, 5), (63, 1), (17, 63), (64, 64)] {
            var target = [UInt64](repeating: 0, count: (to + count) / 64 + 2)
            withBitmap(bits, bitOffset: from) { bitmap in
                #expect(bitmap.countOnes() == bits.count { $0 })
                target.withUnsafeMutableBufferPointer { target in
                    guard let base = target.baseAddress else { return }
                    bitmap.copy(to: base, bitOffset: to)
                }
            }
            let found = (0..<target.count * 64).map { target[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
            let expected =
                [Bool](repeating: false, count: to) + bits
                + [Bool](repeating: false, count: target.count * 64 - to - count)
            #expect(found == expected, "from \(from) to \(to)")
        }
    }

    // MARK: Hybrid

    /// Run by run, value by value, bit by bit, as the specification has it.
    private func decodeNaive(_ bytes: [UInt8], bitWidth: Int, count: Int) -> [UInt32] {
        var values: [UInt32] = []
        var position = 0
        while values.count < count && position < bytes.count {
            var header = 0
            var shift = 0
            while true {
                let byte = bytes[position]
                position += 1
                header |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            if header & 1 == 0 {
                let byteCount = (bitWidth + 7) / 8
                let value = bytes[position..<position + byteCount].reversed()
                    .reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                position += byteCount
                values += [UInt32](repeating: value, count: header >> 1)
            } else {
                for index in 0..<(header >> 1) * 8 {
                    var value: UInt32 = 0
                    for bit in 0..<bitWidth {
                        let place = index * bitWidth + bit
                        let isSet = bytes[position + place / 8] >> UInt8(place % 8) & 1
                        value |= UInt32(isSet) << UInt32(bit)
                    }
                    values.append(value)
                }
                position += (header >> 1) * bitWidth
            }
        }
        // Nothing may stand behind the last run.
        return position == bytes.count ? Array(values.prefix(count)) : []
    }

    @Test("codes decode to themselves", arguments: lengths, [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32])
    func hybridRoundTrip(count: Int, bitWidth: Int) {
        for seed in 0..<4 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(bitWidth)) - 1)
            // Runs of 1 to 1, 9, 40 or 200 equal values.
            let runMax = [1, 9, 40, 200][Int(seed)]
            var values: [UInt32] = []
            while values.count < count {
                let value = UInt32(truncatingIfNeeded: generator.next()) & mask
                let run = Int.random(in: 1...runMax, using: &generator)
                values += [UInt32](repeating: value, count: run)
            }
            values = Array(values.prefix(count))
            let output = ScratchBytes(byteCount: 1)
            values.withUnsafeBufferPointer {
                RLEBitPackedHybridEncoder.encode($0, bitWidth: bitWidth, into: output)
            }
            #expect(
                decodeNaive(Array(output.bytes), bitWidth: bitWidth, count: count) == values,
                "seed \(seed)")
        }
    }

    @Test("levels decode to the bitmap", arguments: lengths)
    func levelsRoundTrip(count: Int) {
        for (seed, share) in [(1, 0.5), (2, 0.999), (3, 0.001), (4, 1.0), (5, 0.0)]
            as [(
                UInt64, Double
            )]
        {
            let bits = bits(count, share: share, seed: seed)
            for bitOffset in [0, 1, 40] {
                let output = ScratchBytes(byteCount: 1)
                withBitmap(bits, bitOffset: bitOffset) {
                    RLEBitPackedHybridEncoder.encodeLevels($0, into: output)
                }
                #expect(
                    decodeNaive(Array(output.bytes), bitWidth: 1, count: count)
                        == bits.map { $0 ? 1 : 0 }, "seed \(seed)")
            }
        }
    }

    @Test("long runs become short")
    func runsAreShort() {
        let output = ScratchBytes()
        [UInt32](repeating: 5, count: 100_000).withUnsafeBufferPointer {
            RLEBitPackedHybridEncoder.encode($0, bitWidth: 7, into: output)
        }
        #expect(output.count == 4)
    }

    // MARK: Extremes

    @Test("extremes of doubles equal the naive ones, NaN passed over", arguments: lengths)
    func floatExtremesEqualNaive(count: Int) {
        for seed in 0..<5 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let values = (0..<count).map { _ in
                [
                    Double.random(in: -9...9, using: &generator), .nan, .infinity, -.infinity, -0.0,
                ][Int.random(in: 0...Int(seed), using: &generator)]
            }
            let numbers = values.filter { !$0.isNaN }
            values.withUnsafeBufferPointer { values in
                let found = Extremes.floats(values)
                #expect(found?.min == numbers.min())
                #expect(found?.max == numbers.max())
            }
        }
    }

    // MARK: Dictionaries

    @Test("dictionary codes lead back to the values", arguments: [1, 10, 3_000, 40_000])
    func dictionaryRoundTrip(cardinality: Int) {
        var generator = SeededGenerator(seed: UInt64(cardinality))
        let values = (0..<100_000).map { _ in
            UInt64.random(in: 0..<UInt64(cardinality), using: &generator) &* 0x1_0000_0001
        }
        let scratch = [ScratchBytes(), ScratchBytes(), ScratchBytes()]
        guard
            let codeBase = scratch[0].elements(of: UInt32.self, count: values.count).baseAddress,
            let entryBase = scratch[1].elements(
                of: UInt64.self, count: DictionaryEncoder.entryCountMax
            ).baseAddress,
            let slotBase = scratch[2].elements(
                of: Int32.self, count: DictionaryEncoder.slotCountMax
            ).baseAddress
        else { return }
        let entryCount = values.withUnsafeBufferPointer {
            DictionaryEncoder.encode(
                $0, codes: codeBase, entries: entryBase, entryCountMax: 1 << 16, slots: slotBase)
        }
        #expect(entryCount == Set(values).count)
        #expect(values.indices.allSatisfy { entryBase[Int(codeBase[$0])] == values[$0] })
        var seen = Set<UInt64>()
        let inOrder = values.filter { seen.insert($0).inserted }
        #expect((0..<(entryCount ?? 0)).map { entryBase[$0] } == inOrder)
        withExtendedLifetime(scratch) {}
    }
}
