import CKernels

/// Gains of children whose values are not free: by `maxDeltaStep`, `pathSmooth` or monotone splits.
extension SplitFinder {
    /// 1 where scores may only rise with the feature, -1 where they may only fall, otherwise 0.
    func direction(of feature: Int) -> Int {
        parameters.monotoneConstraints.isEmpty ? 0 : parameters.monotoneConstraints[feature]
    }

    /// The same of a threshold. One that divides missing values from all others is free: it puts no
    /// two values in order.
    func direction(of member: SearchedColumns.Member, bin: Int) -> Int {
        bin < member.valueBinCount - 1 ? direction(of: member.feature) : 0
    }

    /// Whether the children's gain has to be taken from their values.
    func isByValue(_ search: NodeSearch, direction: Int) -> Bool {
        leafMath.maxDeltaStep > 0 || leafMath.pathSmooth > 0 || direction != 0
            || search.limits.isBounded
    }

    /// The kernel's twin, which also knows what holds the children's values.
    func bestBinByValue(
        in bins: Range<Int>, of member: SearchedColumns.Member, scan: martlet_split_scan,
        search: NodeSearch, scratch: SplitScratch
    ) -> (bin: Int, gain: Double)? {
        var best: (bin: Int, gain: Double)?
        for bin in bins {
            let leftGradient = scratch.gradientSums[bin] + scan.added_gradient
            let leftHessian = scratch.hessianSums[bin] + scan.added_hessian
            let rightGradient = scan.total_gradient - leftGradient
            let rightHessian = scan.total_hessian - leftHessian
            guard leftHessian >= scan.min_hessian, rightHessian >= scan.min_hessian,
                let gain = gainByValue(
                    left: (leftGradient, leftHessian), right: (rightGradient, rightHessian),
                    l2: scan.lambda_l2, search: search,
                    direction: direction(of: member, bin: bin))
            else { continue }
            if best.map({ gain > $0.gain }) ?? true { best = (bin, gain) }
        }
        return best
    }

    /// The children's scores; nil where their values would be in the wrong order.
    func gainByValue(
        left: (gradient: Double, hessian: Double), right: (gradient: Double, hessian: Double),
        l2: Double, search: NodeSearch, direction: Int
    ) -> Double? {
        let leftValue = leafMath.value(
            gradient: left.gradient, hessian: left.hessian, l2: l2,
            rowCount: search.rowCount(ofHessian: left.hessian), limits: search.limits)
        let rightValue = leafMath.value(
            gradient: right.gradient, hessian: right.hessian, l2: l2,
            rowCount: search.rowCount(ofHessian: right.hessian), limits: search.limits)
        switch direction {
        case 1 where leftValue > rightValue, -1 where leftValue < rightValue: return nil
        default: break
        }
        return leafMath.score(
            gradient: left.gradient, hessian: left.hessian, l2: l2, value: leftValue)
            + leafMath.score(
                gradient: right.gradient, hessian: right.hessian, l2: l2, value: rightValue)
    }
}
