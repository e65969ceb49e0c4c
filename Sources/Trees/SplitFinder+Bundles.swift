import CKernels

/// Features that share a digit: all rows that are not in one of a feature's other bins are in its
/// default bin, whose sums are what is left of the node's.
extension SplitFinder {
    /// - Parameter sums: of the digit's values.
    func improve(
        _ best: inout SplitInfo?, by bundle: SearchedColumns.Digit, _ isActive: [Bool],
        search: NodeSearch, scratch: SplitScratch, _ sums: BinSums
    ) {
        var binaryCount = 0
        for place in bundle.members {
            let member = searched.members[place]
            guard isActive[member.feature] else { continue }
            if member.isBinary, search.draws == nil,
                !isByValue(search, direction: direction(of: member.feature))
            {
                add(member, sums, search: search, scratch: scratch, at: binaryCount)
                scratch.places[binaryCount] = place
                binaryCount += 1
            }
        }
        if binaryCount > 0 {
            improve(&best, byBinaries: binaryCount, search: search, scratch: scratch, sums)
        }
        var nextBinary = 0
        for place in bundle.members where isActive[searched.members[place].feature] {
            if nextBinary < binaryCount, scratch.places[nextBinary] == place {
                nextBinary += 1
                continue
            }
            let member = searched.members[place]
            improve(
                &best, by: member, search: search, scratch: scratch,
                sums: unbundled(member, sums, search: search, scratch: scratch))
        }
    }

    /// The left side of a binary feature's only split, in real units.
    private func add(
        _ member: SearchedColumns.Member, _ sums: BinSums, search: NodeSearch,
        scratch: SplitScratch, at index: Int
    ) {
        let left = leftSums(member, sums, search: search)
        scratch.gradientSums[index] = Double(left.gradient) * search.scale.gradient
        scratch.hessianSums[index] = Double(left.hessian) * search.scale.hessian
    }

    private func leftSums(
        _ member: SearchedColumns.Member, _ sums: BinSums, search: NodeSearch
    ) -> (gradient: Int64, hessian: Int64) {
        let other = sums.total(member.firstValue..<member.firstValue + 1)
        guard member.defaultBin == 0 else { return other }
        return (search.node.gradient - other.gradient, search.node.hessian - other.hessian)
    }

    /// Tries all binary features together; see `bestThreshold` for one.
    private func improve(
        _ best: inout SplitInfo?, byBinaries count: Int, search: NodeSearch,
        scratch: SplitScratch, _ sums: BinSums
    ) {
        let scan = self.scan(search, addedGradient: 0, addedHessian: 0)
        var gain = 0.0
        // Of equal gains that of the first is found, whose feature is the lowest.
        let index = withUnsafePointer(to: scan) {
            martlet_best_split(
                scratch.gradientSums, scratch.hessianSums, count, $0, scratch.gains, &gain)
        }
        guard index >= 0 else { return }
        gain -= search.score
        if let best, gain < best.gain { return }
        let member = searched.members[scratch.places[Int(index)]]
        let left = leftSums(member, sums, search: search)
        let split = SplitInfo(
            feature: member.feature, rule: .threshold(bin: 0, missingGoesLeft: true), gain: gain,
            leftGradient: left.gradient, leftHessian: left.hessian,
            valueL2: parameters.lambdaL2)
        if split.isBetter(than: best) { best = split }
    }

    /// The sums of one feature's bins.
    private func unbundled(
        _ member: SearchedColumns.Member, _ sums: BinSums, search: NodeSearch,
        scratch: SplitScratch
    ) -> BinSums {
        let node = search.node
        guard let hessians = sums.hessians else {
            Self.unbundle(
                member, sums.first,
                total: node.gradient << Int64(packing.hessianBits) &+ node.hessian,
                into: scratch.gradients)
            return BinSums(first: scratch.gradients, hessians: nil, packing: packing)
        }
        Self.unbundle(member, sums.first, total: node.gradient, into: scratch.gradients)
        Self.unbundle(member, hessians, total: node.hessian, into: scratch.hessians)
        return BinSums(first: scratch.gradients, hessians: scratch.hessians, packing: packing)
    }

    private static func unbundle(
        _ member: SearchedColumns.Member, _ values: UnsafePointer<Int64>, total: Int64,
        into sums: UnsafeMutablePointer<Int64>
    ) {
        var (value, rest) = (member.firstValue, total)
        for bin in 0..<member.binCount where bin != member.defaultBin {
            sums[bin] = values[value]
            rest &-= values[value]
            value += 1
        }
        sums[member.defaultBin] = rest
    }
}
