import Columns
import Models
import Predictions
import TestSupport
import Testing

@Suite("EnsembleExplainer")
struct EnsembleExplainerTests {
    private let stride = EnsembleScorer.blockRowCount
    private let featureCount = 5

    private func ensemble(
        seed: UInt64, treeCount: Int, leafCountMax: Int, outputCount: Int = 1
    ) -> TreeEnsemble {
        var random = RandomEnsemble(seed: seed)
        var ensemble = random.ensemble(
            treeCount: treeCount, leafCountMax: leafCountMax, thresholdCount: 90,
            outputCount: outputCount)
        for tree in ensemble.trees.indices {
            for leaf in ensemble.trees[tree].leafValues.indices {
                ensemble.trees[tree].leafRowCounts[leaf] =
                    Int64.random(in: 1...1000, using: &random.random)
            }
        }
        return ensemble
    }

    private func values(seed: UInt64, rowCount: Int) -> [Double] {
        var random = RandomEnsemble(seed: seed)
        return random.values(rowCount: rowCount, stride: stride, thresholdCount: 90)
    }

    /// (rows of `count`) sums of one output, row by row of the buffer.
    private func sums(
        _ explainer: EnsembleExplainer, _ values: [Double], rowCount: Int, output: Int = 0,
        pairs: Bool = false
    ) -> [[Double]] {
        let count = pairs ? featureCount * (featureCount + 1) / 2 : featureCount
        let buffer = ColumnBuffer<Double>(repeating: 0, count: count * stride)
        let scratch = explainer.makeScratch()
        values.withUnsafeBufferPointer { values in
            if pairs {
                explainer.addPairs(
                    output: output, values: values, rowCount: rowCount, scratch: scratch,
                    to: buffer.mutableElements)
            } else {
                explainer.addContributions(
                    output: output, values: values, rowCount: rowCount, scratch: scratch,
                    to: buffer.mutableElements)
            }
        }
        return (0..<count).map { index in
            Array(buffer.elements[index * stride..<index * stride + rowCount])
        }
    }

