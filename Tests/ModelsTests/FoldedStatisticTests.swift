import Models
import TestSupport
import Testing

@Suite("FoldedStatistic")
struct FoldedStatisticTests {
    private struct Row {
        var code: Int
        var target: Double
        var weight: Double
    }

    /// Codes 0 to 4, a missing one and one for all others.
    private static let codeCount = 7

    private func rows(seed: UInt64, count: Int = 300) -> [Row] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            Row(
                code: Int.random(in: 0..<Self.codeCount, using: &random),
                target: Double.random(in: -3...9, using: &random),
                weight: Double.random(in: 0.5...2, using: &random))
        }
    }

    private func statistic(_ rows: [Row], smoothing: Double) -> FoldedStatistic {
        var sums = FoldedStatistic.Sums(codeCount: Self.codeCount)
        for (number, row) in rows.enumerated() {
            sums.add(code: row.code, row: number, target: row.target, weight: row.weight)
        }
        return FoldedStatistic(sums, smoothing: smoothing)
    }

    /// Twin: straight from the definition, over the rows that `isUsed` names.
    private func mean(
        _ rows: [Row], code: Int, smoothing: Double, isUsed: (Int) -> Bool
    ) -> Double {
        let used = rows.indices.filter(isUsed).map { rows[$0] }
        func mean(_ rows: [Row], _ extra: Double, _ prior: Double) -> Double {
            let weight = rows.reduce(0) { $0 + $1.weight } + extra
            guard weight > 0 else { return prior }
            return (rows.reduce(0) { $0 + $1.weight * $1.target } + extra * prior) / weight
        }
        let prior = mean(used, 0, 0)
        guard code < Self.codeCount - 1 else { return prior }
        return mean(used.filter { $0.code == code }, smoothing, prior)
    }

    @Test("equals its definition", arguments: 0..<5 as Range<UInt64>, [0, 10] as [Double])
    func equalsDefinition(seed: UInt64, smoothing: Double) {
        // Few rows leave some categories without any in other folds.
        let rows = rows(seed: seed, count: seed == 0 ? 6 : 300)
        let statistic = statistic(rows, smoothing: smoothing)
        for code in 0..<Self.codeCount {
            for row in 0..<40 {
                let fold = FoldedStatistic.fold(of: row)
                let expected = mean(rows, code: code, smoothing: smoothing) {
                    FoldedStatistic.fold(of: $0) != fold
                }
                #expect(
                    isClose(statistic.value(code: code, row: row), expected, absolute: 1e-12))
            }
            let all = mean(rows, code: code, smoothing: smoothing) { _ in true }
            #expect(isClose(Array(statistic.values)[code], all, absolute: 1e-12))
        }
    }

    @Test("no row is told anything of its own target", arguments: 0..<5 as Range<UInt64>)
    func ownTargetIsHidden(seed: UInt64) {
        let rows = rows(seed: seed)
        let before = statistic(rows, smoothing: 3)
        for row in 0..<30 {
            var changed = rows
            changed[row].target += 1000
            let after = statistic(changed, smoothing: 3)
            for code in 0..<Self.codeCount {
                #expect(after.value(code: code, row: row) == before.value(code: code, row: row))
            }
        }
    }

    @Test("folds share the rows evenly")
    func foldsAreEven() {
        var counts = [Int](repeating: 0, count: FoldedStatistic.foldCount)
        for row in 0..<50_000 { counts[FoldedStatistic.fold(of: row)] += 1 }
        for count in counts { #expect(abs(count - 10_000) < 500) }
    }

    @Test("a model over categories scores as the one over their means")
    func expandedModelIsTheSame() throws {
        let statistic = statistic(rows(seed: 7), smoothing: 10)
        let model = LinearModel(
            terms: [
                .init(feature: 0, kind: .value, mean: 2, scale: 1),
                .init(feature: 1, kind: .value, mean: 2.9, scale: 0.7),
            ], outputCount: 1, intercepts: [4], coefficients: [3, -2])
        let expanded = model.expanding([1: statistic])
        #expect(expanded.terms.first == model.terms.first)
        for (code, value) in statistic.values.enumerated() {
            let expected = 4 + 3 * (5 - 2) - 2 * (value - 2.9)
            var score = expanded.intercepts[0]
            for (term, coefficient) in zip(expanded.terms, expanded.coefficients) {
                switch term.kind {
                case .value: score += coefficient * (5 - term.mean)
                case .missing: Issue.record("there is no such term")
                case .category(let own):
                    score += coefficient * ((Int(own) == code ? 1 : 0) - term.mean)
                }
            }
            #expect(isClose(score, expected, relative: 1e-12))
        }
        // Rare and unseen categories have the prior: nothing stands for them.
        #expect(!expanded.terms.contains { $0.kind == .category(code: 6) })
    }
}
