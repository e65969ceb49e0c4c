import Columns
import Models
import Predictions
import TestSupport
import Testing

@Suite("EnsembleScorer")
struct EnsembleScorerTests {
    private let stride = EnsembleScorer.blockRowCount

    /// `Tree.leafIndex`, row by row and tree by tree.
    private func naive(_ ensemble: TreeEnsemble, _ values: [Double], rowCount: Int) -> [Double] {
        var result: [Double] = []
        for row in 0..<rowCount {
            for k in 0..<ensemble.outputCount {
                var sum = ensemble.baseScores[k]
                for index in Swift.stride(
                    from: k, to: ensemble.trees.count, by: ensemble.outputCount)
                {
                    let tree = ensemble.trees[index]
                    sum += tree.leafValues[tree.leafIndex { values[$0 * stride + row] }]
                }
                result.append(sum)
            }
        }
        return result
    }

    private func score(
        _ ensemble: TreeEnsemble, _ values: [Double], rowCount: Int, level: Int
    ) -> [Double] {
        let scorer = EnsembleScorer([ensemble], features: RandomEnsemble.features, level: level)
        var output = [Double](repeating: -1, count: rowCount * ensemble.outputCount)
        values.withUnsafeBufferPointer { values in
            output.withUnsafeMutableBufferPointer { output in
                scorer.score(
                    values: values, rowCount: rowCount, scratch: scorer.makeScratch(),
                    into: [output])
            }
        }
        return output
    }

    @Test("equals the walk through each tree, bit by bit", arguments: 0..<36 as Range<UInt64>)
    func equalsNaive(seed: UInt64) {
        var random = RandomEnsemble(seed: seed)
        // Fewer than 255 thresholds, about 255, thousands; small, middling and oversized trees.
        let thresholdCount = [3, 100, 256, 40_000][Int(seed % 4)]
        let leafCountMax = [2, 31, 64, 256, 400][Int(seed % 5)]
        let rowCount = [1, 7, 8, 9, 63, 64, 65, 300, 512][Int(seed % 9)]
        let ensemble = random.ensemble(
            treeCount: 12, leafCountMax: leafCountMax, thresholdCount: thresholdCount,
            outputCount: seed % 7 == 0 ? 3 : 1)
        let values = random.values(
            rowCount: rowCount, stride: stride, thresholdCount: thresholdCount)
        let expected = naive(ensemble, values, rowCount: rowCount)
        for level in 0...3 {
            #expect(score(ensemble, values, rowCount: rowCount, level: level) == expected)
        }
    }

    @Test(
        "deep chains and full trees of 256 and 257 leaves", arguments: RandomEnsemble.Shape.allCases
    )
    func extremeShapes(shape: RandomEnsemble.Shape) {
        var random = RandomEnsemble(seed: 77)
        for leafCount in [1, 2, 3, 4, 5, 255, 256, 257] {
            let tree = random.tree(leafCount: leafCount, thresholdCount: 90, shape: shape)
            let ensemble = TreeEnsemble(outputCount: 1, baseScores: [0.5], trees: [tree])
            let values = random.values(rowCount: 130, stride: stride, thresholdCount: 90)
            let expected = naive(ensemble, values, rowCount: 130)
            for level in 0...3 {
                #expect(score(ensemble, values, rowCount: 130, level: level) == expected)
            }
        }
    }

    @Test("a feature with 254, 255 and 256 thresholds", arguments: [16, 17, 254, 255, 256, 300])
    func narrowAndWide(thresholdCount: Int) {
        var trees: [Tree] = []
        for index in 0..<thresholdCount {
            let node = Tree.Node(
                feature: 0, threshold: Double(index), categorySet: -1,
                missingGoesLeft: index % 2 == 0, left: -1, right: -2, gain: 0, rowCount: 0)
            let values: [Double] = [0, Double(1 << (index % 20))]
            trees.append(Tree(nodes: [node], leafValues: values, leafRowCounts: [0, 0]))
        }
        let ensemble = TreeEnsemble(outputCount: 1, baseScores: [0], trees: trees)
        var values = [Double](repeating: 0, count: 5 * stride)
        for row in 0..<stride { values[row] = Double(row) / 1.5 - 3 }
        values[0] = .nan
        values[1] = .infinity
        let expected = naive(ensemble, values, rowCount: stride)
        for level in 0...3 {
            #expect(score(ensemble, values, rowCount: stride, level: level) == expected)
        }
    }

