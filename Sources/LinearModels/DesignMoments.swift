/// Sums over rows of the products of all columns of the design matrix, about the shifts.
struct DesignMoments: Sendable {
    let layout: DesignLayout
    private(set) var rowCount = 0
    /// (denseCount²) sums of products of dense columns, upper triangle, column-major, and the
    /// rounding errors of these sums.
    private var gram: [Double]
    private var gramErrors: [Double]
    /// (denseCount × indicatorCount) sums of a dense column over the rows of an indicator; the
    /// column of ones gives the weight of each indicator.
    private var sums: [Double]
    /// (indicatorCount²) weight of the rows where both are 1, for features a < b.
    private var pairs: [Double]

    init(_ layout: DesignLayout) {
        self.layout = layout
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

    /// Adds the Gram matrix of a block; blocks come in the order of their rows.
    mutating func addGram(of block: DesignBlock) {
        rowCount += block.rowCount
        for index in gram.indices {
            // Neumaier's sum: each entry carries what its additions rounded off.
            let value = block.gram[index]
            let next = gram[index] + value
            gramErrors[index] +=
                abs(gram[index]) >= abs(value)
                ? (gram[index] - next) + value : (value - next) + gram[index]
            gram[index] = next
        }
    }

    /// Runs `body` on the memory that `addIndicators` writes.
    mutating func withIndicatorSums(
        _ body: (IndicatorSums) -> Void
    ) {
        let layout = self.layout
        sums.withUnsafeMutableBufferPointer { sums in
            pairs.withUnsafeMutableBufferPointer { pairs in
                body(IndicatorSums(layout: layout, sums: sums, pairs: pairs))
            }
        }
    }
}
