import Binning
import Models
import Objectives

/// Gradients in whole quanta.
extension BoostingRun {
    /// Whether every tree sees all rows and may use every leaf's value to the nearest quantum, and
    /// none moves a row by more than the largest gradient.
    static func canCarry(_ parameters: BoostingParameters) -> Bool {
        let rates = parameters.learningRateSchedule.map(\.learningRate)
        return (parameters.baggingFreq == 0 || parameters.baggingFraction == 1)
            && parameters.maxDeltaStep <= 0
            && (rates + [parameters.learningRate]).allSatisfy { $0 <= 1 }
    }

    func growTree(carrying carrier: ResidualCarrier) -> BinnedTree {
        let index = trees.count
        let treeGrower = grower.treeGrower
        // Adding up the leaves' histograms has to cost less than building one.
        let keepsHistograms =
            parameters.featureFraction == 1
            && parameters.numLeaves * treeGrower.entryCount * 2
                < rows.count * treeGrower.columnCount
        let grown = treeGrower.grow(
            NodeRows(all: grower.store), sums: carrier.sums, scale: carrier.scale,
            isActive: grower.activeFeatures(index: index), index: index,
            rootHistogram: carrier.takeRootHistogram(), keepsHistograms: keepsHistograms)
        guard !grown.nodes.isEmpty else {
            trees.append(
                Tree(nodes: [], leafValues: [0], leafRowCounts: [Int64(rows.count)]))
            return BinnedTree(constant: 0)
        }
        let steps = grower.renewer.move(
            grower.packed, by: grown, quantum: carrier.quantum, scale: carrier.scale,
            learningRate: parameters.learningRate(round: iterationCount))
        carrier.add(
            steps, of: grown.leaves, entryCount: keepsHistograms ? treeGrower.entryCount : nil)
        let values = steps.map { Double($0) * carrier.quantum.size }
        trees.append(grown.model(leafValues: values, features: matrix.features))
        if !carrier.isWithinBounds { stopCarrying() }
        return BinnedTree(grown, leafValues: values, layout: matrix.layout)
    }

    /// Goes on from the scores.
    func stopCarrying() {
        guard let carrier else { return }
        carrier.writeScores(to: scores)
        self.carrier = nil
        if isBoundFollowed { gradientBound = Double(grower.gradients.maxima(output: 0).gradient) }
    }
}