    /// Features are binned anew when their thresholds become too many for a byte.
    @Test("hundreds of trees with thousands of thresholds", arguments: [0, 1, 2] as [UInt64])
    func manyBins(seed: UInt64) {
        var random = RandomEnsemble(seed: seed)
        let ensemble = random.ensemble(
            treeCount: 150, leafCountMax: 60, thresholdCount: 5000,
            outputCount: seed == 2 ? 3 : 1)
        let values = random.values(rowCount: 70, stride: stride, thresholdCount: 5000)
        let expected = naive(ensemble, values, rowCount: 70)
        for level in 0...3 {
            #expect(score(ensemble, values, rowCount: 70, level: level) == expected)
        }
    }

    /// Bins are shared where they fit into a byte, and made anew where not; outputs stay apart.
    @Test("several ensembles score as each does alone", arguments: [5, 90, 200, 3000])
    func severalEnsembles(thresholdCount: Int) {
        var random = RandomEnsemble(seed: UInt64(thresholdCount))
        let ensembles = [1, 3, 1].map {
            random.ensemble(
                treeCount: 14, leafCountMax: 70, thresholdCount: thresholdCount, outputCount: $0)
        }
        let values = random.values(rowCount: 77, stride: stride, thresholdCount: thresholdCount)
        let features = RandomEnsemble.features
        for level in 0...3 {
            let scorer = EnsembleScorer(ensembles, features: features, level: level)
            let outputs = ensembles.map {
                ColumnBuffer<Double>(repeating: -1, count: 77 * $0.outputCount)
            }
            values.withUnsafeBufferPointer {
                scorer.score(
                    values: $0, rowCount: 77, scratch: scorer.makeScratch(),
                    into: outputs.map(\.mutableElements))
            }
            for (ensemble, output) in zip(ensembles, outputs) {
                #expect(Array(output.elements) == naive(ensemble, values, rowCount: 77))
            }
        }
    }

    /// Trees that are walked: deep ones, and ones of thousands of leaves.
    @Test("oversized trees", arguments: RandomEnsemble.Shape.allCases)
    func oversized(shape: RandomEnsemble.Shape) {
        var random = RandomEnsemble(seed: 78)
        let trees = [300, 4000].map {
            random.tree(leafCount: $0, thresholdCount: 90, shape: shape)
        }
        let ensemble = TreeEnsemble(outputCount: 1, baseScores: [0.5], trees: trees)
        for rowCount in [1, 7, 8, 9, 129] {
            let values = random.values(rowCount: rowCount, stride: stride, thresholdCount: 90)
            let expected = naive(ensemble, values, rowCount: rowCount)
            #expect(score(ensemble, values, rowCount: rowCount, level: 3) == expected)
        }
    }

    @Test("no trees, no rows")
    func nothing() {
        let ensemble = TreeEnsemble(outputCount: 2, baseScores: [1, 2], trees: [])
        let values = [Double](repeating: 0, count: 5 * stride)
        #expect(score(ensemble, values, rowCount: 2, level: 3) == [1, 2, 1, 2])
        #expect(score(ensemble, values, rowCount: 0, level: 3) == [])
    }

    @Test("what lies behind the last row decides nothing")
    func paddingIsIgnored() {
        var random = RandomEnsemble(seed: 3)
        let ensemble = random.ensemble(treeCount: 9, leafCountMax: 40, thresholdCount: 90)
        var values = random.values(rowCount: 70, stride: stride, thresholdCount: 90)
        let expected = score(ensemble, values, rowCount: 70, level: 3)
        for feature in 0..<5 {
            for row in 70..<stride { values[feature * stride + row] = .nan }
        }
        #expect(score(ensemble, values, rowCount: 70, level: 3) == expected)
    }
}
