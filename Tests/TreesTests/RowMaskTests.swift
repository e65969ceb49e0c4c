import CKernels
import TestSupport
import Testing

@testable import Trees

@Suite("RowMask")
struct RowMaskTests {
    static let counts = [1, 7, 8, 63, 64, 65, 127, 128, 1_000]

    // Each level of instructions has kernels of its own for these strides.
    @Test("dividing agrees with its twin", arguments: counts, [1, 2, 8, 16, 24, 32])
    func dividingAgreesWithTwin(count: Int, stride: Int) {
        var generator = SeededGenerator(seed: UInt64(count * 100 + stride))
        let codes = (0..<(count * stride + 64)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let goesLeft = (0..<256).map { _ in UInt8.random(in: 0...1, using: &generator) }
        let sets = (0..<6).map { _ in Self.randomSet(count, &generator) }
        for within in [nil] + sets.map(Optional.some) {
            let isLeft = (0..<count).map { row in
                Self.contains(within, row) && goesLeft[Int(codes[row * stride])] == 1
            }
            let isRight = (0..<count).map { Self.contains(within, $0) && !isLeft[$0] }
            let wordCount = RowMask.wordCount(count)
            var left = within ?? [UInt64](repeating: 7, count: wordCount)
            var right = [UInt64](repeating: 7, count: wordCount)
            // In place, as trees grow.
            let leftCount = left.withUnsafeMutableBufferPointer { left in
                martlet_divide_bytes(
                    codes, stride, within == nil ? nil : UnsafePointer(left.baseAddress), count,
                    goesLeft, left.baseAddress, &right)
            }
            #expect(leftCount == isLeft.count { $0 })
            #expect(left == Self.set(isLeft) && right == Self.set(isRight))
        }
    }

    @Test("wide codes are divided too", arguments: counts)
    func wideCodesAreDivided(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let codes = (0..<count).map { _ in UInt16.random(in: 0..<3_000, using: &generator) }
        let goesLeft = (0..<3_000).map { _ in UInt8.random(in: 0...1, using: &generator) }
        let within = Self.randomSet(count, &generator)
        var left = [UInt64](repeating: 7, count: within.count)
        var right = left
        let leftCount = martlet_divide_wide(codes, within, count, goesLeft, &left, &right)
        let isLeft = (0..<count).map {
            Self.contains(within, $0) && goesLeft[Int(codes[$0])] == 1
        }
        #expect(leftCount == isLeft.count { $0 })
        #expect(left == Self.set(isLeft))
        #expect(zip(left, right).map { $0 | $1 } == within)
    }

    @Test("a number is added to the rows of a set alone", arguments: counts)
    func marksAreAddedTo(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count) + 3)
        let wordCount = RowMask.wordCount(count)
        var words = (0..<wordCount).map { _ in generator.next() & generator.next() }
        if wordCount > 1 { words[0] = .max }
        if wordCount > 2 { words[1] = 0 }
        if count % 64 > 0 { words[wordCount - 1] &= (1 << UInt64(count % 64)) - 1 }
        let before = (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
        let expected = before.enumerated().map { row, value in
            words[row / 64] >> UInt64(row % 64) & 1 == 1 ? value + 0.1 : value
        }
        for level in Int32(0)...3 {
            martlet_limit_kernel_level(level)
            defer { martlet_limit_kernel_level(3) }
            var values = before
            martlet_add_to_marked(words, wordCount, 0.1, &values)
            #expect(values == expected)
        }
    }

    @Test("rows are listed in order, and nothing behind them is touched", arguments: counts)
    func rowsAreListed(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let set = Self.randomSet(count, &generator)
        let expected = (0..<count).filter { Self.contains(set, $0) }.map { UInt32($0 + 640) }
        #expect(martlet_count_rows(set, set.count) == expected.count)
        for level in Int32(0)...3 {
            martlet_limit_kernel_level(level)
            defer { martlet_limit_kernel_level(3) }
            var rows = [UInt32](repeating: 99, count: count + 16)
            martlet_list_rows(set, set.count, 640, &rows)
            #expect(Array(rows[..<expected.count]) == expected)
            #expect(rows[expected.count...].allSatisfy { $0 == 99 })
        }
    }

    private static func randomSet(_ count: Int, _ generator: inout SeededGenerator) -> [UInt64] {
        // Words without a row and words that are full are common where rows lie together.
        let share = Double(Int.random(in: 0...2, using: &generator)) / 2
        return set(
            (0..<count).map { row in
                row % 200 < 100
                    ? Double.random(in: 0..<1, using: &generator) < share
                    : Bool.random(using: &generator)
            })
    }

    private static func set(_ contains: [Bool]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: RowMask.wordCount(contains.count))
        for (row, isInside) in contains.enumerated() where isInside {
            words[row / 64] |= 1 << UInt64(row % 64)
        }
        return words
    }

    private static func contains(_ set: [UInt64]?, _ row: Int) -> Bool {
        set.map { $0[row / 64] >> UInt64(row % 64) & 1 == 1 } ?? true
    }
}
