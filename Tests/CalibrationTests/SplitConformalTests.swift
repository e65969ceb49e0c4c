import Calibration
import TestSupport
import Testing

@Suite("SplitConformal")
struct SplitConformalTests {
    @Test("the margin is the ceil(level (n + 1))-th smallest score")
    func isTheRank() throws {
        let scores = (1...9).map(Double.init).reversed() as [Double]
        #expect(try SplitConformal.margin(scores: scores, level: 0.8) == 8)
        #expect(try SplitConformal.margin(scores: scores, level: 0.9) == 9)
        #expect(try SplitConformal.margin(scores: scores, level: 0.01) == 1)
        #expect(try SplitConformal.margin(scores: [7], level: 0.5) == 7)
    }

    @Test("too few rows are refused, with the number that would do", arguments: [0.5, 0.8, 0.95])
    func needsRows(level: Double) throws {
        let count = SplitConformal.rowCountMin(level: level)
        let scores = [Double](repeating: 1, count: count)
        #expect(try SplitConformal.margin(scores: scores, level: level) == 1)
        let error = #expect(throws: CalibrationError.self) {
            try SplitConformal.margin(scores: Array(scores.dropLast()), level: level)
        }
        #expect(error?.message.contains("at least \(count)") == true)
        #expect([0.5: 1, 0.8: 4, 0.95: 19][level] == count)
    }

    @Test(
        "equal weights change nothing; weights of 0 are no rows", arguments: 0..<20 as Range<UInt64>
    )
    func weighs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 20..<60, using: &random)
        let scores = (0..<count).map { _ in Double.random(in: -1...9, using: &random) }
        let plain = try SplitConformal.margin(scores: scores, level: 0.8)
        let weights = [Double](repeating: 0.37, count: count)
        #expect(try SplitConformal.margin(scores: scores, weights: weights, level: 0.8) == plain)
        #expect(
            try SplitConformal.margin(
                scores: scores + [1e9, 1e9], weights: weights + [0, 0], level: 0.8) == plain)
    }

    @Test("intervals hold new rows in the stated share of cases", arguments: [0.5, 0.8, 0.9, 0.99])
    func covers(level: Double) throws {
        var random = SeededGenerator(seed: 3)
        func error() -> Double {
            let u = Double.random(in: -1...1, using: &random)
            return u * u * u * 10
        }
        let margin = try SplitConformal.margin(
            scores: (0..<20_000).map { _ in
                SplitConformal.score(prediction: 1, truth: 1 + error())
            }, level: level)
        var quality = IntervalQuality()
        for _ in 0..<20_000 {
            quality.add(lower: 1 - margin, upper: 1 + margin, truth: 1 + error())
        }
        #expect(isClose(quality.coverage, level, absolute: 0.01))
        #expect(isClose(quality.meanWidth, 2 * margin))
    }

    @Test("a score of two bounds is negative inside")
    func scoresBounds() {
        #expect(SplitConformal.score(lower: 1, upper: 4, truth: 2) == -1)
        #expect(SplitConformal.score(lower: 1, upper: 4, truth: 0) == 1)
        #expect(SplitConformal.score(lower: 1, upper: 4, truth: 6) == 2)
    }
}
