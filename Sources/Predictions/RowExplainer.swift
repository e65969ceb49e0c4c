import Columns
import Models

/// Writes what explains the raw scores of a model: leaves, contributions, interactions.
struct RowExplainer: Sendable {
    private enum Kind: Sendable {
        case trees(EnsembleExplainer)
        case linear(LinearScorer)
    }

    /// Columns of an output; more than any reader is made for.
    private static let columnCountMax = 20_000

    /// Leaves as `int32`, then numbers as `double`.
    let fields: [Field]
    private let walkedTrees: [WalkedTree]
    private let kind: Kind?
    private let writesContributions: Bool
    private let writesInteractions: Bool
    private let outputCount: Int
    private let featureCount: Int
    private let fold: ColumnFold

    /// - Returns: nil when `options` ask for nothing of this.
    /// - Throws: `invalidParameter` for leaves or interactions of a linear model, or for more
    ///   columns than a file should have; otherwise as `EnsembleExplainer`.
    init?(_ model: ModelArtifact, options: PredictionOptions) throws(ModelError) {
        writesContributions = options.writesContributions
        writesInteractions = options.writesInteractions
        let explains = writesContributions || writesInteractions
        guard explains || options.writesLeafIndices else { return nil }
        outputCount = model.outputCount
        featureCount = model.features.features.count
        fold = ColumnFold(model.features)
        fields = try Self.fields(of: model, options: options)
        switch model.kind {
        case .trees(let ensemble):
            walkedTrees =
                options.writesLeafIndices
                ? ensemble.trees.map { WalkedTree($0, output: 0) } : []
            kind =
                explains
                ? .trees(
                    try EnsembleExplainer(
                        ensemble, features: model.features,
                        explainsPairs: options.writesInteractions)) : nil
        case .linear(let linear):
            guard !options.writesLeafIndices && !options.writesInteractions else {
                throw ModelError(
                    .invalidParameter,
                    "A linear model has neither leaves nor interactions: ask for contributions.")
            }
            walkedTrees = []
            kind = .linear(LinearScorer(linear, features: model.features))
        }
    }

    private static func fields(
        of model: ModelArtifact, options: PredictionOptions
    ) throws(ModelError) -> [Field] {
        var leaves: [String] = []
        if options.writesLeafIndices, case .trees(let ensemble) = model.kind {
            leaves = ensemble.trees.indices.map { "leaf_\($0)" }
        }
        let features = model.features.names
        let pairCount = features.count * (features.count + 1) / 2
        let numberCount =
            model.outputCount
            * ((options.writesContributions ? features.count : 0)
                + (options.writesInteractions ? pairCount : 0) + 1)
        guard leaves.count + numberCount <= columnCountMax else {
            throw ModelError(
                .invalidParameter,
                "This would write \(leaves.count + numberCount) columns; at most "
                    + "\(columnCountMax) are written. Ask for less, or use fewer features.")
        }
        var numbers: [String] = []
        for k in 0..<model.outputCount where numberCount > model.outputCount {
            let label = model.outputCount == 1 ? "" : "\(model.outputNames[k])_"
            if options.writesContributions {
                numbers += features.map { "contribution_\(label)\($0)" }
            }
            numbers.append("expected_value" + (label.isEmpty ? "" : "_" + label.dropLast()))
            guard options.writesInteractions else { continue }
            for (index, first) in features.enumerated() {
                numbers += features[index...].map { "interaction_\(label)\(first)_\($0)" }
            }
        }
        return leaves.map { Field(name: $0, type: .int32, isNullable: false) }
            + numbers.map { Field(name: $0, type: .double, isNullable: false) }
    }

    /// The memory of one thread.
    struct Scratch {
        let trees: ExplanationScratch?
        /// (columns × `EnsembleScorer.blockRowCount`), those of the features first
        let contributions: ColumnBuffer<Double>
        /// (featureCount · (featureCount + 1) / 2 × `EnsembleScorer.blockRowCount`), or nothing.
        let pairs: ColumnBuffer<Double>
        /// The same of all columns, where there are more than features.
        let columnPairs: ColumnBuffer<Double>?
        let leaves: ColumnBuffer<Int32>
    }

    func makeScratch() -> Scratch {
        var trees: ExplanationScratch?
        if case .trees(let explainer) = kind { trees = explainer.makeScratch() }
        let pairCount = writesInteractions ? featureCount * (featureCount + 1) / 2 : 0
        let columnCount = fold.columnCount
        let columnPairCount = columnCount * (columnCount + 1) / 2
        return Scratch(
            trees: trees,
            contributions: ColumnBuffer(
                repeating: 0, count: columnCount * EnsembleScorer.blockRowCount),
            pairs: ColumnBuffer(repeating: 0, count: pairCount * EnsembleScorer.blockRowCount),
            columnPairs: writesInteractions && !fold.isTrivial
                ? ColumnBuffer(
                    repeating: 0, count: columnPairCount * EnsembleScorer.blockRowCount) : nil,
            leaves: ColumnBuffer(repeating: 0, count: EnsembleScorer.blockRowCount))
    }

