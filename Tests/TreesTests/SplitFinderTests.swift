import Binning
import CKernels
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("SplitFinder")
struct SplitFinderTests {
    @Test("sums of bins agree with their twin", arguments: [0, 1, 7, 8, 9, 100, 255])
    func sumsAgreeWithTwin(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for packing in [GradientPacking.unit, .general] {
            let limit = Int64(1) << Int64(62 - packing.hessianBits)
            let gradients = (0..<count).map { _ in
                Int64.random(in: -limit...limit, using: &generator)
            }
            let hessians = (0..<count).map { _ in
                Int64.random(in: 0...packing.hessianMask, using: &generator)
            }
            let packed = zip(gradients, hessians).map { $0 << Int64(packing.hessianBits) + $1 }
            // In place, as the search does it.
            var taken = packed
            var others = [Int64](repeating: 7, count: count)
            taken.withUnsafeMutableBufferPointer { taken in
                martlet_unpack(
                    taken.baseAddress, count, Int32(packing.hessianBits), taken.baseAddress,
                    &others)
            }
            #expect(taken == gradients && others == hessians)
            var gradientSums = [Double](repeating: .nan, count: count)
            var hessianSums = gradientSums
            martlet_scan_sums(
                gradients, hessians, count, 0.37, 0x1p-20, &gradientSums, &hessianSums)
            // The fields of packed sums have room for all bins together.
            let room = packed.map { $0 / Int64(max(1, count)) }
            var (ofGradients, ofHessians) = (gradientSums, hessianSums)
            martlet_scan_packed(
                room, count, Int32(packing.hessianBits), 0.37, 0x1p-20, &ofGradients, &ofHessians)
            var total: Int64 = 0
            var (gradient, hessian) = (Int64(0), Int64(0))
            for bin in 0..<count {
                total += room[bin]
                #expect(ofGradients[bin] == Double(packing.gradient(total)) * 0.37)
                #expect(ofHessians[bin] == Double(packing.hessian(total)) * 0x1p-20)
                gradient += gradients[bin]
                hessian += hessians[bin]
                #expect(gradientSums[bin] == Double(gradient) * 0.37)
                #expect(hessianSums[bin] == Double(hessian) * 0x1p-20)
            }
        }
    }

    @Test("the kernel agrees with its twin", arguments: [1, 7, 8, 9, 100, 255])
    func kernelAgreesWithTwin(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let member = SearchedColumns.Member(
            feature: 0, binCount: count, firstValue: 1, defaultBin: 0, isNumeric: true,
            valueBinCount: count)
        for (l1, l2) in [(0.0, 0.0), (0, 1), (3, 0.5)] {
            let finder = finder(l1: l1, l2: l2)
            let scratch = SplitScratch(binCountMax: count)
            var (gradient, hessian) = (0.0, 0.0)
            for bin in 0..<count {
                gradient += Double(Int.random(in: -50...50, using: &generator)) / 4
                hessian += Double(Int.random(in: 0...30, using: &generator))
                scratch.gradientSums[bin] = gradient
                scratch.hessianSums[bin] = hessian
            }
            let scan = martlet_split_scan(
                added_gradient: 1.5, added_hessian: 2, total_gradient: gradient + 3,
                total_hessian: hessian + 10, lambda_l1: l1, lambda_l2: l2, min_hessian: 4.5)
            var gain = 0.0
            let bin = withUnsafePointer(to: scan) {
                martlet_best_split(
                    scratch.gradientSums, scratch.hessianSums, count, $0, scratch.gains, &gain)
            }
            let histogram = Histogram(entryCount: 1, isPacked: true, pool: BufferPool())
            let twin = finder.bestBinByValue(
                in: 0..<count, of: member, scan: scan,
                search: SplitFinder.NodeSearch(
                    node: NodeSums(gradient: 0, hessian: 1, rowCount: 1), histogram: histogram,
                    scale: GradientScale(packing: .unit, gradientBound: 1, hessianBound: 1),
                    hessianMin: 1, score: 0, limits: LeafLimits(), draws: nil),
                scratch: scratch)
            #expect(bin == (twin.map { Int64($0.bin) } ?? -1))
            // The kernel divides once where the twin divides twice.
            if let twin { #expect(isClose(gain, twin.gain, relative: 1e-13)) }
            guard bin >= 0 else { continue }
            let ofOne = withUnsafePointer(to: scan) {
                martlet_split_gain(
                    scratch.gradientSums[Int(bin)], scratch.hessianSums[Int(bin)], $0)
            }
            #expect(ofOne == gain)
        }
    }

    @Test(
        "no split of the rows gains more", arguments: 0..<12 as Range<UInt64>, [false, true])
    func noSplitGainsMore(seed: UInt64, isWeighted: Bool) throws {
        let packing: GradientPacking = isWeighted ? .general : .unit
        var parameters = BoostingParameters()
        parameters.minDataInLeaf = Int(seed % 4) * 5
        parameters.minSumHessianInLeaf = 0
        parameters.lambdaL1 = seed % 3 == 0 ? 2 : 0
        parameters.lambdaL2 = seed % 2 == 0 ? 1 : 0
        let node = try SmallNode(rowCount: 60, seed: seed, packing: packing)
        let finder = SplitFinder(
            layout: node.layout, features: node.matrix.features, parameters: parameters,
            packing: packing, pool: ThreadPool(threadCount: 1))
        for feature in [0, 1, 3] {
            var isActive = [Bool](repeating: false, count: 6)
            isActive[feature] = true
            let found = finder.findSplit(
                of: node.sums, in: node.histogram, scale: node.scale,
                columns: Array(node.layout.bins.columns.indices), isActive: isActive)
            let best = node.bestThreshold(feature: feature, parameters)
            #expect((found == nil) == (best == nil))
            guard let found, let best else { continue }
            #expect(isClose(found.gain, best, relative: 1e-9))
            #expect(
                node.gain(of: found, parameters).map { isClose($0, best, relative: 1e-9) } ?? false)
        }
    }

