import TestSupport
import Testing

@testable import Jobs

@Suite("RandomStream")
struct RandomStreamTests {
    /// Mean and variance of `count` draws.
    private func moments(
        _ count: Int, _ draw: (inout RandomStream) -> Double
    ) -> (mean: Double, variance: Double) {
        var sum = 0.0
        var squares = 0.0
        for row in 0..<count {
            var stream = RandomStream(seed: 11, row: UInt64(row))
            let value = draw(&stream)
            sum += value
            squares += value * value
        }
        let mean = sum / Double(count)
        return (mean, squares / Double(count) - mean * mean)
    }

    // 200,000 draws: the standard error of a mean is about 0.0022 standard deviations; the
    // tolerances are more than four of them, those of variances allow for heavy tails.

    @Test("normal: mean 0, variance 1")
    func normal() {
        let (mean, variance) = moments(200_000) { $0.normal() }
        #expect(abs(mean) < 0.01)
        #expect(abs(variance - 1) < 0.02)
    }

    @Test("exponential: mean 1, variance 1")
    func exponential() {
        let (mean, variance) = moments(200_000) { $0.exponential() }
        #expect(abs(mean - 1) < 0.01)
        #expect(abs(variance - 1) < 0.05)
    }

    @Test("Laplace: mean 0, variance 2 scale²")
    func laplace() {
        let (mean, variance) = moments(200_000) { $0.laplace(scale: 3) }
        #expect(abs(mean) < 0.04)
        #expect(abs(variance - 18) < 0.8)
    }

    @Test("gamma: mean and variance are the shape", arguments: [1.0, 1.3, 1.5, 2.4, 9.0])
    func gamma(shape: Double) {
        let (mean, variance) = moments(200_000) { $0.gamma(shape: shape) }
        #expect(isClose(mean, shape, relative: 0.01))
        #expect(isClose(variance, shape, relative: 0.05))
    }

    @Test("beta(1.3, 2.4): mean and variance by formula")
    func beta() {
        let (mean, variance) = moments(200_000) { $0.beta(1.3, 2.4) }
        #expect(isClose(mean, 1.3 / 3.7, relative: 0.01))
        #expect(isClose(variance, 1.3 * 2.4 / (3.7 * 3.7 * 4.7), relative: 0.02))
    }

    @Test("Poisson: mean and variance are the mean", arguments: [0.5, 1, 6, 18.5])
    func poisson(mean expected: Double) {
        let (mean, variance) = moments(200_000) { Double($0.poisson(mean: expected)) }
        #expect(isClose(mean, expected, relative: 0.015))
        #expect(isClose(variance, expected, relative: 0.03))
    }

    @Test("integers are even, and below the bound")
    func integers() {
        var counts = [Int](repeating: 0, count: 7)
        for row in 0..<70_000 {
            var stream = RandomStream(seed: 3, row: UInt64(row))
            counts[stream.integer(below: 7)] += 1
        }
        // Five standard deviations: 5 * sqrt(70,000 * 6 / 49) = 463.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 463 }, "\(counts)")
    }

    @Test("uniform numbers stay inside (0, 1)")
    func uniform() {
        let (mean, variance) = moments(200_000) { stream in
            let value = stream.uniform()
            #expect(value > 0 && value < 1)
            return value
        }
        #expect(abs(mean - 0.5) < 0.003)
        #expect(abs(variance - 1.0 / 12) < 0.001)
    }
}
