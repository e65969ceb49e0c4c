/// What is remembered of one feature until its bins are found.
final class FeatureSample {
    private let kind: FeatureKind
    /// Sampled numbers while all of them are exact in 32 bits, in no particular order.
    private var floats: [Float] = []
    /// The same once one is not; `floats` is empty then.
    private var doubles: [Double] = []
    private var hasMissing = false
    /// (codeCount) rows of each code.
    private var codeCounts: [Int]

    init(kind: FeatureKind) {
        self.kind = kind
        if case .categorical(let codeCount) = kind {
            codeCounts = [Int](repeating: 0, count: codeCount)
        } else {
            codeCounts = []
        }
    }

    func add(_ values: UnsafeBufferPointer<Double>, at firstRow: Int, sampling rows: SampledRows) {
        switch kind {
        case .numeric:
            for index in rows.indices(in: firstRow..<(firstRow + values.count)) {
                let value = values[rows.row(index) - firstRow]
                if !value.isNaN { append(value) }
            }
            hasMissing = hasMissing || Self.containsNaN(values)
        case .categorical(let codeCount):
            for value in values where value >= 0 && value < Double(codeCount) {
                codeCounts[Int(value)] += 1
            }
        }
    }

    func makeBins(_ parameters: BinningParameters, forced: [Double]) -> FeatureBins {
        switch kind {
        case .numeric:
            let sorted =
                doubles.isEmpty ? NumberSort.sorted(floats) : NumberSort.sorted(doubles)
            return .numeric(
                BinEdges.find(
                    sorted: sorted, hasMissing: hasMissing, parameters: parameters, forced: forced))
        case .categorical:
            return .categorical(CategoryBins.find(counts: codeCounts, parameters: parameters))
        }
    }

    private func append(_ value: Double) {
        if doubles.isEmpty {
            let float = Float(value)
            if Double(float) == value {
                floats.append(float)
                return
            }
            doubles = floats.map(Double.init)
            floats = []
        }
        doubles.append(value)
    }

    private static func containsNaN(_ values: UnsafeBufferPointer<Double>) -> Bool {
        var found: UInt64 = 0
        for value in values { found |= value != value ? 1 : 0 }
        return found != 0
    }
}
