import CKernels
import Parquet
import TestSupport
import Testing

@Suite("DictionaryGather and Spreading")
struct DictionaryGatherTests {
    /// A column of `count` rows behind `bitOffset` others, with the indices of its valid rows.
    struct Rows {
        let isValid: [Bool]
        let indices: [UInt32]
        let words: [UInt64]

        init(count: Int, bitOffset: Int, nullShare: Double, seed: UInt64) {
            var generator = SeededGenerator(seed: seed)
            isValid = (0..<count).map { _ in
                Double.random(in: 0..<1, using: &generator) >= nullShare
            }
            indices = isValid.filter { $0 }.map { _ in
                UInt32.random(in: 0..<20, using: &generator)
            }
            var words = [UInt64](repeating: 0, count: (bitOffset + count) / 64 + 2)
            for (row, valid) in isValid.enumerated() where valid {
                words[(bitOffset + row) / 64] |= 1 << UInt64((bitOffset + row) % 64)
            }
            self.words = words
        }

        /// Each valid row's value, nil for null rows.
        func expected<Value>(_ dictionary: [Value]) -> [Value?] {
            var taken = indices.makeIterator()
            return isValid.map { $0 ? taken.next().map { dictionary[Int($0)] } : nil }
        }
    }

    static let dictionary = (0..<20).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }

    @Test("puts dictionary values on valid rows", arguments: [0, 1, 63, 64, 100])
    func gatherSpread(bitOffset: Int) {
        for (seed, count) in kernelCounts.enumerated() {
            for nullShare in [0, 0.05, 0.9, 1] {
                let rows = Rows(
                    count: count, bitOffset: bitOffset, nullShare: nullShare, seed: UInt64(seed))
                let gathered = kernel(rows, as: UInt64.self) { indices, words, out in
                    Self.dictionary.withUnsafeBytes { dictionary in
                        guard let dictionary = dictionary.baseAddress else { return }
                        DictionaryGather.gatherSpread(
                            dictionary, as: UInt64.self, indices: indices, validity: words,
                            bitOffset: bitOffset, rowCount: count, into: out)
                    }
                }
                let expected = rows.expected(Self.dictionary).map { $0 ?? Self.dictionary[0] }
                #expect(gathered == expected)
            }
        }
    }

    @Test("puts codes on valid rows and 0 on null rows", arguments: [0, 1, 63, 64, 100])
    func spreadCodes(bitOffset: Int) {
        for (seed, count) in kernelCounts.enumerated() {
            for nullShare in [0, 0.2, 1] {
                let rows = Rows(
                    count: count, bitOffset: bitOffset, nullShare: nullShare, seed: UInt64(seed))
                let codes = kernel(rows, as: UInt32.self) { indices, words, out in
                    DictionaryGather.spreadCodes(
                        indices, validity: words, bitOffset: bitOffset, rowCount: count, into: out)
                }
                #expect(codes == rows.expected((0..<20).map { UInt32($0) }).map { $0 ?? 0 })
                let shortCodes = kernel(rows, as: UInt16.self) { indices, words, out in
                    DictionaryGather.spreadShortCodes(
                        indices, validity: nullShare == 0 ? nil : words, bitOffset: bitOffset,
                        rowCount: count, into: out.assumingMemoryBound(to: UInt16.self))
                }
                #expect(shortCodes == rows.expected((1...20).map { UInt16($0) }).map { $0 ?? 0 })
            }
        }
    }

    @Test("puts plain values on valid rows", arguments: [0, 1, 63, 64, 100])
    func spread(bitOffset: Int) {
        for (seed, count) in kernelCounts.enumerated() {
            for nullShare in [0, 0.05, 1] {
                let rows = Rows(
                    count: count, bitOffset: bitOffset, nullShare: nullShare, seed: UInt64(seed))
                let spread = kernel(rows, as: UInt32.self) { indices, words, out in
                    Spreading.spread(
                        indices, as: UInt32.self, validity: words, bitOffset: bitOffset,
                        rowCount: count, into: out)
                }
                let bytes = kernel(rows, as: UInt32.self) { indices, words, out in
                    Spreading.spread(
                        indices, byteCount: 4, validity: words, bitOffset: bitOffset,
                        rowCount: count, into: out)
                }
                let expected = rows.expected((0..<20).map { UInt32($0) }).map { $0 ?? 0 }
                #expect(spread == expected)
                #expect(bytes == expected)
            }
        }
    }

    @Test("gathers without nulls", arguments: kernelCounts)
    func gather(count: Int) {
        let rows = Rows(count: count, bitOffset: 0, nullShare: 0, seed: UInt64(count))
        let gathered = kernel(rows, as: UInt64.self) { indices, _, out in
            Self.dictionary.withUnsafeBytes { dictionary in
                guard let dictionary = dictionary.baseAddress else { return }
                DictionaryGather.gather(
                    dictionary, as: UInt64.self, indices: indices, count: count, into: out)
            }
        }
        #expect(gathered == rows.indices.map { Self.dictionary[Int($0)] })
    }

    @Test(
        "finds an index beyond the dictionary",
        arguments: [
            ([], 0, true), ([0], 0, false), ([0], 1, true), ([1, 0, 0], 1, false),
            ([0, 0, 0xFFFF_FFFF], 5, false), ([0x8000_0000], Int(Int32.max), false),
            ([0x7FFF_FFFE], Int(Int32.max), true), ([4, 3, 2, 1, 0, 4, 4, 4, 4], 5, true),
            ([4, 3, 2, 1, 0, 4, 4, 4, 5], 5, false),
        ] as [([UInt32], Int, Bool)])
    func areBelow(indices: [UInt32], limit: Int, expected: Bool) {
        let padded = indices + [UInt32.max]
        let result = padded.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map {
                DictionaryGather.areBelow(limit, $0, count: indices.count)
            }
        }
        #expect(result == expected)
    }

    /// Runs a kernel over the rows at every level of instructions; behind the indices stand more, as the kernels ask.
    private func kernel<Value: BitwiseCopyable>(
        _ rows: Rows, as type: Value.Type,
        _ body: (UnsafePointer<UInt32>, UnsafePointer<UInt64>, UnsafeMutableRawPointer) -> Void
    ) -> [Value] {
        let results = kernelLevels.map { level in
            martlet_limit_kernel_level(level)
            return result(rows, as: type, body)
        }
        #expect(results.allSatisfy { $0.elementsEqual(results[0], by: areEqual) })
        return results[0]
    }

    private func areEqual<Value: BitwiseCopyable>(_ left: Value, _ right: Value) -> Bool {
        withUnsafeBytes(of: left) { left in
            withUnsafeBytes(of: right) { left.elementsEqual($0) }
        }
    }

    private func result<Value: BitwiseCopyable>(
        _ rows: Rows, as type: Value.Type,
        _ body: (UnsafePointer<UInt32>, UnsafePointer<UInt64>, UnsafeMutableRawPointer) -> Void
    ) -> [Value] {
        let padded = rows.indices + [UInt32](repeating: 0, count: 16)
        let result = padded.withUnsafeBufferPointer { indices in
            rows.words.withUnsafeBufferPointer { words in
                written(type, count: rows.isValid.count, slack: 0) { out in
                    guard let indices = indices.baseAddress, let words = words.baseAddress else {
                        return false
                    }
                    body(indices, words, UnsafeMutableRawPointer(out))
                    return true
                }
            }
        }
        return result ?? []
    }
}
