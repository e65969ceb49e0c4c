import CKernels
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
    private(set) var rowCount = 0
    /// Whether products are summed in twice the precision.
    private(set) var isPrecise = false
    /// (denseCount × columnStride), column by column, each row times the root of its weight; where
    /// the block is precise, not.
    let dense: UnsafeMutableBufferPointer<Double>
    /// Of a precise block: (denseCount × columnStride) what rounding took off `dense`, and `dense`
    /// times the weights with what rounding took off that.
    let denseErrors: UnsafeMutableBufferPointer<Double>
    let weighted: UnsafeMutableBufferPointer<Double>
    let weightedErrors: UnsafeMutableBufferPointer<Double>
    private(set) var hasErrors = false
    var hasWeights = false
    /// Whether every row of the tile weighs something.
    private(set) var usesAllRows = true
    /// (rowCountMax) weights and their roots.
    let weights: UnsafeMutableBufferPointer<Double>
    let roots: UnsafeMutableBufferPointer<Double>
    /// (rowCountMax) values before they are put in the order of the folds.
    let scratch: UnsafeMutableBufferPointer<Double>
    /// (3 × rowCountMax) losses of rows, slopes, curvatures.
    let terms: UnsafeMutableBufferPointer<Double>
    /// (rowCountMax) where each row of the tile stands.
    private let places: UnsafeMutableBufferPointer<Int32>
    /// (features × rowCountMax) the indicator that is 1, counted within the feature, or -1.
    let active: UnsafeMutableBufferPointer<Int32>
    /// (features.count) rows with an active indicator.
    private(set) var activeCounts: [Int]
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

    private func start(fold: Int) -> Int {
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

    /// Encodes a tile and computes its Gram matrices; `problem` says what is wrong with it.
    ///
    /// A row of weight 0 is not there, whatever it holds.
    /// - Parameters:
    ///   - shifts: (denseCount), taken off each dense column but the ones.
    ///   - response: what replaces weight and target of each row.
    ///   - scores: where given, `gradient` is computed in place of `gram`.
    ///   - isProfiled: whether `profiles` are wanted.
    func fill(
        _ tile: TileRows, shifts: [Double], response: WorkingResponse? = nil,
        scores: ClassScores? = nil, isProfiled: Bool = false
    ) {
        precondition(tile.count <= Self.rowCountMax)
        rowCount = tile.count
        problem = nil
        let featureCount = isProfiled ? layout.features.features.count : 0
        profiles = Array(repeating: FeatureProfile(), count: featureCount)
        isPrecise = layout.isPrecise && response == nil && scores == nil
        hasErrors = false
        for fold in 0..<foldCount {
            var place = Int32(start(fold: fold))
            for row in stride(from: fold, to: rowCount, by: foldCount) {
                places[row] = place
                place += 1
            }
        }
        loss = 0
        fillWeights(tile)
        // Reweighted later: until then the dense columns are as they are.
        if response != nil || scores != nil || isPrecise {
            for place in 0..<rowCount { roots[place] = weights[place] > 0 ? 1 : 0 }
        }
        for (index, feature) in layout.features.features.enumerated() where feature.codeCount > 0 {
            fillCategories(index, tile)
        }
        for (index, feature) in layout.numericFeatures.enumerated() {
            fillNumbers(feature, tile, into: index, shift: shifts[index])
        }
        fillTarget(tile, shift: shifts[layout.targetColumn])
        guard problem == nil else { return }
        if let scores { return add(scores, shifts: shifts) }
        if let response { reweigh(response, shifts: shifts) }
        guard problem == nil, response?.isLossAlone != true else { return }
        if isPrecise { multiplyPrecisely() } else { multiply() }
    }

    private func fillTarget(_ tile: TileRows, shift: Double) {
        let targetColumn = column(layout.targetColumn)
        let ones = column(layout.onesColumn)
        if isPlain, fillPlain(tile.target, into: targetColumn, shift: shift) {
            _ = ones.update(fromContentsOf: roots[..<rowCount])
            return
        }
        for row in 0..<rowCount {
            let place = Int(places[row])
            let value = tile.target[row]
            let isUsed = weights[place] > 0
            if isUsed, !value.isFinite {
                problem = LinearModelError(
                    .outOfSpec, "The target of a row is \(value). Leave rows without a target out.")
            }
            targetColumn[place] =
                isUsed ? (value - shift) * roots[place] : 0
            ones[place] = roots[place]
            if isPrecise {
                setError(
                    isUsed ? value : shift, place,
                    column: layout.targetColumn, shift: shift)
            }
        }
    }

    /// Whether rows stand where they stood, every one counts and no rounding error is kept.
    private var isPlain: Bool { usesAllRows && foldCount == 1 && !isPrecise }

    /// Fills a column of a plain block.
    /// - Returns: false when a value is NaN or infinite: then the column is to be filled anew.
    private func fillPlain(
        _ values: UnsafeBufferPointer<Double>, into column: UnsafeMutableBufferPointer<Double>,
        shift: Double
    ) -> Bool {
        // Carries into the sign where the exponent is all ones.
        var signs: UInt64 = 0
        for row in 0..<rowCount {
            let value = values[row]
            signs |= (value.bitPattern & 0x7fff_ffff_ffff_ffff) &+ 0x0010_0000_0000_0000
            column[row] = (value - shift) * roots[row]
        }
        return signs >> 63 == 0
    }

    /// Keeps what rounding takes off `value - shift`.
    private func setError(_ value: Double, _ place: Int, column: Int, shift: Double) {
        let error = DoubleDouble.sum(value, -shift).low
        denseErrors[column * Self.columnStride + place] = error
        hasErrors = hasErrors || error != 0
    }

    private func fillWeights(_ tile: TileRows) {
        usesAllRows = true
        guard tile.weights != nil else {
            weights.update(repeating: 1)
            roots.update(repeating: 1)
            return
        }
        for row in 0..<rowCount {
            let weight = tile.weights?[row] ?? 1
            let place = Int(places[row])
            weights[place] = weight
            roots[place] = weight.squareRoot()
            usesAllRows = usesAllRows && weight > 0
            if !(weight >= 0 && weight < .infinity) {
                problem = LinearModelError(
                    .outOfSpec, "A weight is \(weight); weights are finite and 0 or more.")
            }
        }
    }

    private func fillCategories(_ feature: Int, _ tile: TileRows) {
        let values = UnsafeMutableBufferPointer(rebasing: scratch[..<rowCount])
        tile.encode(feature: feature, into: values)
        addProfile(of: feature, values, tile)
        let start = feature * Self.rowCountMax
        for row in 0..<rowCount {
            let place = Int(places[row])
            active[start + place] = weights[place] > 0 ? Int32(values[row]) : -1
        }
        activeCounts[feature] = rowCount
    }

    private func fillNumbers(
        _ feature: Int, _ tile: TileRows, into index: Int, shift: Double
    ) {
        guard !isPlain else { return fillPlainNumbers(feature, tile, into: index, shift: shift) }
        let column = column(index)
        let values = UnsafeMutableBufferPointer(rebasing: scratch[..<rowCount])
        tile.encode(feature: feature, into: values)
        addProfile(of: feature, values, tile)
        let start = feature * Self.rowCountMax
        var missingCount = 0
        for row in 0..<rowCount {
            let value = values[row]
            let place = Int(places[row])
            let isUsed = weights[place] > 0
            let isMissing = value.isNaN && isUsed
            missingCount += isMissing ? 1 : 0
            active[start + place] = isMissing ? 0 : -1
            column[place] = isUsed && !isMissing ? (value - shift) * roots[place] : 0
            if isPrecise {
                setError(isUsed && !isMissing ? value : shift, place, column: index, shift: shift)
            }
            if value.isInfinite && isUsed { problem = infinite(feature) }
        }
        activeCounts[feature] = missingCount
    }

    /// Of a plain block, from where the values lie, in one pass.
    private func fillPlainNumbers(
        _ feature: Int, _ tile: TileRows, into index: Int, shift: Double
    ) {
        let scratch = UnsafeMutableBufferPointer(rebasing: scratch[..<rowCount])
        let given = tile.doubles(feature: feature)
        if given == nil { tile.encode(feature: feature, into: scratch) }
        let values = given ?? UnsafeBufferPointer(scratch)
        var tally = martlet_value_tally()
        tally.minimum = .infinity
        tally.maximum = -.infinity
        martlet_centre_values(
            values.baseAddress, roots.baseAddress, rowCount, shift, column(index).baseAddress,
            &tally)
        addProfile(of: feature, tally)
        let missingCount = Int(tally.missing_count)
        activeCounts[feature] = missingCount
        // Without any value the extremes are as they began, infinite, the other way round.
        if missingCount < rowCount, tally.minimum == -.infinity || tally.maximum == .infinity {
            problem = infinite(feature)
        }
        guard missingCount > 0 else { return }
        let start = feature * Self.rowCountMax
        for row in 0..<rowCount { active[start + row] = values[row].isNaN ? 0 : -1 }
    }

    private func infinite(_ feature: Int) -> LinearModelError {
        let name = layout.features.features[feature].name
        return LinearModelError(
            .outOfSpec,
            "Column `\(name)` holds an infinite value, which a linear model cannot use. Clean it, "
                + "or leave the column out.",
            context: ["column": name])
    }
}
