import CKernels

/// Metrics of the order of rows within queries, by LightGBM's definitions: rows of equal scores
/// stay in their order, a query without a relevant row counts as perfect, and a query weighs the
/// mean weight of its rows.
struct RankingQuality {
    private let rows: ScoredRows
    private let queries: RankedQueries

    /// - Throws: `invalidParameter` when the rows have no queries.
    init(_ rows: ScoredRows, metric: Metric) throws(EvaluationError) {
        guard let queries = rows.queries else {
            throw EvaluationError(
                .invalidParameter,
                "Metric `\(metric.name)` needs the query of each row: name its column with "
                    + "`query`.", context: ["metric": metric.name])
        }
        self.rows = rows
        self.queries = queries
    }

    func ndcg(at count: Int) -> Double {
        meanOverQueries { members in
            let best = gain(of: members.map { rows.labels[$0] }.sorted(by: >), at: count)
            guard best > 0 else { return 1 }
            return gain(of: ranked(members).map { rows.labels[$0] }, at: count) / best
        }
    }

    func meanAveragePrecision(at count: Int) -> Double {
        meanOverQueries { members in
            let relevantCount = members.count { rows.labels[$0] > 0.5 }
            guard relevantCount > 0 else { return 1 }
            var hits = 0.0
            var sum = 0.0
            for (rank, row) in ranked(members).prefix(count).enumerated()
            where rows.labels[row] > 0.5 {
                hits += 1
                sum += hits / Double(rank + 1)
            }
            return sum / Double(min(relevantCount, count, members.count))
        }
    }

    /// The discounted gain of grades in the order of ranks.
    private func gain(of grades: [Double], at count: Int) -> Double {
        let logOf2 = martlet_log(2)
        var sum = 0.0
        for (rank, grade) in grades.prefix(count).enumerated() {
            sum += gain(of: grade) * logOf2 / martlet_log(Double(rank) + 2)
        }
        return sum
    }

    private func gain(of grade: Double) -> Double {
        guard grade >= 0 else { return .nan }
        if rows.labelGain.isEmpty { return martlet_exp(grade.rounded(.down) * martlet_log(2)) - 1 }
        return grade < Double(rows.labelGain.count) ? rows.labelGain[Int(grade)] : .nan
    }

    private func ranked(_ members: [Int]) -> [Int] {
        members.sorted {
            let (first, second) = (rows.predictions[$0], rows.predictions[$1])
            return first != second ? first > second : $0 < $1
        }
    }

    private func meanOverQueries(_ value: ([Int]) -> Double) -> Double {
        var sum = CompensatedSum()
        var weightSum = CompensatedSum()
        for query in 0..<queries.count {
            let members = queries[query].map { Int($0) }
            guard !members.isEmpty else { continue }
            // Nothing can be ranked by what is not a number.
            if members.contains(where: { rows.predictions[$0].isNaN || rows.labels[$0].isNaN }) {
                return .nan
            }
            let weight =
                rows.weights.map { weights in
                    members.reduce(0.0) { $0 + weights[$1] } / Double(members.count)
                } ?? 1
            sum.add(value(members) * weight)
            weightSum.add(weight)
        }
        return weightSum.value > 0 ? sum.value / weightSum.value : .nan
    }
}

/// Which rows belong to which query: `rows`, query by query.
package struct RankedQueries: Sendable {
    /// (queryCount + 1)
    package let starts: [Int]
    /// (rowCount) in each query ascending.
    package let rows: [UInt32]

    package init(starts: [Int], rows: [UInt32]) {
        self.starts = starts
        self.rows = rows
    }

    var count: Int { starts.count - 1 }

    subscript(query: Int) -> ArraySlice<UInt32> { rows[starts[query]..<starts[query + 1]] }
}
