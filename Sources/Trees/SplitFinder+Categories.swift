extension SplitFinder {
    /// The best set of categories to send left.
    ///
    /// Few categories are tried one by one. Otherwise categories are put in order of their mean
    /// gradient, and sets are taken from either end. Bin 0, the rare and the unseen, stays right.
    /// Source: Fisher 1958; LightGBM's smoothing and limits.
    func bestCategories(
        _ feature: Int, binCount: Int, search: NodeSearch, scratch: SplitScratch
    ) -> SplitInfo? {
        let categoryCount = binCount - 1
        return categoryCount <= parameters.maxCatToOnehot
            ? bestSingleCategory(feature, binCount: binCount, search: search, scratch: scratch)
            : bestCategorySet(feature, binCount: binCount, search: search, scratch: scratch)
    }

    private func bestSingleCategory(
        _ feature: Int, binCount: Int, search: NodeSearch, scratch: SplitScratch
    ) -> SplitInfo? {
        var best: SplitInfo?
        for bin in 1..<binCount {
            let gradient = scratch.gradients[bin]
            let hessian = scratch.hessians[bin]
            guard
                let gain = gain(
                    leftGradient: gradient, leftHessian: hessian, l2: parameters.lambdaL2,
                    search: search), best.map({ gain > $0.gain }) ?? true
            else { continue }
            best = SplitInfo(
                feature: feature, rule: .categories(bins: [bin]), gain: gain,
                leftGradient: gradient, leftHessian: hessian, valueL2: parameters.lambdaL2)
        }
        best?.gain -= nodeScore(search)
        return best
    }

    private func bestCategorySet(
        _ feature: Int, binCount: Int, search: NodeSearch, scratch: SplitScratch
    ) -> SplitInfo? {
        let l2 = parameters.lambdaL2 + parameters.catL2
        let order = orderedBins(binCount: binCount, search: search, scratch: scratch)
        let sideMax = min(parameters.maxCatThreshold, (order.count + 1) / 2)
        let groupHessianMin = Double(parameters.minDataPerGroup) * hessianPerRow(search)
        var best: SplitInfo?
        for isFromLow in [true, false] {
            var gradient: Int64 = 0
            var hessian: Int64 = 0
            var groupHessian: Int64 = 0
            for position in 0..<min(sideMax, order.count) {
                let bin = isFromLow ? order[position] : order[order.count - 1 - position]
                gradient += scratch.gradients[bin]
                hessian += scratch.hessians[bin]
                groupHessian += scratch.hessians[bin]
                let rightHessian = search.node.hessian - hessian
                guard hessian >= search.hessianMin else { continue }
                if rightHessian < search.hessianMin || Double(rightHessian) < groupHessianMin {
                    break
                }
                guard Double(groupHessian) >= groupHessianMin else { continue }
                groupHessian = 0
                guard
                    let gain = gain(
                        leftGradient: gradient, leftHessian: hessian, l2: l2, search: search),
                    best.map({ gain > $0.gain }) ?? true
                else { continue }
                let taken = isFromLow ? order.prefix(position + 1) : order.suffix(position + 1)
                best = SplitInfo(
                    feature: feature, rule: .categories(bins: taken.sorted()), gain: gain,
                    leftGradient: gradient, leftHessian: hessian, valueL2: l2)
            }
        }
        best?.gain -= nodeScore(search)
        return best
    }

    /// Bins of categories with enough rows, by rising smoothed mean gradient, then by bin.
    private func orderedBins(
        binCount: Int, search: NodeSearch, scratch: SplitScratch
    ) -> [Int] {
        let hessianMin = (parameters.catSmooth - 0.5) * hessianPerRow(search)
        let scale = search.scale
        return (1..<binCount)
            .filter { scratch.hessians[$0] > 0 && Double(scratch.hessians[$0]) >= hessianMin }
            .map { bin -> (mean: Double, bin: Int) in
                let gradient = Double(scratch.gradients[bin]) * scale.gradient
                let hessian = Double(scratch.hessians[bin]) * scale.hessian
                return (gradient / (hessian + parameters.catSmooth), bin)
            }
            .sorted { ($0.mean, $0.bin) < ($1.mean, $1.bin) }
            .map(\.bin)
    }

    /// The children's scores, or nil where one of them is too small.
    private func gain(
        leftGradient: Int64, leftHessian: Int64, l2: Double, search: NodeSearch
    ) -> Double? {
        let rightHessian = search.node.hessian - leftHessian
        guard leftHessian >= search.hessianMin, rightHessian >= search.hessianMin else {
            return nil
        }
        let scale = search.scale
        let rightGradient = search.node.gradient - leftGradient
        return leafMath.score(
            gradient: Double(leftGradient) * scale.gradient,
            hessian: Double(leftHessian) * scale.hessian, l2: l2)
            + leafMath.score(
                gradient: Double(rightGradient) * scale.gradient,
                hessian: Double(rightHessian) * scale.hessian, l2: l2)
    }

    private func hessianPerRow(_ search: NodeSearch) -> Double {
        Double(search.node.hessian) / Double(max(1, search.node.rowCount))
    }
}
