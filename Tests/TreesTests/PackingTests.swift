import CKernels
import TestSupport
import Testing

@testable import Trees

@Suite("Packing")
struct PackingTests {
    @Test("unit hessians: gradients are rounded to the nearest", arguments: [0, 1, 7, 8, 9, 1_000])
    func unitGradientsAreRounded(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let gradients = (0..<count).map { _ in Float.random(in: -3...3, using: &generator) }
        let packing = GradientPacking.unit
        let factor = packing.gradientMax / 3
        var packed = [Int64](repeating: 0, count: count)
        var sum: Int64 = 7
        var largest: Float = 0
        martlet_pack_unit(
            gradients, count, factor, Int32(packing.hessianBits), &packed, &sum, &largest)
        let expected = gradients.map { Int64((Double($0) * factor).rounded(.toNearestOrEven)) }
        #expect(packed.map(packing.gradient) == expected)
        #expect(packed.allSatisfy { packing.hessian($0) == 1 })
        #expect(sum == 7 + expected.reduce(0, +))
        #expect(largest == gradients.map(abs).max() ?? 0)
    }

    @Test("other hessians: each is rounded up or down", arguments: [0, 1, 7, 8, 9, 1_000])
    func generalPairsAreRounded(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let gradients = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
        let hessians = (0..<count).map { _ in Float.random(in: 0...1, using: &generator) }
        let (packed, sums) = pack(gradients, hessians, scale: 1_000)
        for row in 0..<count {
            let gradient = GradientPacking.general.gradient(packed[row])
            let hessian = GradientPacking.general.hessian(packed[row])
            #expect(abs(Double(gradient) - Double(gradients[row]) * 1_000) <= 1)
            #expect(abs(Double(hessian) - Double(hessians[row]) * 1_000) <= 1)
        }
        #expect(sums.0 == packed.map(GradientPacking.general.gradient).reduce(0, +))
        #expect(sums.1 == packed.map(GradientPacking.general.hessian).reduce(0, +))
    }

    @Test("rounding errors of far too small values cancel out", arguments: [0.001, 0.1, 0.49, 2.5])
    func roundingErrorsCancel(value: Double) {
        let count = 100_000
        let (_, sums) = pack(
            [Float](repeating: Float(-value), count: count),
            [Float](repeating: Float(value), count: count), scale: 1)
        #expect(isClose(Double(sums.0), -value * Double(count), absolute: 20))
        #expect(isClose(Double(sums.1), value * Double(count), absolute: 20))
    }

    @Test("hessians of zero stay zero")
    func zeroStaysZero() {
        let zeros = [Float](repeating: 0, count: 10_000)
        let (packed, _) = pack(zeros, zeros, scale: 1)
        #expect(packed.allSatisfy { GradientPacking.general.hessian($0) == 0 })
    }

    private func pack(
        _ gradients: [Float], _ hessians: [Float], scale: Double
    ) -> ([Int64], (Int64, Int64)) {
        var packed = [Int64](repeating: 0, count: gradients.count)
        var sums: (Int64, Int64) = (0, 0)
        var largest: Float = 0
        martlet_pack_general(
            gradients, hessians, gradients.count, scale, scale,
            Int32(GradientPacking.general.hessianBits), 12_345, &packed, &sums.0, &sums.1,
            &largest)
        return (packed, sums)
    }
}
