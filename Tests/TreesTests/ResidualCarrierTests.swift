import Binning
import CKernels
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("ResidualCarrier")
struct ResidualCarrierTests {
    @Test("scores follow exactly from gradients", arguments: [0.0, 40.123456789, -1e6, 1e-9])
    func scoresFollowFromGradients(mean: Double) throws {
        var generator = SeededGenerator(seed: 41)
        let labels = (0..<2_000).map { _ in
            Float(mean + Double.random(in: -3...3, using: &generator))
        }
        let base = labels.reduce(0.0) { $0 + Double($1) } / 2_000
        let quantum = try #require(
            ResidualQuantum(labels: labels, count: 2_000, baseScore: base, isFixed: false))
        #expect(quantum.size.significand == 1)
        #expect(isClose(quantum.baseScore, base, relative: 1e-12, absolute: 1e-12))
        for label in labels {
            let start = quantum.startQuanta(label: label)
            #expect(abs(start) <= quantum.startBound)
            #expect(
                abs(Double(start) * quantum.size - (base - Double(label))) <= quantum.size)
            // Added up one by one in floating point, the same number.
            var (score, quanta) = (quantum.baseScore, start)
            for _ in 0..<20 {
                let step = quantum.quanta(nearest: Double.random(in: -0.3...0.3, using: &generator))
                score += Double(step) * quantum.size
                quanta += step
                #expect(quantum.quanta(exactly: Double(step) * quantum.size) == step)
            }
            #expect(quantum.score(label: label, quanta: quanta) == score)
        }
    }

    @Test("outliers that would make all others coarse are refused")
    func outliersAreRefused() {
        var labels = [Float](repeating: 1, count: 2_000_000)
        labels[5] = 2
        #expect(
            ResidualQuantum(labels: labels, count: labels.count, baseScore: 1, isFixed: false)
                == nil)
        labels = [3, 3, 3]
        #expect(ResidualQuantum(labels: labels, count: 3, baseScore: 3, isFixed: false) == nil)
    }

    @Test(
        "a root's histogram follows from the leaves before", arguments: [3_000, 90_000], [1, 3])
    func rootFollowsFromLeaves(rowCount: Int, threadCount: Int) throws {
        let table = TestTable.mixed(rowCount: rowCount, seed: 42)
        let matrix = try table.matrix()
        let result = LabelledRows.with(labels: table.labels, weights: nil) { rows in
            Result {
                try check(rows, matrix, pool: ThreadPool(threadCount: threadCount))
            }
        }
        try result.get()
    }

    private func check(_ rows: LabelledRows, _ matrix: BinnedMatrix, pool: ThreadPool) throws {
        let (rowCount, buffers) = (rows.count, BufferPool())
        let packed = UnsafeMutablePointer<Int64>.allocate(capacity: rowCount + 8)
        let scores = UnsafeMutablePointer<Double>.allocate(capacity: rowCount)
        defer {
            packed.deallocate()
            scores.deallocate()
        }
        let quantum = try #require(
            ResidualQuantum(
                labels: rows.labels, count: rowCount,
                baseScore: SquaredError().initialScores(rows)[0], isFixed: false))
        let carrier = ResidualCarrier(
            quantum, rows: rows, packing: .unit, packed: packed, pool: pool, buffers: buffers)
        let parameters = BoostingParameters()
        let grower = TreeGrower(
            matrix: matrix, parameters: parameters, packing: .unit, pool: pool, buffers: buffers)
        let renewer = LeafRenewer(
            objective: SquaredError(), rows: rows, parameters: parameters, packing: .unit,
            pool: pool, buffers: buffers, scores: scores, roundState: nil)
        let store = RowStore(matrix: matrix, gradients: packed)
        let layout = HistogramLayout(matrix.layout)
        let parts = Array(0..<(layout.groups.count + layout.wideOffsets.count))
        let builder = HistogramBuilder(
            layout: layout, packing: .unit, pool: pool, buffers: buffers)
        for round in 0..<4 {
            let grown = grower.grow(
                NodeRows(all: store), sums: carrier.sums, scale: carrier.scale,
                isActive: [Bool](repeating: true, count: matrix.features.count), index: round,
                rootHistogram: carrier.takeRootHistogram(), keepsHistograms: true)
            #expect(grown.leaves.allSatisfy { $0.histogram != nil })
            let steps = renewer.move(
                packed, by: grown, quantum: quantum, scale: carrier.scale, learningRate: 0.3)
            carrier.add(steps, of: grown.leaves, entryCount: layout.entryCount)
            let root = try #require(carrier.rootHistogram)
            let built = builder.build(NodeRows(all: store), activeParts: parts)
            #expect(root.isPacked == built.isPacked)
            #expect(Self.sums(root, layout) == Self.sums(built, layout))
            let sum = (0..<rowCount).reduce(Int64(0)) {
                $0 + GradientPacking.unit.gradient(packed[$1])
            }
            #expect(carrier.sums.gradient == sum)
        }
    }

    /// The sums of every stored code; entries between columns are undefined.
    private static func sums(_ histogram: Histogram, _ layout: HistogramLayout) -> [[Int64]] {
        (0..<(histogram.isPacked ? 1 : 2)).flatMap { half in
            layout.bins.columns.indices.map { index in
                let start = layout.offset(column: index) + half * layout.entryCount
                return (0..<layout.bins.columns[index].codeCount).map {
                    histogram.sums[start + $0]
                }
            }
        }
    }

    @Test("kernels agree with their twins", arguments: [0, 1, 7, 8, 9, 100])
    func kernelsAgreeWithTwins(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let packing = GradientPacking.unit
        let shift = Int32(packing.hessianBits)
        let (step, rows) = (
            Int64.random(in: -9_999...9_999, using: &generator),
            (0..<count).map { _ in Int64.random(in: 0...9_999, using: &generator) }
        )
        let gradients = (0..<count).map { _ in
            Int64.random(in: -1_000_000...1_000_000, using: &generator)
        }
        let packed = zip(gradients, rows).map { $0 << Int64(shift) + $1 }
        var sums = [Int64](repeating: 5 << Int64(shift) + 1, count: count)
        martlet_carry_packed(packed, count, shift, step, &sums)
        let moved = zip(gradients, rows).map { $0 + step * $1 }
        #expect(sums.map(packing.gradient) == moved.map { $0 + 5 })
        #expect(sums.map(packing.hessian) == rows.map { $0 + 1 })
        for isPacked in [false, true] {
            var left = [Int64](repeating: 3, count: count)
            var right = [Int64](repeating: 4, count: count)
            martlet_carry_split(
                isPacked ? packed : gradients, isPacked ? nil : rows, count, shift, step, &left,
                &right)
            #expect(left == moved.map { $0 + 3 } && right == rows.map { $0 + 4 })
        }
    }
}
