import Binning
import Models
import Objectives
import Synchronization
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Folds")
struct FoldTests {
    private static let objectives: [any Objective] = [
        SquaredError(), QuantileLoss(alpha: 0.8), Logistic(), Softmax(classCount: 3),
        LambdaRank(),
    ]

    @Test("a selection is what binning its rows alone gives", arguments: 0..<4)
    func selectsRows(seed: UInt64) throws {
        let table = TestTable.mixed(rowCount: 1_000, seed: seed)
        var binning = BinningParameters()
        binning.maxBinByFeature = [4: 1_000]
        let bins = try table.bins(binning)
        let matrix = try table.matrix(bins: bins)
        var generator = SeededGenerator(seed: seed)
        for count in [0, 1, 7, 8, 9, 700] {
            let rows = (0..<count).map { _ in UInt32.random(in: 0..<1_000, using: &generator) }
            let selected = matrix.selecting(rows, pool: ThreadPool(threadCount: 2))
            let expected = try table.selecting(rows.map(Int.init)).matrix(bins: bins)
            #expect(selected.rowCount == count)
            for index in 0..<matrix.layout.wordCount * count {
                #expect(selected.words[index] == expected.words[index])
            }
            for index in 0..<matrix.layout.byteColumns.count * count {
                #expect(selected.byteCodes?[index] == expected.byteCodes?[index])
            }
            for index in 0..<matrix.layout.wideColumns.count * count {
                #expect(selected.wideCodes[index] == expected.wideCodes[index])
            }
        }
        #expect(!matrix.layout.wideColumns.isEmpty)
    }

    @Test("queries are selected with their rows, and numbered anew")
    func selectsQueries() {
        let groups = QueryGroups(queryOfRow: [2, 0, 2, 1, 0, 2])
        #expect(groups.queryOfRow == [2, 0, 2, 1, 0, 2])
        #expect(groups.selecting([2, 3, 5]).queryOfRow == [0, 1, 0])
        #expect(groups.selecting([]).count == 0)
    }

    @Test("a fold trains and measures as these rows alone do", arguments: 0..<5, [false, true])
    func foldsAreTrainings(index: Int, isSampled: Bool) throws {
        let objective = Self.objectives[index]
        let fixture = try Fixture(objective: objective, isSampled: isSampled)
        let histories = try fixture.crossValidate(isTogether: false)
        #expect(histories.ensembles.count == 3)
        for fold in 0..<3 {
            let rows = fixture.rows(fold)
            let booster = fixture.booster
            let metric = ValidationMetric(name: "any", isHigherBetter: false) { predictions, _ in
                fixture.measure(predictions, fold)
            }
            let model = try booster.train(rows.train, validation: rows.heldOut, metric: metric)
            #expect(model.ensemble == histories.ensembles[fold])
            #expect(model.validationHistory == histories.values[fold].map { $0[0] })
        }
        let means = (1...histories.roundCount).map {
            FoldHistories.mean(histories.values(of: 0, after: $0))
        }
        #expect(means[histories.bestIteration - 1] == means.min())
    }

    @Test("together or one after the other, with any threads: the same", arguments: [1, 3])
    func orderDoesNotMatter(threadCount: Int) throws {
        var fixture = try Fixture(objective: SquaredError(), isSampled: false)
        fixture.parameters.numIterations = 60
        fixture.parameters.learningRate = 0.6
        fixture.parameters.earlyStoppingRound = 3
        let expected = try fixture.crossValidate(isTogether: true)
        fixture.threadCount = threadCount
        let rounds = Mutex(0)
        let together = try fixture.crossValidate(isTogether: true) { done, planned in
            #expect(planned == 180)
            rounds.withLock { $0 = done }
            return true
        }
        let apart = try fixture.crossValidate(isTogether: false)
        #expect(together.values == expected.values)
        #expect(apart.values == expected.values)
        #expect(apart.bestIteration == expected.bestIteration)
        #expect(together.ensembles == expected.ensembles)
        // They stop by the mean, three rounds after its best.
        #expect(expected.roundCount == expected.bestIteration + 3)
        #expect(expected.roundCount < 60)
        #expect(rounds.withLock { $0 } == 3 * expected.roundCount)
    }

    @Test("a fold that cannot be split stays at its start")
    func constantFolds() throws {
        var fixture = try Fixture(objective: SquaredError(), isSampled: false)
        fixture.parameters.minGainToSplit = 1e9
        let histories = try fixture.crossValidate(isTogether: true)
        #expect(histories.roundCount == 1)
        #expect(histories.bestIteration == 1)
        #expect(histories.ensembles.allSatisfy { $0.trees.isEmpty })
        #expect(histories.values.allSatisfy { $0[0][0].isFinite })
    }

    @Test("the caller can stop", arguments: [false, true])
    func stops(isTogether: Bool) throws {
        let fixture = try Fixture(objective: SquaredError(), isSampled: false)
        let histories = try fixture.crossValidate(isTogether: isTogether) { done, _ in done < 2 }
        #expect(histories.isInterrupted)
    }

    /// A table in three folds: every third row is held out of one.
    private struct Fixture {
        let table: TestTable
        let objective: any Objective
        let all: TrainingRows
        var parameters = BoostingParameters()
        var threadCount = 2

        init(objective: any Objective, isSampled: Bool) throws {
            var table = TestTable.mixed(rowCount: 1_500, seed: 4, for: objective)
            if isSampled { table.weights = (0..<table.rowCount).map { Float($0 % 4 + 1) } }
            self.table = table
            self.objective = objective
            all = try table.trainingRows()
            parameters.numIterations = 6
            parameters.numLeaves = 7
            if isSampled {
                parameters.baggingFraction = 0.7
                parameters.baggingFreq = 2
                parameters.featureFraction = 0.6
            }
        }

        var booster: GradientBooster {
            GradientBooster(
                parameters: parameters, objective: objective,
                pool: ThreadPool(threadCount: threadCount))
        }

        private func indices(_ fold: Int, isHeldOut: Bool) -> [UInt32] {
            (0..<table.rowCount).filter { ($0 % 3 == fold) == isHeldOut }.map(UInt32.init)
        }

        func rows(_ fold: Int) -> FoldRows {
            let pool = ThreadPool(threadCount: threadCount)
            return FoldRows(
                train: all.selecting(indices(fold, isHeldOut: false), pool: pool),
                heldOut: all.selecting(indices(fold, isHeldOut: true), pool: pool))
        }

        /// Mean squared distance of the first output from the label.
        func measure(_ predictions: [Double], _ fold: Int) -> Double {
            let labels = indices(fold, isHeldOut: true).map { Double(table.labels[Int($0)]) }
            let count = predictions.count / labels.count
            return labels.enumerated().reduce(0) { sum, item in
                let difference = predictions[item.offset * count] - item.element
                return sum + difference * difference
            } / Double(labels.count)
        }

        func crossValidate(
            isTogether: Bool, onRound: (Int, Int) -> Bool = { _, _ in true }
        ) throws -> FoldHistories {
            try booster.crossValidate(
                foldCount: 3, isTogether: isTogether,
                metrics: FoldMetrics(isHigherBetter: false) { [measure($0, $1)] }, rows: rows,
                onRound: onRound)
        }
    }
}
