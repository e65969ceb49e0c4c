/// Sums over rows of the products of all columns of the design matrix, about the shifts.
struct DesignMoments: Hashable, Sendable {
    let layout: DesignLayout
    var rowCount = 0
    /// Whether every sum carries more digits than a double, or only those that BLAS left.
    private(set) var isPrecise: Bool
    /// (denseCount) what was taken off each dense column; 0 for the ones. A missing number counts
    /// as its shift, so it adds nothing.
    private(set) var shifts: [Double]
    /// (denseCount²) sums of products of dense columns, upper triangle, column-major.
    private var gram: [DoubleDouble]
    /// (denseCount × indicatorCount) sums of a dense column over the rows of an indicator, and what
    /// their rounding took off; the column of ones gives the weight of each indicator.
    private var sums: [Double]
    private var sumErrors: [Double]
    /// (indicatorCount²) weight of the rows where both are 1, for features a < b.
    private var pairs: [Double]

    init(_ layout: DesignLayout, shifts: [Double]? = nil) {
        self.layout = layout
        isPrecise = layout.isPrecise
        self.shifts = shifts ?? Array(repeating: 0, count: layout.denseCount)
        gram = Array(repeating: DoubleDouble(), count: layout.denseCount * layout.denseCount)
        sums = Array(repeating: 0, count: layout.denseCount * layout.indicatorCount)
        sumErrors = sums
        pairs = Array(repeating: 0, count: layout.indicatorCount * layout.indicatorCount)
    }

    /// Sum of weight × column i × column j.
    func product(_ i: Int, _ j: Int) -> DoubleDouble {
        gram[max(i, j) * layout.denseCount + min(i, j)]
    }

    /// Sum of weight × dense column over the rows where an indicator is 1.
    func sum(indicator: Int, dense: Int) -> DoubleDouble {
        let index = dense * layout.indicatorCount + indicator
        return DoubleDouble(high: sums[index], low: sumErrors[index])
    }

    /// Weight of the rows where both indicators are 1.
    func weight(_ a: Int, _ b: Int) -> Double {
        if a == b { return sum(indicator: a, dense: layout.onesColumn).value }
        return pairs[min(a, b) * layout.indicatorCount + max(a, b)]
    }

    var weightSum: Double { product(layout.onesColumn, layout.onesColumn).value }

    /// Sets shifts of columns of which no value was added yet.
    mutating func setShifts(_ shifts: [Double]) { self.shifts = shifts }

    /// Adds the Gram matrix of one fold of a tile; tiles come in the order of their rows.
    mutating func addGram(of block: DesignBlock, fold: Int) {
        isPrecise = isPrecise && block.isPrecise
        rowCount += block.rows(fold: fold).count
        let start = fold * layout.denseCount * layout.denseCount
        for j in 0..<layout.denseCount {
            for index in j * layout.denseCount...j * layout.denseCount + j {
                gram[index] += DoubleDouble(
                    high: block.gram[start + index], low: block.gramErrors[start + index])
            }
        }
    }

    /// The weight of two indicators, as it is kept.
    func pair(_ a: Int, _ b: Int) -> Double { pairs[a * layout.indicatorCount + b] }

    mutating func setProduct(_ value: DoubleDouble, _ i: Int, _ j: Int) {
        gram[j * layout.denseCount + i] = value
    }

    mutating func addSum(_ value: DoubleDouble, indicator: Int, dense: Int) {
        let next = sum(indicator: indicator, dense: dense) + value
        let index = dense * layout.indicatorCount + indicator
        sums[index] = next.high
        sumErrors[index] = next.low
    }

    mutating func addPair(_ value: Double, _ a: Int, _ b: Int) {
        pairs[min(a, b) * layout.indicatorCount + max(a, b)] += value
    }

    /// Runs `body` on the memory of the indicators' sums.
    mutating func withIndicatorSums(_ body: (IndicatorSums) -> Void) {
        let layout = self.layout
        sums.withUnsafeMutableBufferPointer { sums in
            sumErrors.withUnsafeMutableBufferPointer { errors in
                pairs.withUnsafeMutableBufferPointer { pairs in
                    body(IndicatorSums(layout: layout, sums: sums, errors: errors, pairs: pairs))
                }
            }
        }
    }
}

