import Models

/// Some consecutive rows of a shard, wherever their values lie.
///
/// `@unchecked Sendable`: the pointers outlive the region of the pool that reads them.
struct TileRows: @unchecked Sendable {
    enum Values {
        /// Rows of a batch, from `first` on.
        case columns([EncodedColumn], first: Int)
        /// Rows kept from earlier batches, from the first on.
        case carried(CarriedRows)
    }

    let values: Values
    let count: Int
    /// (count)
    let target: UnsafeBufferPointer<Double>
    /// (count); nil counts every row as 1.
    let weights: UnsafeBufferPointer<Double>?

    /// The values of one feature, as `FeatureEncoder` has them.
    /// - Parameter output: (count), written.
    func encode(feature: Int, into output: UnsafeMutableBufferPointer<Double>) {
        switch values {
        case .columns(let columns, let first):
            columns[feature].encode(rows: first..<first + count, into: output)
        case .carried(let rows):
            _ = output.update(fromContentsOf: rows.column(feature)[..<count])
        }
    }
}

/// Rows of a tile that is not full at the end of a batch: a tile is cut from the shard's rows,
/// however these are cut into row groups.
///
/// `@unchecked Sendable`: filled by one thread between the regions of the pool that read it.
final class CarriedRows: @unchecked Sendable {
    private let featureCount: Int
    /// ((featureCount + 2) × DesignBlock.rowCountMax): features, target, weights.
    private let memory: UnsafeMutableBufferPointer<Double>
    private(set) var count = 0

    init(featureCount: Int) {
        self.featureCount = featureCount
        memory = .allocate(capacity: (featureCount + 2) * DesignBlock.rowCountMax)
        memory.initialize(repeating: 0)
    }

    deinit { memory.deallocate() }

    /// Column `featureCount` is the target, the next one the weights.
    func column(_ index: Int) -> UnsafeMutableBufferPointer<Double> {
        let start = index * DesignBlock.rowCountMax
        return UnsafeMutableBufferPointer(
            rebasing: memory[start..<start + DesignBlock.rowCountMax])
    }

    /// Appends rows of a batch.
    func append(
        _ columns: [EncodedColumn], rows: Range<Int>, target: UnsafeBufferPointer<Double>,
        weights: UnsafeBufferPointer<Double>?
    ) {
        precondition(count + rows.count <= DesignBlock.rowCountMax)
        let places = count..<count + rows.count
        for (feature, encoded) in columns.enumerated() {
            encoded.encode(
                rows: rows, into: UnsafeMutableBufferPointer(rebasing: column(feature)[places]))
        }
        let targets = column(featureCount)
        let given = column(featureCount + 1)
        for (place, row) in zip(places, rows) {
            targets[place] = target[row]
            given[place] = weights?[row] ?? 1
        }
        count = places.upperBound
    }

    func removeAll() { count = 0 }

    /// All rows as a tile.
    var tile: TileRows {
        TileRows(
            values: .carried(self), count: count,
            target: UnsafeBufferPointer(rebasing: column(featureCount)[..<count]),
            weights: UnsafeBufferPointer(rebasing: column(featureCount + 1)[..<count]))
    }
}
