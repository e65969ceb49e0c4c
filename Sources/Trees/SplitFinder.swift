import Binning
import CKernels
import Threads

/// Finds the best split of a node from its histogram.
final class SplitFinder: @unchecked Sendable {
    // Sendable: each worker has a scratch of its own.
    let layout: HistogramLayout
    let features: [FeatureBins]
    let parameters: BoostingParameters
    let packing: GradientPacking
    let leafMath: LeafMath
    private let pool: ThreadPool
    private let scratch: [SplitScratch]
    let searched: SearchedColumns

    /// Entries below which one thread is faster than a region of the pool.
    private static let serialEntryCountMax = 32_768

    init(
        layout: HistogramLayout, features: [FeatureBins], parameters: BoostingParameters,
        packing: GradientPacking, pool: ThreadPool
    ) {
        self.layout = layout
        self.features = features
        self.parameters = parameters
        self.packing = packing
        self.pool = pool
        leafMath = LeafMath(parameters)
        searched = SearchedColumns(layout, features: features)
        let binCountMax = features.map(\.binCount).max() ?? 1
        scratch = (0..<pool.threadCount).map { _ in SplitScratch(binCountMax: binCountMax) }
    }

    /// - Parameters:
    ///   - columns: the stored columns to look at.
    ///   - isActive: (featureCount) whether a feature may be split on here.
    ///   - limits: of the children's values; `parentValue` is the node's own.
    ///   - draws: chooses the threshold of each feature, where only one is to be tried.
    /// - Returns: nil where no split gains more than `minGainToSplit`.
    func findSplit(
        of node: NodeSums, in histogram: Histogram, scale: GradientScale, columns: [Int],
        isActive: [Bool], limits: LeafLimits = LeafLimits(), draws: CounterHash? = nil
    ) -> SplitInfo? {
        let search = search(node, histogram, scale, limits: limits, draws: draws)
        guard pool.threadCount > 1, layout.entryCount > Self.serialEntryCountMax else {
            return best(of: search, columns: columns[...], isActive: isActive, scratch: scratch[0])
        }
        let found = UnsafeMutableBufferPointer<SplitInfo?>.allocate(capacity: columns.count)
        found.initialize(repeating: nil)
        defer { found.deinitialize().deallocate() }
        // Each column writes its own element.
        nonisolated(unsafe) let results = found
        pool.forEach(count: columns.count) { [self] range, worker in
            for index in range {
                results[index] = best(
                    of: search, columns: columns[index...index], isActive: isActive,
                    scratch: scratch[worker])
            }
        }
        var chosen: SplitInfo?
        for case let split? in found where split.isBetter(than: chosen) { chosen = split }
        return chosen
    }

    /// One node's search, in quanta.
    struct NodeSearch: Sendable {
        let node: NodeSums
        let histogram: Histogram
        let scale: GradientScale
        /// Least quantised hessian of a child: at least 1, so that none divides by zero.
        let hessianMin: Int64
        /// The score of the node as a leaf: what a split has to beat.
        let score: Double
        /// Of the children's values, but for what a monotone split of the node itself adds.
        let limits: LeafLimits
        /// Chooses the only threshold of each feature; nil where all are tried.
        let draws: CounterHash?

        var gradient: Double { Double(node.gradient) * scale.gradient }
        var hessian: Double { Double(node.hessian) * scale.hessian }

        /// Rows that a sum of hessians, in real units, stands for: all have their share.
        func rowCount(ofHessian hessian: Double) -> Double {
            (hessian * Double(node.rowCount) / self.hessian).rounded()
        }
    }

    private func search(
        _ node: NodeSums, _ histogram: Histogram, _ scale: GradientScale, limits: LeafLimits,
        draws: CounterHash?
    ) -> NodeSearch {
        let gradient = Double(node.gradient) * scale.gradient
        let hessian = Double(node.hessian) * scale.hessian
        let l2 = parameters.lambdaL2
        var score = leafMath.score(gradient: gradient, hessian: hessian, l2: l2)
        if leafMath.pathSmooth > 0 || limits.isBounded {
            score = leafMath.score(
                gradient: gradient, hessian: hessian, l2: l2, value: limits.parentValue)
        }
        return NodeSearch(
            node: node, histogram: histogram, scale: scale, hessianMin: hessianMin(node, scale),
            score: score, limits: limits, draws: draws)
    }

