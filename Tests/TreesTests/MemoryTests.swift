import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

/// What training does with memory never changes the model.
@Suite("Memory")
struct MemoryTests {
    private static let objectives: [any Objective] = [
        SquaredError(), QuantileLoss(levels: [0.2, 0.8]), Logistic(),
    ]

    @Test("models do not depend on storage and limits", arguments: 0..<3, [false, true])
    func modelsDoNotDependOnMemory(index: Int, isBagged: Bool) throws {
        let objective = Self.objectives[index]
        let table = TestTable.mixed(
            rowCount: 20_000, seed: 31, isBinary: objective.name == "binary")
        let bins = try table.bins()
        let folder = try TemporaryFolder()
        var parameters = BoostingParameters()
        parameters.numIterations = 3
        parameters.numLeaves = 60
        if isBagged { (parameters.baggingFraction, parameters.baggingFreq) = (0.6, 2) }
        let storages = [
            MatrixStorage(), MatrixStorage(hasColumns: false),
            MatrixStorage(hasColumns: false, folder: folder.path),
            MatrixStorage(hasColumns: true, folder: folder.path),
        ]
        var models: [BoostedModel] = []
        for storage in storages {
            for (limit, threads) in [(Int.max, 1), (0, 1), (1 << 20, 3)] {
                let rows = TrainingRows(
                    matrix: try table.matrix(bins: bins, storage: storage), labels: table.labels)
                models.append(
                    try GradientBooster(
                        parameters: parameters, objective: objective,
                        pool: ThreadPool(threadCount: threads), workingByteCountMax: limit
                    ).train(rows))
            }
        }
        #expect(models.count == 12 && models.allSatisfy { $0 == models[0] })
        #expect(models[0].ensemble.trees.allSatisfy { $0.leafValues.count > 30 })
    }

    @Test("rows of small nodes stay where they are when memory is short")
    func nothingIsGatheredBeyondTheLimit() {
        let layout = BinLayout(binCounts: [200, 200])
        let buffers = BufferPool(byteCountMax: 1 << 20)
        let gatherer = RowGatherer(
            layout: layout, pool: ThreadPool(threadCount: 1), buffers: buffers)
        #expect(gatherer.hasRoom(rowCount: 10_000))
        #expect(!gatherer.hasRoom(rowCount: 100_000))
        let taken = buffers.take(byteCount: 900_000)
        #expect(!gatherer.hasRoom(rowCount: 10_000))
        withExtendedLifetime(taken) {}
    }

    @Test("buffers are used again, and go back to the system beyond the limit")
    func buffersAreUsedAgain() {
        let buffers = BufferPool(byteCountMax: 100_000)
        var first: PooledBuffer? = buffers.take(byteCount: 40_000)
        let address = first?.address
        first = nil
        // One that is a little larger serves, too.
        let again = buffers.take(byteCount: 30_000)
        #expect(again.address == address)
        // What has to be, is taken beyond the limit, and given back.
        var large: PooledBuffer? = buffers.take(byteCount: 500_000)
        #expect(large != nil && !buffers.hasRoom(for: 256))
        large = nil
        #expect(buffers.hasRoom(for: 40_000) && !buffers.hasRoom(for: 80_000))
        withExtendedLifetime(again) {}
    }

    @Test("the estimate grows with rows, outputs and threads")
    func estimateGrows() {
        func needed(_ rows: Int, _ objective: any Objective, threads: Int = 1) -> WorkingMemory {
            WorkingMemory(
                rowCount: rows, layout: BinLayout(binCounts: [200, 200, 3]), objective: objective,
                parameters: BoostingParameters(), threadCount: threads)
        }
        let small = needed(1_000_000, SquaredError())
        #expect(small.byteCountMin > 28_000_000 && small.byteCountMin < 30_000_000)
        #expect(small.byteCountMax > small.byteCountMin + 20_000_000)
        #expect(needed(2_000_000, SquaredError()).byteCountMin > 56_000_000)
        #expect(needed(1_000_000, SquaredError(), threads: 2).byteCountMin > 32_000_000)
        #expect(needed(1_000_000, Softmax(classCount: 5)).byteCountMin > 60_000_000)
    }
}
