/// One tree as LightGBM writes it.
struct LightGBMTree {
    /// Bits of `decision_type`.
    enum Decision {
        static let isCategorical: UInt8 = 1
        static let defaultLeft: UInt8 = 2
        static let missingShift: UInt8 = 2
    }

    /// What LightGBM takes for missing at a node: bits 2 and 3 of `decision_type`.
    enum Missing: UInt8 {
        /// Nothing; NaN counts as 0.
        case none = 0
        /// Zero and NaN.
        case zero = 1
        case nan = 2
    }

    let line: Int
    var leafCount = 0
    var splitFeatures: [Int32] = []
    var splitGains: [Double] = []
    /// Of a categorical split: the index of its bit set.
    var thresholds: [Double] = []
    var decisions: [UInt8] = []
    var lefts: [Int32] = []
    var rights: [Int32] = []
    var leafValues: [Double] = []
    var leafRowCounts: [Int64] = []
    var nodeRowCounts: [Int64] = []
    /// (sets + 1) starts in `setWords`.
    var setStarts: [Int] = []
    var setWords: [UInt32] = []

    init(line: Int) { self.line = line }

    func failure(_ problem: String) -> InterchangeError {
        InterchangeError(.outOfSpec, "the tree at line \(line) \(problem)")
    }

    func isCategorical(_ node: Int) -> Bool { decisions[node] & Decision.isCategorical != 0 }

    func missing(_ node: Int) throws(InterchangeError) -> Missing {
        guard let missing = Missing(rawValue: (decisions[node] >> Decision.missingShift) & 3) else {
            throw failure("has a decision_type of \(decisions[node]) at node \(node)")
        }
        return missing
    }

    /// The words of a categorical node's bit set.
    func set(_ node: Int) throws(InterchangeError) -> ArraySlice<UInt32> {
        guard let index = Int(exactly: thresholds[node]), index >= 0, index + 1 < setStarts.count
        else { throw failure("has no category set \(thresholds[node]) for node \(node)") }
        return setWords[setStarts[index]..<setStarts[index + 1]]
    }
}

extension LightGBMTree {
    /// Takes one line of the tree's block; lines that prediction does not need are passed over.
    /// - Throws: `outOfSpec` for a malformed line, `unsupported` for linear leaves.
    mutating func read(_ line: TextLine) throws(InterchangeError) {
        let nodeCount = max(leafCount - 1, 0)
        switch line.key {
        case "num_leaves":
            guard let count = Int(line.valueText), count >= 1, count <= 1 << 30 else {
                throw line.failure("is no count of leaves")
            }
            leafCount = count
        case "is_linear":
            guard line.valueText == "0" else {
                throw InterchangeError(
                    .unsupported,
                    "line \(line.number): the leaves are linear models (`linear_tree`), which "
                        + "Martlet does not have")
            }
        case "split_feature": splitFeatures = try line.integers(Int32.self, count: nodeCount)
        case "split_gain": splitGains = try line.numbers(count: nodeCount)
        case "threshold": thresholds = try line.numbers(count: nodeCount)
        case "decision_type": decisions = try line.integers(UInt8.self, count: nodeCount)
        case "left_child": lefts = try line.integers(Int32.self, count: nodeCount)
        case "right_child": rights = try line.integers(Int32.self, count: nodeCount)
        case "leaf_value": leafValues = try line.numbers(count: leafCount)
        case "leaf_count": leafRowCounts = try line.integers(Int64.self)
        case "internal_count": nodeRowCounts = try line.integers(Int64.self)
        case "cat_boundaries": setStarts = try line.integers(Int.self)
        case "cat_threshold": setWords = try line.integers(UInt32.self)
        default: break
        }
    }

    /// - Throws: `outOfSpec` when an array is missing or they do not agree.
    func check(featureCount: Int) throws(InterchangeError) {
        guard leafCount >= 1, leafValues.count == leafCount else {
            throw failure("has \(leafValues.count) leaf values for \(leafCount) leaves")
        }
        let nodeCount = leafCount - 1
        guard splitFeatures.count == nodeCount, thresholds.count == nodeCount,
            decisions.count == nodeCount, lefts.count == nodeCount, rights.count == nodeCount
        else { throw failure("lacks one of its arrays, or ends before it") }
        guard splitFeatures.allSatisfy({ $0 >= 0 && Int($0) < featureCount }) else {
            throw failure("splits on a feature that `max_feature_idx` does not count")
        }
        for (start, end) in zip(setStarts, setStarts.dropFirst()) where start < 0 || start > end {
            throw failure("has `cat_boundaries` that do not ascend")
        }
        guard setStarts.first ?? 0 >= 0, setStarts.last ?? 0 <= setWords.count else {
            throw failure("has `cat_boundaries` past the end of `cat_threshold`")
        }
    }
}
