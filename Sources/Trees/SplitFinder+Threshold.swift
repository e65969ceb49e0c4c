import Binning
import CKernels

extension SplitFinder {
    /// The best threshold of a numeric feature, missing values on the better side.
    ///
    /// Where the node has no missing values, they are sent to the larger child.
    /// - Returns: nil, too, where another feature's split is better.
    func bestThreshold(
        _ member: SearchedColumns.Member, _ sums: BinSums, search: NodeSearch,
        scratch: SplitScratch, than other: SplitInfo?
    ) -> SplitInfo? {
        let (feature, valueBinCount) = (member.feature, member.valueBinCount)
        sums.scan(count: valueBinCount, scale: search.scale, into: scratch)
        let missing = sums.total(valueBinCount..<valueBinCount + (member.hasMissing ? 1 : 0))
        let hasMissing = missing.hessian > 0 || missing.gradient != 0

        // Missing values on the right may stand against all others.
        var scan = self.scan(search, addedGradient: 0, addedHessian: 0)
        let rightCount = hasMissing ? valueBinCount : valueBinCount - 1
        var best = bestBin(
            of: member, count: rightCount, scan: scan, search: search, scratch: scratch)
        var missingGoesLeft = false
        if hasMissing {
            scan = self.scan(
                search, addedGradient: missing.gradient, addedHessian: missing.hessian)
            let left = bestBin(
                of: member, count: valueBinCount - 1, scan: scan, search: search,
                scratch: scratch)
            if let found = left, best.map({ found.gain > $0.gain }) ?? true {
                best = found
                missingGoesLeft = true
            }
        }
        guard let best else { return nil }
        let gain = best.gain - search.score
        if let other, gain < other.gain { return nil }
        var left = sums.total(0..<best.bin + 1)
        if missingGoesLeft {
            left.gradient &+= missing.gradient
            left.hessian &+= missing.hessian
        }
        if !hasMissing {
            missingGoesLeft = !member.hasMissing || 2 * left.hessian >= search.node.hessian
        }
        return SplitInfo(
            feature: feature,
            rule: .threshold(bin: best.bin, missingGoesLeft: missingGoesLeft), gain: gain,
            leftGradient: left.gradient, leftHessian: left.hessian,
            valueL2: parameters.lambdaL2, direction: direction(of: member, bin: best.bin))
    }

    func scan(
        _ search: NodeSearch, addedGradient: Int64, addedHessian: Int64
    ) -> martlet_split_scan {
        martlet_split_scan(
            added_gradient: Double(addedGradient) * search.scale.gradient,
            added_hessian: Double(addedHessian) * search.scale.hessian,
            total_gradient: search.gradient, total_hessian: search.hessian,
            lambda_l1: parameters.lambdaL1, lambda_l2: parameters.lambdaL2,
            // Half a quantum of slack, so that rounding cannot exclude an exact equal.
            min_hessian: (Double(search.hessianMin) - 0.5) * search.scale.hessian)
    }

    private func bestBin(
        of member: SearchedColumns.Member, count: Int, scan: martlet_split_scan,
        search: NodeSearch, scratch: SplitScratch
    ) -> (bin: Int, gain: Double)? {
        guard count > 0 else { return nil }
        if let draws = search.draws {
            let bin = Int(draws[member.feature] % UInt64(max(1, count - 1)))
            return bestBinByValue(
                in: bin..<bin + 1, of: member, scan: scan, search: search, scratch: scratch)
        }
        if isByValue(search, direction: direction(of: member.feature)) {
            return bestBinByValue(
                in: 0..<count, of: member, scan: scan, search: search, scratch: scratch)
        }
        if count == 1 {
            let gain = withUnsafePointer(to: scan) {
                martlet_split_gain(scratch.gradientSums[0], scratch.hessianSums[0], $0)
            }
            return gain < 0 ? nil : (0, gain)
        }
        var gain = 0.0
        let bin = withUnsafePointer(to: scan) {
            martlet_best_split(
                scratch.gradientSums, scratch.hessianSums, count, $0, scratch.gains, &gain)
        }
        return bin < 0 ? nil : (Int(bin), gain)
    }
}
