import Binning
import CKernels
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

/// Roots of several outputs in one pass, against one after the other.
@Suite("Root pass")
struct RootPassTests {
    @Test("the kernels agree with their twins", arguments: [0, 1, 3, 4, 7, 8, 9, 100], 1...8)
    func kernelsAgreeWithTwins(count: Int, outputCount: Int) {
        var generator = SeededGenerator(seed: UInt64(100 * count + outputCount))
        let (laneCount, stride) = (outputCount > 4 ? 8 : 4, count + 3)
        let values = (0..<(stride * outputCount)).map { _ in
            Int64.random(in: -9_999...9_999, using: &generator)
        }
        let rows = UnsafeMutablePointer<Int64>.aligned(count: max(count, 1) * laneCount)
        defer { rows.deallocate() }
        for level in Int32(0)...3 {
            martlet_limit_kernel_level(level)
            defer { martlet_limit_kernel_level(3) }
            martlet_lay_together(values, stride, outputCount, laneCount, count, rows)
            for row in 0..<count {
                for output in 0..<outputCount {
                    #expect(rows[row * laneCount + output] == values[output * stride + row])
                }
            }
            for (columnCount, wordStride) in [(2, 1), (4, 4), (6, 2), (8, 3)] {
                let words = (0..<(max(count, 1) * wordStride)).map { _ in generator.next() }
                let sumCount = columnCount * 256 * laneCount
                let sums = UnsafeMutablePointer<Int64>.aligned(count: sumCount)
                defer { sums.deallocate() }
                sums.update(repeating: 5, count: sumCount)
                martlet_add_together(
                    words, wordStride, rows, laneCount, count, columnCount, sums)
                for output in 0..<outputCount {
                    var expected = [Int64](repeating: 5, count: columnCount * 256)
                    for row in 0..<count {
                        for column in 0..<columnCount {
                            let code = Int(words[row * wordStride] >> UInt64(8 * column) & 255)
                            expected[column * 256 + code] += values[output * stride + row]
                        }
                    }
                    let found = (0..<(columnCount * 256)).map { sums[$0 * laneCount + output] }
                    #expect(found == expected)
                }
            }
        }
    }

    // One block of four lanes or of eight, and two and three blocks; sums packed and split.
    @Test(
        "gradients and histograms are those of one output after the other",
        arguments: [2, 3, 5, 8, 9, 17], [900, 70_000])
    func rootsAreThoseOfSinglePasses(classCount: Int, rowCount: Int) throws {
        var generator = SeededGenerator(seed: UInt64(classCount))
        let table = Self.table(rowCount: rowCount, &generator)
        let labels = (0..<rowCount).map { _ in
            Float(Int.random(in: 0..<classCount, using: &generator))
        }
        let weights = (0..<rowCount).map { _ in Float.random(in: 0...2, using: &generator) }
        let (matrix, isWeighted) = (try table.matrix(), classCount.isMultiple(of: 2))
        for threadCount in [1, 3] {
            LabelledRows.with(labels: labels, weights: isWeighted ? weights : nil) { rows in
                check(
                    rows, matrix, Softmax(classCount: classCount),
                    pool: ThreadPool(threadCount: threadCount), &generator)
            }
        }
    }

    @Test("quantiles, whose hessians are 1, are served, too", arguments: [1, 2])
    func quantilesAreServed(threadCount: Int) throws {
        var generator = SeededGenerator(seed: 9)
        let table = Self.table(rowCount: 70_000, &generator)
        let matrix = try table.matrix()
        LabelledRows.with(labels: table.labels, weights: nil) { rows in
            check(
                rows, matrix, QuantileLoss(levels: [0.1, 0.5, 0.9]),
                pool: ThreadPool(threadCount: threadCount), &generator)
        }
    }

    /// Eleven columns of bytes: words of eight and of three columns.
    private static func table(
        rowCount: Int, _ generator: inout SeededGenerator
    ) -> TestTable {
        var table = TestTable.mixed(rowCount: rowCount, seed: UInt64(rowCount))
        table.kinds = [FeatureKind](repeating: .numeric, count: 11)
        table.columns = table.kinds.map { _ in
            (0..<rowCount).map { _ in Double.random(in: 0...1, using: &generator) }
        }
        return table
    }