    /// The rows of a side are its share of the node's hessians, rounded to the nearest, as
    /// LightGBM counts them; exact where every hessian is 1.
    private func hessianMin(_ node: NodeSums, _ scale: GradientScale) -> Int64 {
        let perRow = Double(node.hessian) / Double(max(1, node.rowCount))
        let ofRows =
            packing == .unit
            ? Double(parameters.minDataInLeaf)
            : (Double(parameters.minDataInLeaf) - 0.5) * perRow
        let ofHessians = parameters.minSumHessianInLeaf / scale.hessian
        return Int64(max(1, max(ofRows, ofHessians).rounded(.up)))
    }

    private func best(
        of search: NodeSearch, columns: ArraySlice<Int>, isActive: [Bool], scratch: SplitScratch
    ) -> SplitInfo? {
        var best: SplitInfo?
        for index in columns {
            let column = searched.columns[index]
            if column.digits.count == 1, !searched.digits[column.digits.lowerBound].isBundle {
                let digit = searched.digits[column.digits.lowerBound]
                let member = searched.members[digit.members.lowerBound]
                guard isActive[member.feature] else { continue }
                let first = search.histogram.sums + column.offset
                improve(
                    &best, by: member, search: search, scratch: scratch,
                    sums: BinSums(
                        first: first,
                        hessians: search.histogram.isPacked ? nil : first + layout.entryCount,
                        packing: packing))
            } else {
                improve(&best, by: column, isActive, search: search, scratch: scratch)
            }
        }
        guard let found = best, found.gain > parameters.minGainToSplit, found.gain > 0 else {
            return nil
        }
        return found
    }

    /// Looks at the features of a column that they share.
    private func improve(
        _ best: inout SplitInfo?, by column: SearchedColumns.Column, _ isActive: [Bool],
        search: NodeSearch, scratch: SplitScratch
    ) {
        let first = search.histogram.sums + column.offset
        let isPacked = search.histogram.isPacked
        let (gradients, hessians) = (scratch.codeGradients, scratch.codeHessians)
        gradients.update(from: first, count: column.codeCount)
        if !isPacked { hessians.update(from: first + layout.entryCount, count: column.codeCount) }
        for place in column.digits.reversed() {
            let digit = searched.digits[place]
            let (multiplier, radix) = (digit.multiplier, digit.radix)
            if digit.members.contains(where: { isActive[searched.members[$0].feature] }) {
                CodeSums.add(
                    gradients, multiplier: multiplier, binCount: radix,
                    into: scratch.digitGradients)
                if !isPacked {
                    CodeSums.add(
                        hessians, multiplier: multiplier, binCount: radix,
                        into: scratch.digitHessians)
                }
                let sums = BinSums(
                    first: scratch.digitGradients,
                    hessians: isPacked ? nil : scratch.digitHessians, packing: packing)
                if digit.isBundle {
                    improve(&best, by: digit, isActive, search: search, scratch: scratch, sums)
                } else {
                    improve(
                        &best, by: searched.members[digit.members.lowerBound], search: search,
                        scratch: scratch, sums: sums)
                }
            }
            guard place > column.digits.lowerBound else { break }
            CodeSums.fold(gradients, multiplier: multiplier, binCount: radix)
            if !isPacked { CodeSums.fold(hessians, multiplier: multiplier, binCount: radix) }
        }
    }

    func improve(
        _ best: inout SplitInfo?, by member: SearchedColumns.Member, search: NodeSearch,
        scratch: SplitScratch, sums: BinSums
    ) {
        let split =
            member.isNumeric
            ? bestThreshold(member, sums, search: search, scratch: scratch, than: best)
            : bestCategories(
                member.feature, binCount: member.binCount,
                sums.apart(binCount: member.binCount, in: scratch), search: search)
        if let split, split.isBetter(than: best) { best = split }
    }
}
