import Models

/// A tile of the design matrix and its part of the sums, fold by fold.
///
/// Row r of a tile belongs to fold r mod F; the rows of a fold stand together, in their order.
///
/// `@unchecked Sendable`: one thread fills a block, and others read it in a later region of the
/// pool, which orders the accesses.
final class DesignBlock: @unchecked Sendable {
    /// Rows of a tile. It decides the last bits of a fit, so it is not a parameter. `dsyrk` was
    /// measured to be as fast with 1,024 rows as with a million.
    static let rowCountMax = 2048
    /// From one dense column to the next. A cache line more than the rows: at a power of two the same
    /// rows of all columns would fall into one set of the caches.
    static let columnStride = rowCountMax + 8

    let layout: DesignLayout
    let foldCount: Int
    var rowCount = 0
    /// Whether products are summed in twice the precision.
    var isPrecise = false
    /// (denseCount × columnStride), column by column, each row times the root of its weight; where
    /// the block is precise, not.
    let dense: UnsafeMutableBufferPointer<Double>
    /// Of a precise block: (denseCount × columnStride) what rounding took off `dense`, and `dense`
    /// times the weights with what rounding took off that.
    let denseErrors: UnsafeMutableBufferPointer<Double>
    let weighted: UnsafeMutableBufferPointer<Double>
    let weightedErrors: UnsafeMutableBufferPointer<Double>
    var hasErrors = false
    var hasWeights = false
    /// Whether every row of the tile weighs something.
    var usesAllRows = true
    /// (rowCountMax) weights and their roots.
    let weights: UnsafeMutableBufferPointer<Double>
    let roots: UnsafeMutableBufferPointer<Double>
    /// (rowCountMax) values before they are put in the order of the folds.
    let scratch: UnsafeMutableBufferPointer<Double>
    /// (3 × rowCountMax) losses of rows, slopes, curvatures.
    let terms: UnsafeMutableBufferPointer<Double>
    /// (rowCountMax) where each row of the tile stands.
    let places: UnsafeMutableBufferPointer<Int32>
    /// (features × rowCountMax) the indicator that is 1, counted within the feature, or -1.
    let active: UnsafeMutableBufferPointer<Int32>
    /// (features.count) rows with an active indicator.
    var activeCounts: [Int]
    /// (foldCount × denseCount × denseCount), the upper triangles, column-major.
    let gram: UnsafeMutableBufferPointer<Double>
    /// What rounding took off `gram`; 0 where BLAS computed it.
    let gramErrors: UnsafeMutableBufferPointer<Double>
    /// (outputs × ClassScores.gradientStride) and (outputs × rowCountMax); empty without outputs.
    let gradient: UnsafeMutableBufferPointer<Double>
    let scoreMemory: UnsafeMutableBufferPointer<Double>
    /// (features.count) what the values of the rows that count are like; empty where not asked for.
    var profiles: [FeatureProfile] = []
    var problem: LinearModelError?
    /// Weighted sum of the losses of the rows, with a response.
    var loss = 0.0

    init(_ layout: DesignLayout, foldCount: Int = 1, outputCount: Int = 0) {
        self.layout = layout
        self.foldCount = foldCount
        let featureCount = layout.features.features.count
        dense = .allocate(capacity: layout.denseCount * Self.columnStride)
        weights = .allocate(capacity: Self.rowCountMax)
        roots = .allocate(capacity: Self.rowCountMax)
        scratch = .allocate(capacity: Self.rowCountMax)
        terms = .allocate(capacity: 3 * Self.rowCountMax)
        places = .allocate(capacity: Self.rowCountMax)
        active = .allocate(capacity: featureCount * Self.rowCountMax)
        gram = .allocate(capacity: foldCount * layout.denseCount * layout.denseCount)
        gramErrors = .allocate(capacity: gram.count)
        let preciseCount = layout.isPrecise ? dense.count : 0
        denseErrors = .allocate(capacity: preciseCount)
        weighted = .allocate(capacity: preciseCount)
        weightedErrors = .allocate(capacity: preciseCount)
        gradient = .allocate(capacity: outputCount * ClassScores.gradientStride(layout))
        scoreMemory = .allocate(capacity: outputCount * Self.rowCountMax)
        activeCounts = Array(repeating: 0, count: featureCount)
        dense.initialize(repeating: 0)
        weights.initialize(repeating: 1)
        roots.initialize(repeating: 1)
        scratch.initialize(repeating: 0)
        terms.initialize(repeating: 0)
        places.initialize(repeating: 0)
        active.initialize(repeating: -1)
        gram.initialize(repeating: 0)
        gramErrors.initialize(repeating: 0)
        denseErrors.initialize(repeating: 0)
        weighted.initialize(repeating: 0)
        weightedErrors.initialize(repeating: 0)
        gradient.initialize(repeating: 0)
        scoreMemory.initialize(repeating: 0)
    }

    deinit {
        dense.deallocate()
        weights.deallocate()
        roots.deallocate()
        scratch.deallocate()
        terms.deallocate()
        places.deallocate()
        active.deallocate()
        gram.deallocate()
        gramErrors.deallocate()
        denseErrors.deallocate()
        weighted.deallocate()
        weightedErrors.deallocate()
        gradient.deallocate()
        scoreMemory.deallocate()
    }

    /// Where the rows of a fold stand.
    func rows(fold: Int) -> Range<Int> {
        let start = start(fold: fold)
        return start..<start + (rowCount - fold + foldCount - 1) / foldCount
    }

    func start(fold: Int) -> Int {
        let (quotient, remainder) = rowCount.quotientAndRemainder(dividingBy: foldCount)
        return fold * quotient + min(fold, remainder)
    }

    /// The indicators of one feature, (rowCount).
    func active(feature: Int) -> UnsafeBufferPointer<Int32> {
        let start = feature * Self.rowCountMax
        return UnsafeBufferPointer(rebasing: active[start..<start + rowCount])
    }

    /// One dense column, (rowCount).
    func column(_ index: Int) -> UnsafeMutableBufferPointer<Double> {
        let start = index * Self.columnStride
        return UnsafeMutableBufferPointer(rebasing: dense[start..<start + rowCount])
    }
}
