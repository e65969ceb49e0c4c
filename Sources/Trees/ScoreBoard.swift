import Binning
import Threads

/// The raw scores of some rows, which trees are added to.
final class ScoreBoard: @unchecked Sendable {
    // Sendable: one tree is added at a time.
    private let scores: UnsafeMutableBufferPointer<Double>

    init(count: Int, baseScore: Double) {
        scores = .allocate(capacity: count)
        scores.initialize(repeating: baseScore)
    }

    deinit { scores.deallocate() }

    var values: [Double] { Array(scores) }

    func add(_ tree: BinnedTree, over matrix: BinnedMatrix, pool: ThreadPool) {
        guard let start = scores.baseAddress else { return }
        tree.add(to: start, rows: nil, count: scores.count, of: matrix, pool: pool)
    }
}