extension DesignMoments {
    /// The indicator of the missing values of a dense column; nil for the target and the ones.
    private func missing(_ column: Int) -> Int? {
        column < layout.numericFeatures.count
            ? layout.indicatorStarts[layout.numericFeatures[column]] : nil
    }

    /// Weight of the rows where a dense column has a value.
    func presentWeight(_ column: Int) -> Double {
        weightSum - (missing(column).map { weight($0, $0) } ?? 0)
    }

    /// The mean of each dense column over the rows where it has a value; its shift without any.
    var means: [Double] {
        (0..<layout.denseCount).map { column in
            guard column != layout.onesColumn else { return 0 }
            let present = presentWeight(column)
            guard present > 0 else { return shifts[column] }
            return shifts[column] + product(column, layout.onesColumn).value / present
        }
    }

    /// The same sums about other shifts.
    ///
    /// With d the differences of the shifts and q 1 where a value is there, the product of columns
    /// i and j becomes `u_i u_j - d_i q_i u_j - d_j u_i q_j + d_i d_j q_i q_j`.
    /// - Complexity: O(columns²).
    func shifted(to new: [Double]) -> DesignMoments {
        var result = self
        result.shifts = new
        let d = zip(new, shifts).map { DoubleDouble.sum($0, -$1) }
        let moves = d.map { $0.high != 0 }
        guard moves.contains(true) else { return result }
        let count = layout.denseCount
        /// Sum of w q_i u_j.
        func partial(_ i: Int, _ j: Int) -> DoubleDouble {
            let all = product(j, layout.onesColumn)
            guard let missing = missing(i) else { return all }
            return all - sum(indicator: missing, dense: j)
        }
        func both(_ i: Int, _ j: Int) -> Double {
            var value = presentWeight(i)
            guard let b = missing(j) else { return value }
            value -= weight(b, b)
            if let a = missing(i) { value += weight(a, b) }
            return value
        }
        for j in 0..<count {
            for i in 0...j where moves[i] || moves[j] {
                var value = product(i, j)
                if moves[i] { value -= d[i] * partial(i, j) }
                if moves[j] { value -= d[j] * partial(j, i) }
                if moves[i], moves[j] { value += d[i] * d[j] * both(i, j) }
                result.setProduct(value, i, j)
            }
        }
        for column in 0..<count where moves[column] {
            let missing = missing(column)
            for a in 0..<layout.indicatorCount {
                let weight = weight(a, a) - (missing.map { self.weight(a, $0) } ?? 0)
                if weight != 0 {
                    result.addSum(-(d[column] * weight), indicator: a, dense: column)
                }
            }
        }
        return result
    }

    /// Adds the sums of other rows, both about their common means: as Chan, Golub and LeVeque
    /// (1983) add variances. The order of merging decides the last bits.
    mutating func merge(_ other: DesignMoments) {
        guard other.rowCount > 0 else { return }
        guard rowCount > 0 else {
            self = other
            return
        }
        let ones = layout.onesColumn
        let common = (0..<layout.denseCount).map { column -> Double in
            guard column != ones else { return 0 }
            let own = presentWeight(column)
            let others = other.presentWeight(column)
            guard own + others > 0 else { return shifts[column] }
            let sum =
                product(column, ones).value + other.product(column, ones).value
                + (other.shifts[column] - shifts[column]) * others
            return shifts[column] + sum / (own + others)
        }
        self = shifted(to: common)
        let added = other.shifted(to: common)
        rowCount += added.rowCount
        isPrecise = isPrecise && added.isPrecise
        for index in gram.indices { gram[index] += added.gram[index] }
        for index in sums.indices {
            let sum =
                DoubleDouble(high: sums[index], low: sumErrors[index])
                + DoubleDouble(high: added.sums[index], low: added.sumErrors[index])
            sums[index] = sum.high
            sumErrors[index] = sum.low
        }
        for index in pairs.indices { pairs[index] += added.pairs[index] }
    }
}
