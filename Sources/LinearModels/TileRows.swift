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
        /// Rows of an earlier pass.
        case kept(KeptTile)
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
        case .kept(let tile): tile.encode(feature: feature, into: output)
        }
    }

    /// The same values where they lie, if that is as doubles; valid while the tile is alive.
    func doubles(feature: Int) -> UnsafeBufferPointer<Double>? {
        switch values {
        case .columns(let columns, let first):
            columns[feature].doubles(rows: first..<first + count)
        case .carried(let rows): UnsafeBufferPointer(rebasing: rows.column(feature)[..<count])
        case .kept: nil
        }
    }
}

extension TileRows {
    init(_ tile: KeptTile) {
        self.init(
            values: .kept(tile), count: tile.rowCount, target: tile.target, weights: tile.weights)
    }

    /// The mean of the finite values of rows that weigh something, nil without any. Of values that
    /// are all the same it is exactly that value, so that nothing is left of a constant column.
    /// - Parameter values: (count)
    func mean(of values: UnsafeBufferPointer<Double>) -> Double? {
        var sum = 0.0
        var count = 0
        var smallest = Double.infinity
        var largest = -Double.infinity
        for (row, value) in values.enumerated() where value.isFinite && (weights?[row] ?? 1) > 0 {
            // Of the shares, so that the largest doubles do not overflow.
            sum += value / Double(values.count)
            count += 1
            smallest = min(smallest, value)
            largest = max(largest, value)
        }
        guard count > 0 else { return nil }
        guard smallest < largest else { return smallest }
        let mean = sum * (Double(values.count) / Double(count))
        // Of few bits, so that the difference of a value and its shift is mostly exact.
        let short = Double(Float(mean))
        return short.isFinite ? short : mean
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
