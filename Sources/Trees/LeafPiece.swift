/// A stretch of one leaf's rows.
struct LeafPiece: Hashable, Sendable {
    let leaf: Int
    let rows: Range<Int>

    /// Rows of a piece at most.
    private static let rowCountMax = 8_192

    /// The pieces of all leaves, in order.
    static func pieces(of rowCounts: [Int]) -> [LeafPiece] {
        var pieces: [LeafPiece] = []
        for (leaf, rowCount) in rowCounts.enumerated() {
            for start in stride(from: 0, to: rowCount, by: rowCountMax) {
                pieces.append(
                    LeafPiece(leaf: leaf, rows: start..<min(start + rowCountMax, rowCount)))
            }
        }
        return pieces
    }
}