    /// Memory for the columns of a batch.
    func makeColumns(rowCount: Int) -> [ColumnValues] {
        fields.map { field in
            field.type == .int32
                ? .int32(ColumnBuffer(uninitializedCount: rowCount))
                : .double(ColumnBuffer(uninitializedCount: rowCount))
        }
    }

    /// Explains the rows of a block.
    /// - Parameters:
    ///   - values: the block's values, see `EnsembleScorer.score`.
    ///   - rows: where they stand in the batch.
    ///   - columns: from `makeColumns`; the elements of `rows` are written.
    func explain(
        values: UnsafeBufferPointer<Double>, rows: Range<Int>, scratch: Scratch,
        into columns: [ColumnValues]
    ) {
        if let base = values.baseAddress, let leaves = scratch.leaves.mutableElements.baseAddress {
            for (tree, column) in zip(walkedTrees, columns) {
                guard case .int32(let buffer) = column else { continue }
                tree.findLeaves(values: base, rowCount: rows.count, into: leaves)
                for (index, row) in rows.enumerated() {
                    buffer.mutableElements[row] = leaves[index]
                }
            }
        }
        var next = walkedTrees.count
        func append(_ value: (_ index: Int) -> Double) {
            guard case .double(let buffer) = columns[next] else { return }
            let target = buffer.mutableElements
            for (index, row) in rows.enumerated() { target[row] = value(index) }
            next += 1
        }
        let stride = EnsembleScorer.blockRowCount
        let contributions = scratch.contributions.elements
        let pairs = scratch.pairs.mutableElements
        for k in 0..<outputCount {
            guard let expectedValue = explain(k, values, rows.count, scratch) else { return }
            if writesContributions {
                for feature in 0..<featureCount { append { contributions[feature * stride + $0] } }
            }
            append { _ in expectedValue }
            guard writesInteractions else { continue }
            setDiagonal(of: pairs, contributions: contributions, rowCount: rows.count)
            for pair in 0..<pairs.count / stride { append { pairs[pair * stride + $0] } }
        }
    }

    /// Fills the scratch memory for output `k`.
    private func explain(
        _ k: Int, _ values: UnsafeBufferPointer<Double>, _ rowCount: Int, _ scratch: Scratch
    ) -> Double? {
        let contributions = scratch.contributions.mutableElements
        contributions.update(repeating: 0)
        switch kind {
        case .trees(let explainer):
            guard let memory = scratch.trees else { return nil }
            explainer.addContributions(
                output: k, values: values, rowCount: rowCount, scratch: memory, to: contributions)
            if writesInteractions {
                let pairs = scratch.columnPairs ?? scratch.pairs
                pairs.mutableElements.update(repeating: 0)
                explainer.addPairs(
                    output: k, values: values, rowCount: rowCount, scratch: memory,
                    to: pairs.mutableElements)
            }
            let stride = EnsembleScorer.blockRowCount
            fold.addContributions(contributions, rowCount: rowCount, stride: stride)
            if let columnPairs = scratch.columnPairs {
                scratch.pairs.mutableElements.update(repeating: 0)
                fold.addPairs(
                    columnPairs.elements, to: scratch.pairs.mutableElements, rowCount: rowCount,
                    stride: stride)
            }
            return explainer.expectedValues[k]
        case .linear(let scorer):
            scorer.addContributions(
                output: k, values: values, rowCount: rowCount, to: contributions)
            return scorer.expectedValues[k]
        case nil: return nil
        }
    }

    /// What a feature adds alone: its contribution without half of each of its interactions.
    private func setDiagonal(
        of pairs: UnsafeMutableBufferPointer<Double>, contributions: UnsafeBufferPointer<Double>,
        rowCount: Int
    ) {
        let stride = EnsembleScorer.blockRowCount
        func start(_ a: Int, _ b: Int) -> Int {
            ColumnFold.index(a, b, of: featureCount) * stride
        }
        for feature in 0..<featureCount {
            for row in 0..<rowCount {
                var alone = contributions[feature * stride + row]
                for other in 0..<featureCount where other != feature {
                    alone -= pairs[start(feature, other) + row] / 2
                }
                pairs[start(feature, feature) + row] = alone
            }
        }
    }
}
