import CKernels
import COpenBLAS
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

    private let layout: DesignLayout
    let foldCount: Int
    private(set) var rowCount = 0
    /// Whether products are summed in twice the precision.
    private(set) var isPrecise = false
    /// (denseCount × rowCountMax), column by column, each row times the root of its weight; where
    /// the block is precise, not.
    let dense: UnsafeMutableBufferPointer<Double>
    /// Of a precise block: (denseCount × rowCountMax) what rounding took off `dense`, and `dense`
    /// times the weights with what rounding took off that.
    private let denseErrors: UnsafeMutableBufferPointer<Double>
    private let weighted: UnsafeMutableBufferPointer<Double>
    private let weightedErrors: UnsafeMutableBufferPointer<Double>
    private var hasErrors = false
    private var hasWeights = false
    /// (rowCountMax) weights and their roots.
    let weights: UnsafeMutableBufferPointer<Double>
    private let roots: UnsafeMutableBufferPointer<Double>
    /// (rowCountMax) values before they are put in the order of the folds.
    private let scratch: UnsafeMutableBufferPointer<Double>
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
    private let scoreMemory: UnsafeMutableBufferPointer<Double>
    private(set) var problem: LinearModelError?
    /// Weighted sum of the losses of the rows, with a response.
    private(set) var loss = 0.0

    init(_ layout: DesignLayout, foldCount: Int = 1, outputCount: Int = 0) {
        self.layout = layout
        self.foldCount = foldCount
        let featureCount = layout.features.features.count
        dense = .allocate(capacity: layout.denseCount * Self.rowCountMax)
        weights = .allocate(capacity: Self.rowCountMax)
        roots = .allocate(capacity: Self.rowCountMax)
        scratch = .allocate(capacity: Self.rowCountMax)
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
        let start = index * Self.rowCountMax
        return UnsafeMutableBufferPointer(rebasing: dense[start..<start + rowCount])
    }

    /// Encodes a tile and computes its Gram matrices; `problem` says what is wrong with it.
    ///
    /// A row of weight 0 is not there, whatever it holds.
    /// - Parameters:
    ///   - shifts: (denseCount), taken off each dense column but the ones.
    ///   - response: what replaces weight and target of each row.
    ///   - scores: where given, `gradient` is computed in place of `gram`.
    func fill(
        _ tile: TileRows, shifts: [Double], response: WorkingResponse? = nil,
        scores: ClassScores? = nil
    ) {
        precondition(tile.count <= Self.rowCountMax)
        rowCount = tile.count
        problem = nil
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
        let targetColumn = column(layout.targetColumn)
        let ones = column(layout.onesColumn)
        for row in 0..<rowCount {
            let place = Int(places[row])
            let value = tile.target[row]
            let isUsed = weights[place] > 0
            if isUsed, !value.isFinite {
                problem = LinearModelError(
                    .outOfSpec, "The target of a row is \(value). Leave rows without a target out.")
            }
            targetColumn[place] =
                isUsed ? (value - shifts[layout.targetColumn]) * roots[place] : 0
            ones[place] = roots[place]
            if isPrecise {
                setError(
                    isUsed ? value : shifts[layout.targetColumn], place,
                    column: layout.targetColumn, shift: shifts[layout.targetColumn])
            }
        }
        guard problem == nil else { return }
        if let scores { return add(scores, shifts: shifts) }
        if let response { reweigh(response, shifts: shifts) }
        guard problem == nil else { return }
        if isPrecise { multiplyPrecisely() } else { multiply() }
    }

    private func add(_ scores: ClassScores, shifts: [Double]) {
        if let sum = scores.addUp(self, shifts: shifts, scores: scoreMemory, into: gradient) {
            loss = sum
        } else {
            problem = LinearModelError(.outOfSpec, "The target of a row is none of the classes.")
        }
    }

    /// Puts working weights and responses in the place of weights and targets.
    private func reweigh(_ response: WorkingResponse, shifts: [Double]) {
        let scores = UnsafeMutableBufferPointer(rebasing: scratch[..<rowCount])
        response.score(self, shifts: shifts, into: scores)
        let targets = column(layout.targetColumn)
        let ones = column(layout.onesColumn)
        for row in 0..<rowCount where weights[row] > 0 {
            guard response.loss.allows(targets[row]) else {
                problem = LinearModelError(
                    .outOfSpec,
                    "The target of a row is \(targets[row]), which the objective "
                        + "\(response.loss.rawValue) does not allow.")
                return
            }
            let terms = response.loss.terms(score: scores[row], target: targets[row])
            loss += weights[row] * terms.loss
            weights[row] *= terms.curvature
            roots[row] = weights[row].squareRoot()
            targets[row] = roots[row] * terms.slope / terms.curvature
            ones[row] = roots[row]
        }
        for index in layout.numericFeatures.indices {
            let values = column(index)
            for row in 0..<rowCount { values[row] *= roots[row] }
        }
    }

    /// Keeps what rounding takes off `value - shift`.
    private func setError(_ value: Double, _ place: Int, column: Int, shift: Double) {
        let error = DoubleDouble.sum(value, -shift).low
        denseErrors[column * Self.rowCountMax + place] = error
        hasErrors = hasErrors || error != 0
    }

    private func multiplyPrecisely() {
        hasWeights = (0..<rowCount).contains { weights[$0] != 0 && weights[$0] != 1 }
        if hasWeights {
            for column in 0..<layout.denseCount {
                let start = column * Self.rowCountMax
                for row in 0..<rowCount {
                    let value = DoubleDouble(
                        high: dense[start + row], low: denseErrors[start + row])
                    let product = value * weights[row]
                    weighted[start + row] = product.high
                    weightedErrors[start + row] = product.low
                }
            }
        }
        let order = layout.denseCount
        for fold in 0..<foldCount {
            let rows = rows(fold: fold)
            func from(_ values: UnsafeMutableBufferPointer<Double>) -> UnsafePointer<Double>? {
                values.baseAddress.map { UnsafePointer($0 + rows.lowerBound) }
            }
            let isExact = !hasErrors && !hasWeights
            martlet_gram(
                from(hasWeights ? weighted : dense),
                isExact ? nil : from(hasWeights ? weightedErrors : denseErrors), from(dense),
                isExact ? nil : from(denseErrors), rows.count, Self.rowCountMax, order,
                gram.baseAddress.map { $0 + fold * order * order },
                gramErrors.baseAddress.map { $0 + fold * order * order })
        }
    }

    /// A column times the weights, of a precise block.
    struct PreciseColumn {
        let high: UnsafeBufferPointer<Double>
        let low: UnsafeBufferPointer<Double>
    }

    func weightedColumn(_ index: Int) -> PreciseColumn {
        let place = index * Self.rowCountMax..<index * Self.rowCountMax + rowCount
        return PreciseColumn(
            high: UnsafeBufferPointer(rebasing: (hasWeights ? weighted : dense)[place]),
            low: UnsafeBufferPointer(
                rebasing: (hasWeights ? weightedErrors : denseErrors)[place]))
    }

    private func multiply() {
        let order = Int32(layout.denseCount)
        for fold in 0..<foldCount {
            let rows = rows(fold: fold)
            let result = gram.baseAddress.map {
                $0 + fold * layout.denseCount * layout.denseCount
            }
            // Without rows dsyrk still clears the result (beta is 0).
            cblas_dsyrk(
                CblasColMajor, CblasUpper, CblasTrans, order, Int32(rows.count), 1,
                dense.baseAddress.map { $0 + rows.lowerBound }, Int32(Self.rowCountMax), 0, result,
                order)
        }
    }

    private func fillWeights(_ tile: TileRows) {
        for row in 0..<rowCount {
            let weight = tile.weights?[row] ?? 1
            let place = Int(places[row])
            weights[place] = weight
            roots[place] = weight.squareRoot()
            if !(weight >= 0 && weight < .infinity) {
                problem = LinearModelError(
                    .outOfSpec, "A weight is \(weight); weights are finite and 0 or more.")
            }
        }
    }

    private func fillCategories(_ feature: Int, _ tile: TileRows) {
        let values = UnsafeMutableBufferPointer(rebasing: scratch[..<rowCount])
        tile.encode(feature: feature, into: values)
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
        let column = column(index)
        let values = UnsafeMutableBufferPointer(rebasing: scratch[..<rowCount])
        tile.encode(feature: feature, into: values)
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
            if value.isInfinite && isUsed {
                problem = LinearModelError(
                    .outOfSpec,
                    "Column `\(layout.features.features[feature].name)` holds an "
                        + "infinite value, which a linear model cannot use. Clean it, or leave "
                        + "the column out.",
                    context: ["column": layout.features.features[feature].name])
            }
        }
        activeCounts[feature] = missingCount
    }
}
