import Binning
import Threads

/// The raw scores of some rows, which trees are added to.
final class ScoreBoard: @unchecked Sendable {
    // Sendable: one tree is added at a time.
    private let rowCount: Int
    private let outputCount: Int
    /// (outputCount × rowCount), output by output.
    private let scores: UnsafeMutableBufferPointer<Double>

    /// - Parameters:
    ///   - baseScores: (outputCount)
    ///   - startScores: (rowCount × outputCount), row by row, in place of the base scores.
    init(rowCount: Int, baseScores: [Double], startScores: [Double]? = nil) {
        self.rowCount = rowCount
        outputCount = baseScores.count
        scores = .allocate(capacity: rowCount * baseScores.count)
        Self.fill(scores, rowCount: rowCount, baseScores: baseScores, startScores: startScores)
    }

    deinit { scores.deallocate() }

    /// Writes where boosting starts into uninitialised memory, output by output.
    static func fill(
        _ scores: UnsafeMutableBufferPointer<Double>, rowCount: Int, baseScores: [Double],
        startScores: [Double]?
    ) {
        let outputCount = baseScores.count
        precondition(scores.count == rowCount * outputCount)
        precondition(startScores.map { $0.count == scores.count } ?? true)
        guard let first = scores.baseAddress else { return }
        for output in 0..<outputCount {
            let target = first + output * rowCount
            guard let startScores else {
                target.initialize(repeating: baseScores[output], count: rowCount)
                continue
            }
            for row in 0..<rowCount {
                (target + row).initialize(to: startScores[row * outputCount + output])
            }
        }
    }

    /// (rowCount × outputCount), row by row.
    var values: [Double] { Self.byRow(scores, rowCount: rowCount) }

    /// - Parameter scores: (outputCount × rowCount), output by output.
    /// - Returns: (rowCount × outputCount), row by row.
    static func byRow(_ scores: UnsafeMutableBufferPointer<Double>, rowCount: Int) -> [Double] {
        guard scores.count > rowCount else { return Array(scores) }
        let outputCount = scores.count / rowCount
        return [Double](unsafeUninitializedCapacity: scores.count) { result, count in
            for output in 0..<outputCount {
                for row in 0..<rowCount {
                    result.initializeElement(
                        at: row * outputCount + output, to: scores[output * rowCount + row])
                }
            }
            count = scores.count
        }
    }

    func add(_ tree: BinnedTree, to output: Int, over matrix: BinnedMatrix, pool: ThreadPool) {
        guard let start = scores.baseAddress else { return }
        tree.add(to: start + output * rowCount, of: matrix, pool: pool)
    }
}
