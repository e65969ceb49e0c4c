import Columns
import Models
import TestSupport

/// Ensembles of every shape over five features, and rows to score, from a seed.
struct RandomEnsemble {
    static let smallCategories = (0..<70).map { "s\($0)" }
    static let largeCategories = (0..<1000).map { "l\($0)" }

    static let features = FeatureSchema([
        Feature(name: "a", type: .double, encoding: .numeric),
        Feature(name: "b", type: .float, encoding: .numeric),
        Feature(
            name: "small", type: .string, encoding: .categorical(categories: smallCategories)),
        Feature(
            name: "large", type: .string, encoding: .categorical(categories: largeCategories)),
        Feature(name: "c", type: .int32, encoding: .numeric),
    ])

    /// How a tree grows.
    enum Shape: CaseIterable {
        case random, chainLeft, chainRight, balanced
    }

    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// - Parameter thresholdCount: distinct thresholds of each numeric feature.
    mutating func ensemble(
        treeCount: Int, leafCountMax: Int, thresholdCount: Int, outputCount: Int = 1
    ) -> TreeEnsemble {
        let trees = (0..<treeCount * outputCount).map { _ in
            tree(
                leafCount: Int.random(in: 1...leafCountMax, using: &random),
                thresholdCount: thresholdCount, shape: Shape.allCases.randomElement(using: &random))
        }
        return TreeEnsemble(
            outputCount: outputCount,
            baseScores: (0..<outputCount).map { _ in Double.random(in: -9...9, using: &random) },
            trees: trees)
    }

    mutating func tree(leafCount: Int, thresholdCount: Int, shape: Shape?) -> Tree {
        var tree = Tree(nodes: [], leafValues: [0], leafRowCounts: [0])
        // Where each leaf hangs: (node, is left).
        var parents: [(node: Int, isLeft: Bool)?] = [nil]
        var queue = [0]
        while tree.leafValues.count < leafCount {
            let leaf: Int
            switch shape {
            case .chainLeft: leaf = 0
            case .chainRight: leaf = tree.leafValues.count - 1
            case .balanced: leaf = queue.removeFirst()
            default: leaf = Int.random(in: 0..<tree.leafValues.count, using: &random)
            }
            let index = tree.nodes.count
            if let parent = parents[leaf] {
                if parent.isLeft {
                    tree.nodes[parent.node].left = Int32(index)
                } else {
                    tree.nodes[parent.node].right = Int32(index)
                }
            }
            let new = tree.leafValues.count
            tree.nodes.append(node(&tree, left: ~Int32(leaf), right: ~Int32(new), thresholdCount))
            parents[leaf] = (index, true)
            parents.append((index, false))
            queue += [leaf, new]
            tree.leafValues.append(0)
            tree.leafRowCounts.append(0)
        }
        for index in tree.leafValues.indices {
            tree.leafValues[index] = Double.random(in: -1...1, using: &random)
        }
        return tree
    }

    private mutating func node(
        _ tree: inout Tree, left: Int32, right: Int32, _ thresholdCount: Int
    ) -> Tree.Node {
        let feature = Int.random(in: 0..<5, using: &random)
        let codeCount = Self.features.features[feature].codeCount
        var threshold = Double(Int.random(in: 0..<thresholdCount, using: &random)) / 8 - 10
        if Int.random(in: 0..<50, using: &random) == 0 {
            threshold = Bool.random(using: &random) ? .infinity : -.infinity
        }
        var set: Int32 = -1
        if codeCount > 0, Int.random(in: 0..<10, using: &random) > 0 {
            set = Int32(tree.categorySets.count)
            let wordCount = Int.random(in: 0...(codeCount + 63) / 64, using: &random)
            tree.categorySets.append((0..<wordCount).map { _ in random.next() })
        }
        return Tree.Node(
            feature: Int32(feature), threshold: threshold, categorySet: set,
            missingGoesLeft: Bool.random(using: &random), left: left, right: right, gain: 1,
            rowCount: 1)
    }

    /// (5 × `stride`) encoded values, NaN, infinities and values that equal thresholds included.
    mutating func values(rowCount: Int, stride: Int, thresholdCount: Int) -> [Double] {
        var values = [Double](repeating: 0, count: 5 * stride)
        for feature in 0..<5 {
            let codeCount = Self.features.features[feature].codeCount
            for row in 0..<rowCount {
                values[feature * stride + row] =
                    codeCount > 0
                    ? Double(Int.random(in: 0..<codeCount, using: &random))
                    : number(thresholdCount)
            }
        }
        return values
    }

    private mutating func number(_ thresholdCount: Int) -> Double {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .nan
        case 1: return Bool.random(using: &random) ? .infinity : -.infinity
        case 2: return -0.0
        case 3..<7: return Double(Int.random(in: 0..<thresholdCount, using: &random)) / 8 - 10
        default:
            return Double.random(in: -11...Double(thresholdCount) / 8 - 9, using: &random)
        }
    }
}
