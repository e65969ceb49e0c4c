import Models

/// What a prediction needs of memory, to plan with.
extension BatchPredictor {
    /// Bytes of a row of the output, strings as codes.
    package var writtenBytesPerRow: Int { 8 * (options.keptColumns.count + producedFields.count) }

    /// Bytes of the models, as artifacts and compiled. A node takes about 64 as it is stored, 20 in
    /// the program that scores and its tree 560, 24 where it is walked, and 120 in the paths that
    /// explain it.
    package var modelByteCount: Int {
        var byteCount = 0
        for artifact in [model, lower, upper].compactMap({ $0 }) {
            guard case .trees(let ensemble) = artifact.kind else { continue }
            let nodeCount = ensemble.trees.reduce(0) { $0 + $1.nodes.count + 1 }
            byteCount += nodeCount * 140 + ensemble.trees.count * 560
            if explainer != nil { byteCount += nodeCount * 240 }
        }
        return byteCount + groups.reduce(0) { $0 + $1.tableByteCount }
    }

    /// Bytes of one thread: a block of encoded and binned features, and of what explains them.
    package var scratchByteCount: Int {
        let columnCount = model.features.columnCount
        var rowCount = 2 * columnCount
        if explainer != nil { rowCount += columnCount }
        if options.writesInteractions {
            let featureCount = model.features.features.count
            rowCount += featureCount * (featureCount + 1) / 2
            if columnCount > featureCount { rowCount += columnCount * (columnCount + 1) / 2 }
        }
        return (rowCount + model.outputCount) * EnsembleScorer.blockRowCount * 8
    }
}