    @Test("equals the sum over all coalitions", arguments: 0..<24 as Range<UInt64>)
    func equalsTwin(seed: UInt64) throws {
        let model = ensemble(
            seed: seed, treeCount: 3, leafCountMax: [1, 2, 5, 16, 40, 120][Int(seed % 6)],
            outputCount: seed % 5 == 0 ? 2 : 1)
        let rowCount = [1, 7, 8, 9][Int(seed % 4)]
        let values = values(seed: seed, rowCount: rowCount)
        let explainer = try EnsembleExplainer(
            model, features: RandomEnsemble.features, explainsPairs: true)
        for output in 0..<model.outputCount {
            let found = sums(explainer, values, rowCount: rowCount, output: output)
            let pairs = sums(explainer, values, rowCount: rowCount, output: output, pairs: true)
            let trees = Swift.stride(from: output, to: model.trees.count, by: model.outputCount)
                .map { model.trees[$0] }
            for row in 0..<rowCount {
                let games = trees.map {
                    CoalitionGame(
                        tree: $0, featureCount: featureCount, value: { values[$0 * stride + row] })
                }
                let expectedValue = games.reduce(model.baseScores[output]) { $0 + $1.worth(0) }
                #expect(
                    isClose(
                        explainer.expectedValues[output], expectedValue, relative: 1e-10,
                        absolute: 1e-12))
                var pair = 0
                for a in 0..<featureCount {
                    let expected = games.reduce(0) { $0 + $1.contribution(a) }
                    #expect(isClose(found[a][row], expected, relative: 1e-10, absolute: 1e-12))
                    pair += 1
                    for b in a + 1..<featureCount {
                        let expected = games.reduce(0) { $0 + $1.interaction(a, b) }
                        #expect(
                            isClose(pairs[pair][row], expected, relative: 1e-10, absolute: 1e-12))
                        pair += 1
                    }
                }
            }
        }
    }

    @Test("the same bits on each level of instructions", arguments: 0..<8 as Range<UInt64>)
    func levels(seed: UInt64) throws {
        let model = ensemble(seed: seed, treeCount: 6, leafCountMax: 64)
        let rowCount = [1, 7, 8, 9, 63, 64, 65, 512][Int(seed)]
        let values = values(seed: seed, rowCount: rowCount)
        let found = try (0...2).map {
            sums(
                try EnsembleExplainer(model, features: RandomEnsemble.features, level: $0), values,
                rowCount: rowCount)
        }
        #expect(found[0] == found[1] && found[1] == found[2])
    }

    /// A chain of splits, each on a feature of its own, adds up however long it is.
    @Test("long paths", arguments: [1, 2, 15, 16, 17, 18, 64, 127, 128])
    func longPaths(depth: Int) throws {
        var random = SeededGenerator(seed: UInt64(depth))
        let nodes = (0..<depth).map { index in
            Tree.Node(
                feature: Int32(index), threshold: 0, categorySet: -1, missingGoesLeft: true,
                left: ~Int32(index), right: index + 1 < depth ? Int32(index + 1) : ~Int32(depth),
                gain: 0, rowCount: 0)
        }
        let tree = Tree(
            nodes: nodes,
            leafValues: (0...depth).map { _ in Double.random(in: -1...1, using: &random) },
            leafRowCounts: (0...depth).map { _ in Int64.random(in: 0...9, using: &random) + 1 })
        let features = FeatureSchema(
            (0..<depth).map { Feature(name: "f\($0)", type: .double, encoding: .numeric) })
        let model = TreeEnsemble(outputCount: 1, baseScores: [3], trees: [tree])
        let values = (0..<depth * stride).map { _ in
            Double.random(in: -0.1...1, using: &random)
        }
        var byLevel: [[Double]] = []
        for level in 0...3 {
            let explainer = try EnsembleExplainer(model, features: features, level: level)
            let buffer = ColumnBuffer<Double>(repeating: 0, count: depth * stride)
            values.withUnsafeBufferPointer {
                explainer.addContributions(
                    output: 0, values: $0, rowCount: 100, scratch: explainer.makeScratch(),
                    to: buffer.mutableElements)
            }
            for row in 0..<100 {
                let sum = (0..<depth).reduce(explainer.expectedValues[0]) {
                    $0 + buffer.elements[$1 * stride + row]
                }
                let leaf = tree.leafIndex { values[$0 * stride + row] }
                #expect(isClose(sum, 3 + tree.leafValues[leaf], absolute: 1e-9))
            }
            byLevel.append(
                (0..<depth).flatMap { Array(buffer.elements[$0 * stride..<$0 * stride + 100]) })
        }
        #expect(byLevel[0] == byLevel[1] && byLevel[1] == byLevel[2])
    }

    @Test("leaves without training rows still add up")
    func emptyLeaves() throws {
        var model = ensemble(seed: 5, treeCount: 4, leafCountMax: 30)
        for tree in model.trees.indices {
            for leaf in model.trees[tree].leafRowCounts.indices where leaf % 3 != 0 {
                model.trees[tree].leafRowCounts[leaf] = 0
            }
        }
        let values = values(seed: 5, rowCount: 200)
        let explainer = try EnsembleExplainer(model, features: RandomEnsemble.features)
        let found = sums(explainer, values, rowCount: 200)
        for row in 0..<200 {
            let raw = model.trees.reduce(model.baseScores[0]) { sum, tree in
                sum + tree.leafValues[tree.leafIndex { values[$0 * stride + row] }]
            }
            let sum = found.reduce(explainer.expectedValues[0]) { $0 + $1[row] }
            #expect(isClose(sum, raw, absolute: 1e-9))
        }
    }

    @Test("trees that do not record their rows, and paths over too many features, are refused")
    func refusals() throws {
        var random = RandomEnsemble(seed: 1)
        let silent = random.tree(leafCount: 4, thresholdCount: 9, shape: .balanced)
        #expect(throws: ModelError.self) {
            try EnsembleExplainer(
                TreeEnsemble(outputCount: 1, baseScores: [0], trees: [silent]),
                features: RandomEnsemble.features)
        }
        let depth = EnsembleExplainer.pathFeatureCountMax + 1
        let nodes = (0..<depth).map { index in
            Tree.Node(
                feature: Int32(index), threshold: 0, categorySet: -1, missingGoesLeft: true,
                left: ~Int32(index), right: index + 1 < depth ? Int32(index + 1) : ~Int32(depth),
                gain: 0, rowCount: 0)
        }
        let long = Tree(
            nodes: nodes, leafValues: [Double](repeating: 1, count: depth + 1),
            leafRowCounts: [Int64](repeating: 1, count: depth + 1))
        let features = FeatureSchema(
            (0..<depth).map { Feature(name: "f\($0)", type: .double, encoding: .numeric) })
        let error = #expect(throws: ModelError.self) {
            try EnsembleExplainer(
                TreeEnsemble(outputCount: 1, baseScores: [0], trees: [long]), features: features)
        }
        #expect(error?.code == .unsupported)
    }
}
