extension SplitFinder {
    /// The best set of categories to send left.
    ///
    /// Few categories are tried one by one. Otherwise categories are put in order of their mean
    /// gradient, and sets are taken from either end. Bin 0, the rare and the unseen, stays right.
    /// Source: Fisher 1958; LightGBM's smoothing and limits.
    func bestCategories(
        _ feature: Int, binCount: Int, _ sums: BinSums.Apart, search: NodeSearch
    ) -> SplitInfo? {
        let categoryCount = binCount - 1
        return categoryCount <= parameters.maxCatToOnehot
            ? bestSingleCategory(feature, binCount: binCount, sums, search: search)
            : bestCategorySet(feature, binCount: binCount, sums, search: search)
    }

    private func bestSingleCategory(
        _ feature: Int, binCount: Int, _ sums: BinSums.Apart, search: NodeSearch
    ) -> SplitInfo? {
        var best: SplitInfo?
        let drawn = search.draws.map { 1 + Int($0[feature] % UInt64(binCount - 1)) }
        for bin in 1..<binCount where drawn ?? bin == bin {
            let gradient = sums.gradients[bin]
            let hessian = sums.hessians[bin]
            guard
                let gain = gain(
                    leftGradient: gradient, leftHessian: hessian, l2: parameters.lambdaL2,
                    search: search), best.map({ gain > $0.gain }) ?? true
            else { continue }
            best = SplitInfo(
                feature: feature, rule: .categories(bins: [bin]), gain: gain,
                leftGradient: gradient, leftHessian: hessian, valueL2: parameters.lambdaL2)
        }
        best?.gain -= search.score
        return best
    }

    private func bestCategorySet(
        _ feature: Int, binCount: Int, _ sums: BinSums.Apart, search: NodeSearch
    ) -> SplitInfo? {
        let l2 = parameters.lambdaL2 + parameters.catL2
        let order = orderedBins(binCount: binCount, sums, search: search)
        let groupHessianMin = Double(parameters.minDataPerGroup) * hessianPerRow(search)
        var best: SplitInfo?
        for isFromLow in [true, false] {
            var gradient: Int64 = 0
            var hessian: Int64 = 0
            var groupHessian: Int64 = 0
            let bins = isFromLow ? order.lowest : order.highest
            let drawn = search.draws.map { Int($0[feature] % UInt64(max(1, bins.count))) }
            for (position, bin) in bins.enumerated() {
                gradient += sums.gradients[bin]
                hessian += sums.hessians[bin]
                groupHessian += sums.hessians[bin]
                let rightHessian = search.node.hessian - hessian
                guard hessian >= search.hessianMin else { continue }
                if rightHessian < search.hessianMin || Double(rightHessian) < groupHessianMin {
                    break
                }
                guard Double(groupHessian) >= groupHessianMin else { continue }
                groupHessian = 0
                guard
                    drawn ?? position == position,
                    let gain = gain(
                        leftGradient: gradient, leftHessian: hessian, l2: l2, search: search),
                    best.map({ gain > $0.gain }) ?? true
                else { continue }
                best = SplitInfo(
                    feature: feature,
                    rule: .categories(bins: bins.prefix(position + 1).sorted()), gain: gain,
                    leftGradient: gradient, leftHessian: hessian, valueL2: l2)
            }
        }
        best?.gain -= search.score
        return best
    }

    /// Categories with enough rows, by their smoothed mean gradient.
    private func orderedBins(
        binCount: Int, _ sums: BinSums.Apart, search: NodeSearch
    ) -> OrderedCategories {
        let hessianMin = (parameters.catSmooth - 0.5) * hessianPerRow(search)
        let scale = search.scale
        var categories: [OrderedCategories.Category] = []
        for bin in 1..<binCount {
            let quanta = sums.hessians[bin]
            guard quanta > 0, Double(quanta) >= hessianMin else { continue }
            let gradient = Double(sums.gradients[bin]) * scale.gradient
            let hessian = Double(quanta) * scale.hessian
            categories.append(
                OrderedCategories.Category(
                    mean: gradient / (hessian + parameters.catSmooth), bin: bin))
        }
        return OrderedCategories(categories, countMax: parameters.maxCatThreshold)
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
        let left = (Double(leftGradient) * scale.gradient, Double(leftHessian) * scale.hessian)
        let right = (Double(rightGradient) * scale.gradient, Double(rightHessian) * scale.hessian)
        guard !isByValue(search, direction: 0) else {
            return gainByValue(left: left, right: right, l2: l2, search: search, direction: 0)
        }
        return leafMath.score(gradient: left.0, hessian: left.1, l2: l2)
            + leafMath.score(gradient: right.0, hessian: right.1, l2: l2)
    }

    private func hessianPerRow(_ search: NodeSearch) -> Double {
        Double(search.node.hessian) / Double(max(1, search.node.rowCount))
    }
}
