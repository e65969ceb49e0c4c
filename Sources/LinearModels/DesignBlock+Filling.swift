import CKernels
import Models

extension DesignBlock {
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