    private func check(
        _ rows: LabelledRows, _ matrix: BinnedMatrix, _ objective: any Objective,
        pool: ThreadPool, _ generator: inout SeededGenerator
    ) {
        let (buffers, outputCount) = (BufferPool(), objective.outputCount)
        let scores = UnsafeMutablePointer<Double>.allocate(capacity: rows.count * outputCount)
        let state = UnsafeMutablePointer<UInt64>.allocate(
            capacity: rows.count * objective.roundStateWordCount)
        defer {
            scores.deallocate()
            state.deallocate()
        }
        for place in 0..<(rows.count * outputCount) {
            scores[place] = Double.random(in: -3...3, using: &generator)
        }
        let packing: GradientPacking = objective.hasUnitHessian ? .unit : .general
        let hasState = objective.roundUnitCount(rows) > 0
        let setting = OutputGrower.Setting(
            parameters: BoostingParameters(), matrix: matrix, objective: objective, rows: rows,
            packing: packing, weightMax: 2, buffers: buffers, scores: scores,
            roundState: hasState ? state : nil)
        let layout = HistogramLayout(matrix.layout)
        #expect(RootPass.serves(objective, parameters: setting.parameters, layout: layout))
        let pass = RootPass(setting, layout: layout, pool: pool)
        #expect(pass.blocks.flatMap { Array($0) } == Array(0..<outputCount))
        let single = OutputGrower(setting, pool: pool)
        let builder = HistogramBuilder(
            layout: layout, packing: packing, pool: pool, buffers: buffers)
        if !pass.preparesRound { single.gradients.prepareRound() }
        for outputs in pass.blocks {
            let roots = pass.run(outputs, firstIndex: 40 + outputs.lowerBound)
            // From the state that the pass has written, where it writes it.
            for (output, root) in zip(outputs, roots) {
                guard let bounds = objective.bounds(output: output) else { continue }
                let dither = CounterHash(seed: 0, purpose: .dither, round: 40 + output)[0]
                let totals = single.gradients.run(
                    output: output,
                    scale: GradientScale(packing: packing, bounds: bounds, weightMax: 2),
                    dither: UInt32(truncatingIfNeeded: dither))
                #expect(totals.gradient == root.totals.gradient)
                #expect(totals.hessian == root.totals.hessian)
                #expect(totals.gradientMax == root.totals.gradientMax)
                #expect((0..<rows.count).allSatisfy { single.packed[$0] == root.packed[$0] })
                let built = builder.build(
                    NodeRows(all: single.store), activeParts: Array(layout.groups.indices))
                #expect(root.histogram.isPacked == built.isPacked)
                let entries = layout.entryCount * (built.isPacked ? 1 : 2)
                #expect((0..<entries).allSatisfy { root.histogram.sums[$0] == built.sums[$0] })
            }
        }
    }

    @Test("bags, samples, single outputs and wide columns are left to single passes")
    func othersAreNotServed() {
        let layout = HistogramLayout(BinLayout(binCounts: [200, 200]))
        func serves(
            _ objective: any Objective, _ layout: HistogramLayout,
            _ change: (inout BoostingParameters) -> Void = { _ in }
        ) -> Bool {
            var parameters = BoostingParameters()
            change(&parameters)
            return RootPass.serves(objective, parameters: parameters, layout: layout)
        }
        #expect(serves(Softmax(classCount: 3), layout))
        #expect(!serves(Logistic(), layout))
        #expect(!serves(Softmax(classCount: 3), layout) { $0.sampleStrategy = .goss })
        #expect(
            !serves(Softmax(classCount: 3), layout) {
                ($0.baggingFraction, $0.baggingFreq) = (0.5, 1)
            })
        let wide = HistogramLayout(BinLayout(binCounts: [200, 1_000]))
        #expect(!serves(Softmax(classCount: 3), wide))
        let broad = HistogramLayout(BinLayout(binCounts: [Int](repeating: 200, count: 600)))
        #expect(!serves(Softmax(classCount: 3), broad))
    }
}

extension UnsafeMutablePointer<Int64> {
    /// Memory aligned to cache lines, zero.
    fileprivate static func aligned(count: Int) -> Self {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
            .bindMemory(to: Int64.self, capacity: count)
        memory.initialize(repeating: 0, count: count)
        return memory
    }
}
