import Columns

/// Which fold holds out which training row, by the seed and the order of the rows alone.
struct RowFolds: Sendable {
    /// Rows that must not be parted, and how rows are spread.
    enum Unit: Sendable {
        case row
        /// (rows) classes, each spread evenly over the folds.
        case rowOfClass([Float])
        /// (rows) numbers from 0 on; rows of one number stay together.
        case group([Int32])
    }

    /// Folds at most; 255 marks rows that no fold holds out.
    static let countMax = 100
    private static let none = UInt8.max
    /// Streams of random numbers that have nothing in common with others: bits of pi's fraction.
    private static let foldSalt: UInt64 = 0x1319_8A2E_0370_7344
    private static let shareSalt: UInt64 = 0xA409_3822_299F_31D0

    let count: Int
    /// (rows)
    private let foldOfRow: [UInt8]
    private let unit: Unit
    private let seed: UInt64

    /// Folds of nearly equal size.
    ///
    /// Of every `count` rows that follow each other (in a classification: rows of one class), each
    /// fold gets one, in an order that is drawn. Groups go to the fold with the fewest rows, the
    /// largest first.
    /// - Throws: `dataInvalid` when a fold would stay empty.
    init(count: Int, rowCount: Int, unit: Unit, seed: UInt64) throws(JobFailure) {
        precondition((2...Self.countMax).contains(count))
        self.count = count
        self.unit = unit
        self.seed = seed
        switch unit {
        case .row:
            foldOfRow = Self.spread(
                [Float](repeating: 0, count: rowCount), over: count, seed: seed)
        case .rowOfClass(let classes): foldOfRow = Self.spread(classes, over: count, seed: seed)
        case .group(let groups): foldOfRow = Self.deal(groups, to: count, seed: seed)
        }
        if let empty = (0..<count).first(where: { !foldOfRow.contains(UInt8($0)) }) {
            throw JobFailure(
                .dataInvalid,
                "There are rows for \(empty) folds only; \(count) are asked for.",
                remedy: "Lower --cv, or give more rows or groups.")
        }
    }

    /// One fold, which holds out the rows that `isHeldOut` says.
    init(holdingOut isHeldOut: [Bool], unit: Unit, seed: UInt64) {
        count = 1
        foldOfRow = isHeldOut.map { $0 ? 0 : Self.none }
        self.unit = unit
        self.seed = seed
    }

    func heldOut(in fold: Int) -> [UInt32] { rows { foldOfRow[$0] == UInt8(fold) } }

    /// The rows that a fold learns from, in their order.
    /// - Parameter share: of them, by row or group; the rows of a smaller share are among those of
    ///   a larger one.
    func training(for fold: Int, share: Double = 1) -> [UInt32] {
        rows { foldOfRow[$0] != UInt8(fold) && (share >= 1 || draw($0) < share) }
    }

    private func rows(where isChosen: (Int) -> Bool) -> [UInt32] {
        var rows: [UInt32] = []
        for row in foldOfRow.indices where isChosen(row) { rows.append(UInt32(row)) }
        return rows
    }

    /// In (0, 1), the same for all rows that stay together.
    private func draw(_ row: Int) -> Double {
        var number = row
        if case .group(let groups) = unit { number = Int(groups[row]) }
        var random = RandomStream(seed: seed ^ Self.shareSalt, row: UInt64(number))
        return random.uniform()
    }

    private static func spread(_ classes: [Float], over count: Int, seed: UInt64) -> [UInt8] {
        var folds = [UInt8](repeating: 0, count: classes.count)
        var orders: [Float: (order: [UInt8], rows: Int)] = [:]
        for (row, label) in classes.enumerated() {
            var state = orders[label] ?? ([], 0)
            if state.rows % count == 0 {
                state.order = Self.order(
                    count, of: label, block: state.rows / count, seed: seed)
            }
            folds[row] = state.order[state.rows % count]
            state.rows += 1
            orders[label] = state
        }
        return folds
    }

    /// The folds in an order of its own for each block of rows (Fisher and Yates).
    private static func order(
        _ count: Int, of label: Float, block: Int, seed: UInt64
    ) -> [UInt8] {
        var order = (0..<count).map { UInt8($0) }
        let ofClass = seed ^ foldSalt &+ UInt64(label.bitPattern) &* 0x9E37_79B9_7F4A_7C15
        var random = RandomStream(seed: ofClass, row: UInt64(block))
        for last in order.indices.dropFirst().reversed() {
            order.swapAt(last, random.integer(below: UInt64(last + 1)))
        }
        return order
    }

    private static func deal(_ groups: [Int32], to count: Int, seed: UInt64) -> [UInt8] {
        var sizes = [Int](repeating: 0, count: Int(groups.max() ?? -1) + 1)
        for group in groups { sizes[Int(group)] += 1 }
        let ranks = sizes.indices.map { group in
            var random = RandomStream(seed: seed ^ foldSalt, row: UInt64(group))
            return random.next()
        }
        let order = sizes.indices.sorted { (sizes[$1], ranks[$0]) < (sizes[$0], ranks[$1]) }
        var loads = [Int](repeating: 0, count: count)
        var foldOfGroup = [UInt8](repeating: 0, count: sizes.count)
        for group in order {
            let fold = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            foldOfGroup[group] = UInt8(fold)
            loads[fold] += sizes[group]
        }
        return groups.map { foldOfGroup[Int($0)] }
    }
}
