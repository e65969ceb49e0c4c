import CKernels
import Parquet
import TestSupport
import Testing

@Suite("BitUnpacking")
struct BitUnpackingTests {
    @Test("equals its twin for every width", arguments: 0...32)
    func equalsTwin(bitWidth: Int) {
        var generator = SeededGenerator(seed: UInt64(bitWidth))
        for groupCount in [0, 1, 2, 9, 100] {
            let values = (0..<(groupCount * 8)).map { _ in
                generator.next() & ((1 << UInt64(bitWidth)) - 1)
            }
            for level in kernelLevels {
                martlet_limit_kernel_level(level)
                let unpacked = withPadded(packNaive(values, bitWidth: bitWidth)) { bytes in
                    written(UInt32.self, count: values.count) {
                        BitUnpacking.unpack(
                            bytes.start, bitWidth: bitWidth, groupCount: groupCount, into: $0)
                        return true
                    }
                }
                #expect(unpacked == values.map { UInt32($0) })
            }
        }
    }

    @Test("bits become bytes of 0 and 1", arguments: kernelCounts)
    func booleanBits(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let values = (0..<count).map { _ in generator.next() & 1 }
        let expanded = withPadded(packNaive(values, bitWidth: 1)) { bytes in
            written(UInt8.self, count: count) {
                BooleanBits.expand(bytes.start, count: count, into: UnsafeMutableRawPointer($0))
                return true
            }
        }
        #expect(expanded == values.map { UInt8($0) })
    }

    @Test("a window of bits starts anywhere")
    func bitWindow() {
        let words: [UInt64] = [0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, 0]
        for bitOffset in 0..<128 {
            var expected: UInt64 = 0
            for bit in 0..<64 where bitOffset + bit < 128 {
                let position = bitOffset + bit
                expected |= (words[position / 64] >> UInt64(position % 64) & 1) << UInt64(bit)
            }
            let window = words.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { BitWindow.load($0, bitOffset: bitOffset) }
            }
            #expect(window == expected)
        }
    }
}