    @Test("few categories: the best one against the rest", arguments: 0..<8 as Range<UInt64>)
    func bestCategoryIsFound(seed: UInt64) throws {
        var parameters = BoostingParameters()
        parameters.minDataInLeaf = 2
        parameters.maxCatToOnehot = 20
        let node = try SmallNode(rowCount: 80, seed: seed, packing: .unit)
        let found = try #require(
            node.findSplit(feature: 2, parameters), "ten categories differ")
        let binCount = node.matrix.features[2].binCount
        let gains = (1..<binCount).compactMap { bin in
            node.gain(feature: 2, isLeft: { $0 == bin }, l2: 0, parameters)
        }
        #expect(isClose(found.gain, try #require(gains.max()), relative: 1e-9))
    }

    @Test(
        "sets of categories: none of the ordered ones is better", arguments: 0..<8 as Range<UInt64>)
    func bestCategorySetIsFound(seed: UInt64) throws {
        var parameters = BoostingParameters()
        parameters.minDataInLeaf = 1
        parameters.minDataPerGroup = 1
        parameters.catSmooth = 0.5
        parameters.catL2 = 3
        let node = try SmallNode(rowCount: 80, seed: seed, packing: .unit)
        let found = try #require(node.findSplit(feature: 2, parameters))
        // By the theory, the best of all subsets is one of the ordered ones, but for smoothing
        // and the limit on the smaller side; so every subset is tried.
        let binCount = node.matrix.features[2].binCount
        var best = 0.0
        for subset in 1..<(1 << (binCount - 1)) {
            let gain = node.gain(
                feature: 2, isLeft: { $0 > 0 && subset >> ($0 - 1) & 1 == 1 }, l2: 3, parameters)
            best = max(best, gain ?? 0)
        }
        #expect(found.gain <= best * (1 + 1e-9))
        #expect(found.gain >= best * 0.9)
        #expect(found.valueL2 == 3)
        guard case .categories(let bins) = found.rule else { return #expect(Bool(false)) }
        #expect(!bins.contains(0) && bins.count <= (binCount + 1) / 2)
    }

    @Test("marginal sums are those of the feature", arguments: 0..<5 as Range<UInt64>)
    func marginalSumsAreTheFeatures(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let layout = BinLayout(binCounts: [5, 3, 4, 2])
        let column = layout.byteColumns[0]
        let sums = (0..<column.codeCount).map { _ in Int64.random(in: -99...99, using: &generator) }
        var remaining = sums
        for member in column.members.reversed() {
            var result = [Int64](repeating: 1, count: member.binCount)
            CodeSums.add(
                remaining, multiplier: member.multiplier, binCount: member.binCount, into: &result)
            CodeSums.fold(
                &remaining, multiplier: member.multiplier, binCount: member.binCount)
            var expected = [Int64](repeating: 0, count: member.binCount)
            for (code, sum) in sums.enumerated() {
                expected[code / member.multiplier % member.binCount] += sum
            }
            #expect(result == expected)
        }
    }

    private func finder(l1: Double, l2: Double) -> SplitFinder {
        var parameters = BoostingParameters()
        parameters.lambdaL1 = l1
        parameters.lambdaL2 = l2
        return SplitFinder(
            layout: HistogramLayout(BinLayout(binCounts: [])), features: [],
            parameters: parameters, packing: .unit, pool: ThreadPool(threadCount: 1))
    }
}

/// A node whose splits can be tried one by one, on the quantised gradients.
struct SmallNode {
    let matrix: BinnedMatrix
    let layout: HistogramLayout
    let packing: GradientPacking
    let scale = GradientScale(packing: .unit, gradientBound: 0x1p20, hessianBound: 1)
    let histogram: Histogram
    let sums: NodeSums
    private let gradients: [Int64]
    private let hessians: [Int64]

