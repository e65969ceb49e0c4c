package import Binning
package import Objectives

/// Bytes that boosting takes while it runs, besides the binned rows and their labels.
package struct WorkingMemory: Hashable, Sendable {
    /// What it cannot do without.
    package let byteCountMin: Int
    /// What it can make use of, for speed: rows of small nodes are moved together, and several
    /// outputs' trees grow side by side.
    package let byteCountMax: Int

    /// What it takes besides to grow the trees of several outputs side by side.
    package let sideBySideByteCount: Int

    /// What it takes besides to begin the trees of several outputs in one pass over the rows; 0
    /// where each begins with one of its own.
    package let rootPassByteCount: Int

    /// What putting the rows into another order takes, before the rounds; 0 where they stay.
    package let clusteringByteCount: Int

    /// Stores of the rows of all nodes of a tree, at most so many times the table: a node's rows
    /// may be moved again for a node far below it.
    private static let storeShare = 1.25

    /// - Parameters:
    ///   - rowCount: of the training rows.
    ///   - layout: of their bins.
    package init(
        rowCount: Int, layout: BinLayout, objective: any Objective,
        parameters: BoostingParameters, threadCount: Int
    ) {
        // Scores, packed gradients, the order of rows, the right sides of what is divided, and
        // gradients in the order of a node that is at most half of the table.
        var rowByteCount = 8 * objective.outputCount + 8 + 4 + 4 + 4
        // Left sides have a buffer of their own while several threads divide.
        if threadCount > 1 { rowByteCount += 4 }
        // What the objective prepares for a round.
        if ["multiclass", "lambdarank"].contains(objective.name) {
            rowByteCount += 8 * objective.roundStateWordCount
        }
        let hasBag = parameters.baggingFreq > 0 && parameters.baggingFraction < 1
        if hasBag || parameters.sampleStrategy == .goss { rowByteCount += 8 }
        if parameters.sampleStrategy == .goss { rowByteCount += 8 }
        let histogramLayout = HistogramLayout(layout)
        let entryCount = histogramLayout.entryCount
        let leafCount = min(
            parameters.numLeaves, rowCount / max(parameters.minDataInLeaf, 1) + 1)
        let histogramByteCount = entryCount * 8 * (2 * (leafCount + 2) + 3 * threadCount)
        byteCountMin = rowCount * rowByteCount + histogramByteCount
        let storeByteCount = RowStore.byteCount(rowCount: rowCount, layout: layout)
        let stores = Int(Double(storeByteCount) * Self.storeShare)
        // Gradients, and what belongs to the nodes in hand.
        let ofGrower =
            rowCount * (8 + 4 + 4 + 4 + 4) + entryCount * 8 * (2 * (leafCount + 2) + 3) + stores
        let isPossible = threadCount > 1 && objective.outputCount >= threadCount
        sideBySideByteCount = isPossible ? threadCount * ofGrower : 0
        rootPassByteCount =
            RootPass.serves(objective, parameters: parameters, layout: histogramLayout)
            ? RootPass.byteCount(
                rowCount: rowCount, layout: histogramLayout, outputCount: objective.outputCount,
                threadCount: threadCount) : 0
        byteCountMax = byteCountMin + max(stores, sideBySideByteCount) + rootPassByteCount
        clusteringByteCount = RowClusters.byteCount(
            rowCount: rowCount, layout: layout, objective: objective, threadCount: threadCount)
    }
}
