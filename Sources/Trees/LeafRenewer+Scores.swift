import CKernels
import Objectives
import Threads

/// Adds the values of leaves to the scores of their rows.
extension LeafRenewer {
    /// Words of a set that a worker looks at together.
    private static let markedWordCount = 2_048

    /// - Parameter pieces: of leaves whose rows are listed.
    func addToScores(
        _ values: [Double], pieces: [LeafPiece], _ target: Target
    ) {
        nonisolated(unsafe) let all = target.scores
        pool.forEach(count: pieces.count) { [self] range, _ in
            for piece in pieces[range] {
                guard let listed = target.leafRows[piece.leaf] else { continue }
                let value = values[piece.leaf]
                overTableRows(piece.rows, of: listed) { rows, count in
                    for position in 0..<count {
                        martlet_prefetch(all + Int(rows[position &+ Self.aheadCount]))
                        all[Int(rows[position])] += value
                    }
                }
            }
        }
    }

    /// Without a list of rows, which would take longer than to add to them.
    func addToScores(
        _ values: [Double], ofMarked leaves: [GrowingLeaf], _ target: Target
    ) {
        nonisolated(unsafe) let all = target.scores
        let marked = leaves.indices.filter { target.leafRows[$0] == nil }
        let wordCount = RowMask.wordCount(rows.count)
        let stretchCount = (wordCount + Self.markedWordCount - 1) / Self.markedWordCount
        pool.forEach(count: marked.count * stretchCount) { range, _ in
            for index in range {
                let leaf = marked[index / stretchCount]
                guard let mask = leaves[leaf].rows.mask else { continue }
                let start = index % stretchCount * Self.markedWordCount
                martlet_add_to_marked(
                    mask.words + start, min(Self.markedWordCount, wordCount - start),
                    values[leaf], all + start * RowMask.wordRowCount)
            }
        }
    }
}