    init(rowCount: Int, seed: UInt64, packing: GradientPacking) throws {
        var generator = SeededGenerator(seed: seed)
        let table = TestTable.mixed(rowCount: rowCount, seed: seed)
        matrix = try table.matrix()
        layout = HistogramLayout(matrix.layout)
        self.packing = packing
        gradients = table.labels.map { Int64(-$0 * 100_000) }
        hessians = (0..<rowCount).map { _ in
            packing == .unit ? 1 : Int64.random(in: 1...900, using: &generator)
        }
        let packed = UnsafeMutablePointer<Int64>.allocate(capacity: rowCount)
        defer { packed.deallocate() }
        for row in 0..<rowCount {
            packed[row] = gradients[row] << Int64(packing.hessianBits) + hessians[row]
        }
        let builder = HistogramBuilder(
            layout: layout, packing: packing, pool: ThreadPool(threadCount: 1),
            buffers: BufferPool())
        histogram = builder.build(
            NodeRows(all: RowStore(matrix: matrix, gradients: packed)),
            activeParts: Array(0..<(layout.groups.count + layout.wideOffsets.count)))
        sums = NodeSums(
            gradient: gradients.reduce(0, +), hessian: hessians.reduce(0, +), rowCount: rowCount)
    }

    func findSplit(
        feature: Int, _ parameters: BoostingParameters, limits: LeafLimits = LeafLimits()
    ) -> SplitInfo? {
        var isActive = [Bool](repeating: false, count: 6)
        isActive[feature] = true
        return SplitFinder(
            layout: layout, features: matrix.features, parameters: parameters, packing: packing,
            pool: ThreadPool(threadCount: 1)
        ).findSplit(
            of: sums, in: histogram, scale: scale,
            columns: Array(layout.bins.columns.indices), isActive: isActive, limits: limits)
    }

    /// The best gain over all thresholds by some measure of the rows' gradients and sides, and of
    /// whether these put values in order, not only missing ones apart.
    func bestThreshold(
        feature: Int, _ parameters: BoostingParameters,
        by gain: ([Double], [Bool], Bool) -> Double?
    ) -> Double? {
        guard case .numeric(let edges) = matrix.features[feature] else { return nil }
        let rowGradients = gradients.map { Double($0) * scale.gradient }
        let bins = (0..<matrix.rowCount).map { matrix.bin(row: $0, feature: feature) }
        var best: Double?
        for last in 0..<edges.valueBinCount {
            for missingGoesLeft in [false, true] {
                let isLeft = bins.map {
                    $0 == edges.valueBinCount ? missingGoesLeft : $0 <= last
                }
                let gain = gain(rowGradients, isLeft, last < edges.valueBinCount - 1)
                if let gain, gain > max(best ?? 0, 0) { best = gain }
            }
        }
        return best
    }

    /// The best gain over all thresholds, missing values on either side.
    func bestThreshold(feature: Int, _ parameters: BoostingParameters) -> Double? {
        guard case .numeric(let edges) = matrix.features[feature] else { return nil }
        var best: Double?
        for last in 0..<edges.valueBinCount {
            for missingGoesLeft in [false, true] {
                let gain = gain(
                    feature: feature,
                    isLeft: { $0 <= last || ($0 == edges.valueBinCount && missingGoesLeft) },
                    l2: parameters.lambdaL2, parameters)
                if let gain, gain > best ?? 0 { best = gain }
            }
        }
        return best
    }

    func gain(of split: SplitInfo, _ parameters: BoostingParameters) -> Double? {
        guard case .threshold(let last, let missingGoesLeft) = split.rule,
            case .numeric(let edges) = matrix.features[split.feature]
        else { return nil }
        return gain(
            feature: split.feature,
            isLeft: {
                $0 <= last && $0 < edges.valueBinCount
                    || $0 == edges.valueBinCount && missingGoesLeft
            },
            l2: parameters.lambdaL2, parameters)
    }

    /// The gain of sending these bins left, by the textbook; nil where a side is too small.
    func gain(
        feature: Int, isLeft: (Int) -> Bool, l2: Double, _ parameters: BoostingParameters
    ) -> Double? {
        var left = (gradient: 0.0, hessian: 0.0, share: Int64(0))
        var right = left
        for row in 0..<matrix.rowCount {
            let gradient = Double(gradients[row]) * scale.gradient
            let hessian = Double(hessians[row])
            if isLeft(matrix.bin(row: row, feature: feature)) {
                left = (
                    left.gradient + gradient, left.hessian + hessian, left.share + hessians[row]
                )
            } else {
                right = (
                    right.gradient + gradient, right.hessian + hessian, right.share + hessians[row]
                )
            }
        }
        let perRow = Double(sums.hessian) / Double(sums.rowCount)
        for share in [left.share, right.share] {
            let rowCount = (Double(share) / perRow).rounded()
            guard share > 0, rowCount >= Double(parameters.minDataInLeaf) else { return nil }
        }
        func score(_ gradient: Double, _ hessian: Double, _ l2: Double) -> Double {
            let soft = max(abs(gradient) - parameters.lambdaL1, 0)
            return soft * soft / (hessian + l2)
        }
        return score(left.gradient, left.hessian, l2) + score(right.gradient, right.hessian, l2)
            - score(
                left.gradient + right.gradient, left.hessian + right.hessian, parameters.lambdaL2)
    }
}
