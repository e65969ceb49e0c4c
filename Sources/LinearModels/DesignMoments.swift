/// Sums over rows of the products of all columns of the design matrix, about the shifts.
struct DesignMoments: Hashable, Sendable {
    let layout: DesignLayout
    var rowCount = 0
    /// (denseCount) what was taken off each dense column; 0 for the ones. A missing number counts
    /// as its shift, so it adds nothing.
    private(set) var shifts: [Double]
    /// (denseCount²) sums of products of dense columns, upper triangle, column-major, and the
    /// rounding errors of these sums.
    private var gram: [Double]
    private var gramErrors: [Double]
    /// (denseCount × indicatorCount) sums of a dense column over the rows of an indicator; the
    /// column of ones gives the weight of each indicator.
    private var sums: [Double]
    /// (indicatorCount²) weight of the rows where both are 1, for features a < b.
    private var pairs: [Double]

    init(_ layout: DesignLayout, shifts: [Double]? = nil) {
        self.layout = layout
        self.shifts = shifts ?? Array(repeating: 0, count: layout.denseCount)
        gram = Array(repeating: 0, count: layout.denseCount * layout.denseCount)
        gramErrors = gram
        sums = Array(repeating: 0, count: layout.denseCount * layout.indicatorCount)
        pairs = Array(repeating: 0, count: layout.indicatorCount * layout.indicatorCount)
    }

    /// Sum of weight × column i × column j.
    func product(_ i: Int, _ j: Int) -> Double {
        let index = max(i, j) * layout.denseCount + min(i, j)
        return gram[index] + gramErrors[index]
    }

    /// Sum of weight × dense column over the rows where an indicator is 1.
    func sum(indicator: Int, dense: Int) -> Double {
        sums[dense * layout.indicatorCount + indicator]
    }

    /// Weight of the rows where both indicators are 1.
    func weight(_ a: Int, _ b: Int) -> Double {
        if a == b { return sum(indicator: a, dense: layout.onesColumn) }
        return pairs[min(a, b) * layout.indicatorCount + max(a, b)]
    }

    var weightSum: Double { product(layout.onesColumn, layout.onesColumn) }

    /// Sets shifts of columns of which no value was added yet.
    mutating func setShifts(_ shifts: [Double]) { self.shifts = shifts }

    /// Adds the Gram matrix of one fold of a tile; tiles come in the order of their rows.
    mutating func addGram(of block: DesignBlock, fold: Int) {
        rowCount += block.rows(fold: fold).count
        let start = fold * layout.denseCount * layout.denseCount
        for j in 0..<layout.denseCount {
            for index in j * layout.denseCount...j * layout.denseCount + j {
                add(block.gram[start + index], at: index)
            }
        }
    }

    /// Rounds each sum to the one number that is kept of it.
    mutating func round() {
        for index in gram.indices {
            gram[index] += gramErrors[index]
            gramErrors[index] = 0
        }
    }

    /// The weight of two indicators, as it is kept.
    func pair(_ a: Int, _ b: Int) -> Double { pairs[a * layout.indicatorCount + b] }

    mutating func setProduct(_ value: Double, _ i: Int, _ j: Int) {
        gram[j * layout.denseCount + i] = value
    }

    mutating func addSum(_ value: Double, indicator: Int, dense: Int) {
        sums[dense * layout.indicatorCount + indicator] += value
    }

    mutating func addPair(_ value: Double, _ a: Int, _ b: Int) {
        pairs[min(a, b) * layout.indicatorCount + max(a, b)] += value
    }

    /// Runs `body` on the memory of the indicators' sums.
    mutating func withIndicatorSums(_ body: (IndicatorSums) -> Void) {
        let layout = self.layout
        sums.withUnsafeMutableBufferPointer { sums in
            pairs.withUnsafeMutableBufferPointer { pairs in
                body(IndicatorSums(layout: layout, sums: sums, pairs: pairs))
            }
        }
    }

    /// Neumaier's sum: each entry carries what its additions rounded off.
    private mutating func add(_ value: Double, at index: Int) {
        let next = gram[index] + value
        gramErrors[index] +=
            abs(gram[index]) >= abs(value)
            ? (gram[index] - next) + value : (value - next) + gram[index]
        gram[index] = next
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
            return shifts[column] + product(column, layout.onesColumn) / present
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
        let d = zip(new, shifts).map { $0 - $1 }
        guard d.contains(where: { $0 != 0 }) else { return result }
        let count = layout.denseCount
        /// Sum of w q_i u_j.
        func partial(_ i: Int, _ j: Int) -> Double {
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
            for i in 0...j where d[i] != 0 || d[j] != 0 {
                let index = j * count + i
                var change = 0.0
                if d[i] != 0 { change -= d[i] * partial(i, j) }
                if d[j] != 0 { change -= d[j] * partial(j, i) }
                if d[i] != 0, d[j] != 0 { change += d[i] * d[j] * both(i, j) }
                result.gram[index] = product(i, j) + change
                result.gramErrors[index] = 0
            }
        }
        for column in 0..<count where d[column] != 0 {
            let missing = missing(column)
            for a in 0..<layout.indicatorCount {
                let weight = weight(a, a) - (missing.map { self.weight(a, $0) } ?? 0)
                result.sums[column * layout.indicatorCount + a] -= d[column] * weight
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
                product(column, ones) + other.product(column, ones)
                + (other.shifts[column] - shifts[column]) * others
            return shifts[column] + sum / (own + others)
        }
        self = shifted(to: common)
        let added = other.shifted(to: common)
        rowCount += added.rowCount
        for j in 0..<layout.denseCount {
            for i in 0...j { add(added.product(i, j), at: j * layout.denseCount + i) }
        }
        for index in sums.indices { sums[index] += added.sums[index] }
        for index in pairs.indices { pairs[index] += added.pairs[index] }
    }
}
