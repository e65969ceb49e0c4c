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
            return best(of: search, columns: columns, isActive: isActive, scratch: scratch[0])
        }
        let found = UnsafeMutableBufferPointer<SplitInfo?>.allocate(capacity: columns.count)
        found.initialize(repeating: nil)
        defer { found.deinitialize().deallocate() }
        // Each column writes its own element.
        nonisolated(unsafe) let results = found
        pool.forEach(count: columns.count) { [self] range, worker in
            for index in range {
                results[index] = best(
                    of: search, columns: [columns[index]], isActive: isActive,
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
        of search: NodeSearch, columns: [Int], isActive: [Bool], scratch: SplitScratch
    ) -> SplitInfo? {
        var best: SplitInfo?
        let byteColumnCount = layout.bins.byteColumns.count
        for index in columns {
            let column =
                index < byteColumnCount
                ? layout.bins.byteColumns[index] : layout.bins.wideColumns[index - byteColumnCount]
            for member in column.members where isActive[member.feature] {
                read(member, of: column, at: index, search: search, into: scratch)
                let split: SplitInfo?
                switch features[member.feature] {
                case .numeric(let edges):
                    split = bestThreshold(member.feature, edges, search: search, scratch: scratch)
                case .categorical:
                    split = bestCategories(
                        member.feature, binCount: member.binCount, search: search,
                        scratch: scratch)
                }
                if let split, split.isBetter(than: best) { best = split }
            }
        }
        guard let found = best, found.gain > parameters.minGainToSplit, found.gain > 0 else {
            return nil
        }
        return found
    }

    /// Takes a feature's sums out of its column's: codes that share its bin are added up.
    private func read(
        _ member: BinLayout.Member, of column: BinLayout.Column, at index: Int,
        search: NodeSearch, into scratch: SplitScratch
    ) {
        let offset = layout.offset(column: index)
        let first = search.histogram.sums + offset
        if search.histogram.isPacked {
            let packed = scratch.gradients
            Self.marginalise(first, member, codeCount: column.codeCount, into: packed)
            martlet_unpack(
                packed, member.binCount, Int32(packing.hessianBits), packed, scratch.hessians)
        } else {
            Self.marginalise(first, member, codeCount: column.codeCount, into: scratch.gradients)
            Self.marginalise(
                first + layout.entryCount, member, codeCount: column.codeCount,
                into: scratch.hessians)
        }
    }

    /// - Parameters:
    ///   - sums: (codeCount), code = … + bin × multiplier + …
    ///   - result: (member.binCount)
    static func marginalise(
        _ sums: UnsafePointer<Int64>, _ member: BinLayout.Member, codeCount: Int,
        into result: UnsafeMutablePointer<Int64>
    ) {
        guard codeCount > member.binCount else {
            result.update(from: sums, count: codeCount)
            return
        }
        result.update(repeating: 0, count: member.binCount)
        var code = 0
        while code < codeCount {
            for bin in 0..<member.binCount {
                var sum: Int64 = 0
                for next in code..<(code &+ member.multiplier) { sum &+= sums[next] }
                result[bin] &+= sum
                code &+= member.multiplier
            }
        }
    }
}
