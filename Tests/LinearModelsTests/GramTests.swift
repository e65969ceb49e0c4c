import CKernels
import TestSupport
import Testing

@Suite("martlet_gram")
struct GramTests {
    @Test(
        "equals exact sums of products",
        arguments: [0, 1, 7, 8, 9, 16, 100, 2048] as [Int], [1, 2, 3, 5, 6, 9] as [Int])
    func equalsExact(rowCount: Int, order: Int) {
        var random = SeededGenerator(seed: UInt64(rowCount * 10 + order))
        let stride = 2050
        // Wholes below 2^44 and, beside them, parts of 2^10 units of 2^-20.
        let high = (0..<order * stride).map { _ in
            Int.random(in: -1 << 44...1 << 44, using: &random)
        }
        let low = high.map { _ in Int.random(in: -1 << 10...1 << 10, using: &random) }
        for isLow in [false, true] {
            var sums = [Double](repeating: .nan, count: order * order)
            var errors = sums
            let values = high.map { Double($0) }
            let parts = low.map { Double($0) * 0x1p-20 }
            martlet_gram(
                values, isLow ? parts : nil, values, isLow ? parts : nil, rowCount, stride, order,
                &sums, &errors)
            for j in 0..<order {
                for i in 0...j {
                    // In units of 2^-20, without the products of two parts.
                    var exact: Int128 = 0
                    for row in 0..<rowCount {
                        let (a, b) = (i * stride + row, j * stride + row)
                        exact += Int128(high[a]) * Int128(high[b]) << 20
                        guard isLow else { continue }
                        exact += Int128(high[a]) * Int128(low[b]) + Int128(low[a]) * Int128(high[b])
                    }
                    let sum = sums[j * order + i]
                    let rest = exact - Int128(sum * 0x1p20)
                    #expect(
                        isClose(
                            errors[j * order + i] * 0x1p20, Double(rest),
                            absolute: Double(rowCount) * 0x1p14))
                }
            }
        }
    }
}
