import CKernels
import COpenBLAS

/// What a filled block comes to: Gram matrices, or losses and their derivatives.
extension DesignBlock {
    func add(_ scores: ClassScores, shifts: [Double]) {
        if let sum = scores.addUp(self, shifts: shifts, scores: scoreMemory, into: gradient) {
            loss = sum
        } else {
            problem = LinearModelError(.outOfSpec, "The target of a row is none of the classes.")
        }
    }

    /// Puts working weights and responses in the place of weights and targets.
    func reweigh(_ response: WorkingResponse, shifts: [Double]) {
        let scores = UnsafeMutableBufferPointer(rebasing: scratch[..<rowCount])
        response.score(self, shifts: shifts, into: scores)
        let targets = column(layout.targetColumn)
        for row in 0..<rowCount where weights[row] > 0 && !response.loss.allows(targets[row]) {
            problem = LinearModelError(
                .outOfSpec,
                "The target of a row is \(targets[row]), which the objective "
                    + "\(response.loss.rawValue) does not allow.")
            return
        }
        let (losses, slopes, curvatures) = (derivatives(0), derivatives(1), derivatives(2))
        response.loss.terms(
            scores: UnsafeBufferPointer(scores), targets: UnsafeBufferPointer(targets),
            losses: losses, slopes: slopes, curvatures: curvatures)
        for row in 0..<rowCount { loss += weights[row] * losses[row] }
        guard !response.isLossAlone else { return }
        let ones = column(layout.onesColumn)
        for row in 0..<rowCount {
            let weight = weights[row] * curvatures[row]
            let root = weight.squareRoot()
            weights[row] = weight
            ones[row] = root
            targets[row] = root * slopes[row] / curvatures[row]
        }
        for index in layout.numericFeatures.indices {
            let values = column(index)
            for row in 0..<rowCount { values[row] *= ones[row] }
        }
    }

    private func derivatives(_ index: Int) -> UnsafeMutableBufferPointer<Double> {
        let start = index * Self.rowCountMax
        return UnsafeMutableBufferPointer(rebasing: terms[start..<start + rowCount])
    }

    func multiplyPrecisely() {
        hasWeights = (0..<rowCount).contains { weights[$0] != 0 && weights[$0] != 1 }
        if hasWeights {
            for column in 0..<layout.denseCount {
                let start = column * Self.columnStride
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
                isExact ? nil : from(denseErrors), rows.count, Self.columnStride, order,
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
        let place = index * Self.columnStride..<index * Self.columnStride + rowCount
        return PreciseColumn(
            high: UnsafeBufferPointer(rebasing: (hasWeights ? weighted : dense)[place]),
            low: UnsafeBufferPointer(
                rebasing: (hasWeights ? weightedErrors : denseErrors)[place]))
    }

    func multiply() {
        let order = Int32(layout.denseCount)
        for fold in 0..<foldCount {
            let rows = rows(fold: fold)
            let result = gram.baseAddress.map {
                $0 + fold * layout.denseCount * layout.denseCount
            }
            // Without rows dsyrk still clears the result (beta is 0).
            cblas_dsyrk(
                CblasColMajor, CblasUpper, CblasTrans, order, Int32(rows.count), 1,
                dense.baseAddress.map { $0 + rows.lowerBound }, Int32(Self.columnStride), 0, result,
                order)
        }
    }
}
