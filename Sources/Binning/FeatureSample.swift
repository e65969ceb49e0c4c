/// What is remembered of one feature until its bins are found.
final class FeatureSample {
    private let kind: FeatureKind
    private let numbers: SampledNumbers
    private var hasMissing = false
    /// (codeCount) rows of each code.
    private var codeCounts: [Int]

    /// - Parameter sampleCount: rows that are sampled.
    init(kind: FeatureKind, sampleCount: Int) {
        self.kind = kind
        numbers = SampledNumbers(capacity: sampleCount)
        if case .categorical(let codeCount) = kind {
            codeCounts = [Int](repeating: 0, count: codeCount)
        } else {
            codeCounts = []
        }
    }

    func add(_ values: UnsafeBufferPointer<Double>, at firstRow: Int, sampling rows: SampledRows) {
        switch kind {
        case .numeric:
            numbers.append(values, at: firstRow, sampling: rows)
            hasMissing = hasMissing || Self.containsNaN(values)
        case .categorical(let codeCount):
            for value in values where value >= 0 && value < Double(codeCount) {
                codeCounts[Int(value)] += 1
            }
        }
    }

    /// The sample is gone afterwards.
    func makeBins(_ parameters: BinningParameters, forced: [Double]) -> FeatureBins {
        switch kind {
        case .numeric:
            return .numeric(
                BinEdges.find(
                    sorted: numbers.sorted(), hasMissing: hasMissing, parameters: parameters,
                    forced: forced))
        case .categorical:
            return .categorical(CategoryBins.find(counts: codeCounts, parameters: parameters))
        }
    }

    private static func containsNaN(_ values: UnsafeBufferPointer<Double>) -> Bool {
        var found: UInt64 = 0
        for value in values { found |= value != value ? 1 : 0 }
        return found != 0
    }
}
