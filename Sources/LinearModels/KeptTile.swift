import Models

/// A tile of rows as `FeatureEncoder` has them, in half the memory where floats and bytes hold the
/// values exactly: reading it gives back the same bits.
///
/// `@unchecked Sendable`: written once, in `init`.
final class KeptTile: @unchecked Sendable {
    /// How a column's values are kept.
    private enum Form {
        case float
        case double
        /// Codes up to 255.
        case byte

        var byteCount: Int {
            switch self {
            case .float: 4
            case .double: 8
            case .byte: 1
            }
        }
    }

    let rowCount: Int
    /// (features.count)
    private let forms: [Form]
    /// (features.count) where each column's values begin.
    private let offsets: [Int]
    let byteCount: Int
    private let memory: UnsafeMutableRawPointer
    /// (rowCount)
    let target: UnsafeBufferPointer<Double>
    /// (rowCount), or nil: every row counts as 1.
    let weights: UnsafeBufferPointer<Double>?
    /// Sums of the weights, and of the weighted targets.
    let weightSum: Double
    let targetSum: Double

    init(_ tile: TileRows, features: FeatureSchema) {
        let count = tile.count
        rowCount = count
        let hasWeights = tile.weights?.contains { $0 != 1 } ?? false
        weightSum = hasWeights ? tile.weights?.reduce(0, +) ?? 0 : Double(count)
        targetSum = tile.target.indices.reduce(0) {
            $0 + tile.target[$1] * (tile.weights?[$1] ?? 1)
        }
        var forms: [Form] = []
        // Doubles first, so that every column is aligned.
        let head = count * (hasWeights ? 16 : 8)
        let values = UnsafeMutableBufferPointer<Double>.allocate(
            capacity: count * max(features.features.count, 1))
        defer { values.deallocate() }
        values.initialize(repeating: 0)
        for (index, feature) in features.features.enumerated() {
            let column = UnsafeMutableBufferPointer(
                rebasing: values[index * count..<(index + 1) * count])
            tile.encode(feature: index, into: column)
            forms.append(Self.form(of: UnsafeBufferPointer(column), codeCount: feature.codeCount))
        }
        var next = head
        var offsets = Array(repeating: 0, count: forms.count)
        for form in [Form.double, .float, .byte] {
            for index in forms.indices where forms[index] == form {
                offsets[index] = next
                next += count * form.byteCount
            }
        }
        byteCount = next
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(next, 8), alignment: MemoryLayout<Double>.alignment)
        for index in forms.indices {
            Self.store(
                UnsafeBufferPointer(
                    rebasing: values[index * count..<(index + 1) * count]), as: forms[index],
                at: memory + offsets[index])
        }
        target = Self.copy(tile.target, to: memory)
        weights =
            hasWeights ? tile.weights.map { Self.copy($0, to: memory + count * 8) } : nil
        self.memory = memory
        self.forms = forms
        self.offsets = offsets
    }

    deinit { memory.deallocate() }

    /// The values of one feature.
    /// - Parameter output: (rowCount), written.
    func encode(feature: Int, into output: UnsafeMutableBufferPointer<Double>) {
        precondition(output.count == rowCount)
        let start = memory + offsets[feature]
        switch forms[feature] {
        case .double:
            let source = start.assumingMemoryBound(to: Double.self)
            for row in 0..<rowCount { output[row] = source[row] }
        case .float:
            let source = start.assumingMemoryBound(to: Float.self)
            for row in 0..<rowCount { output[row] = Double(source[row]) }
        case .byte:
            let source = start.assumingMemoryBound(to: UInt8.self)
            for row in 0..<rowCount { output[row] = Double(source[row]) }
        }
    }

    private static func form(of values: UnsafeBufferPointer<Double>, codeCount: Int) -> Form {
        if codeCount > 0 { return codeCount <= 256 ? .byte : .float }
        // All missing values are the same one: they may change their bits.
        for value in values where Double(Float(value)) != value && !value.isNaN { return .double }
        return .float
    }

    private static func store(
        _ values: UnsafeBufferPointer<Double>, as form: Form, at place: UnsafeMutableRawPointer
    ) {
        switch form {
        case .double: _ = copy(values, to: place)
        case .float:
            let target = place.bindMemory(to: Float.self, capacity: values.count)
            for row in values.indices { target[row] = Float(values[row]) }
        case .byte:
            let target = place.bindMemory(to: UInt8.self, capacity: values.count)
            for row in values.indices { target[row] = UInt8(values[row]) }
        }
    }

    private static func copy(
        _ values: UnsafeBufferPointer<Double>, to place: UnsafeMutableRawPointer
    ) -> UnsafeBufferPointer<Double> {
        let target = place.bindMemory(to: Double.self, capacity: values.count)
        for row in values.indices { target[row] = values[row] }
        return UnsafeBufferPointer(start: target, count: values.count)
    }
}
