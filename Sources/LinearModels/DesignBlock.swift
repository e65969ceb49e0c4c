import COpenBLAS
import Models

/// Some consecutive rows of the design matrix and their part of the sums.
///
/// `@unchecked Sendable`: one thread fills a block, and others read it in a later region of the
/// pool, which orders the accesses.
final class DesignBlock: @unchecked Sendable {
    /// Rows of a block. It decides the last bits of a fit, so it is not a parameter. `dsyrk` was
    /// measured to be as fast with 1,024 rows as with a million.
    static let rowCountMax = 2048

    private let layout: DesignLayout
    private(set) var rowCount = 0
    /// (denseCount × rowCountMax), column by column, each row times the root of its weight.
    let dense: UnsafeMutableBufferPointer<Double>
    /// (rowCountMax) weights and their roots.
    let weights: UnsafeMutableBufferPointer<Double>
    private let roots: UnsafeMutableBufferPointer<Double>
    /// (features × rowCountMax) the indicator that is 1, counted within the feature, or -1.
    let active: UnsafeMutableBufferPointer<Int32>
    /// (features.count) rows with an active indicator.
    private(set) var activeCounts: [Int]
    /// (denseCount × denseCount), the upper triangle, column-major.
    let gram: UnsafeMutableBufferPointer<Double>
    private(set) var problem: LinearModelError?

    init(_ layout: DesignLayout) {
        self.layout = layout
        let featureCount = layout.features.features.count
        dense = .allocate(capacity: layout.denseCount * Self.rowCountMax)
        weights = .allocate(capacity: Self.rowCountMax)
        roots = .allocate(capacity: Self.rowCountMax)
        active = .allocate(capacity: featureCount * Self.rowCountMax)
        gram = .allocate(capacity: layout.denseCount * layout.denseCount)
        activeCounts = Array(repeating: 0, count: featureCount)
        dense.initialize(repeating: 0)
        weights.initialize(repeating: 1)
        roots.initialize(repeating: 1)
        active.initialize(repeating: -1)
        gram.initialize(repeating: 0)
    }

    deinit {
        dense.deallocate()
        weights.deallocate()
        roots.deallocate()
        active.deallocate()
        gram.deallocate()
    }

    /// The indicators of one feature, (rowCount).
    func active(feature: Int) -> UnsafeBufferPointer<Int32> {
        let start = feature * Self.rowCountMax
        return UnsafeBufferPointer(rebasing: active[start..<start + rowCount])
    }

    /// One dense column, (rowCount).
    func column(_ index: Int) -> UnsafeMutableBufferPointer<Double> {
        let start = index * Self.rowCountMax
        return UnsafeMutableBufferPointer(rebasing: dense[start..<start + rowCount])
    }

    /// Encodes rows and computes their Gram matrix; `problem` says what is wrong with them.
    /// - Parameter shifts: (denseCount), taken off each dense column but the ones.
    func fill(
        rows: Range<Int>, columns: [EncodedColumn], target: UnsafeBufferPointer<Double>,
        weights given: UnsafeBufferPointer<Double>?, shifts: [Double]
    ) {
        precondition(rows.count <= Self.rowCountMax)
        rowCount = rows.count
        problem = nil
        for index in 0..<rowCount {
            weights[index] = given.map { $0[rows.lowerBound + index] } ?? 1
            roots[index] = weights[index].squareRoot()
            if !(weights[index] >= 0 && weights[index] < .infinity) {
                problem = LinearModelError(
                    .outOfSpec, "A weight is \(weights[index]); weights are finite and 0 or more.")
            }
        }
        for (feature, encoded) in columns.enumerated()
        where
            layout.features.features[feature].codeCount > 0
        {
            fillCategories(feature, encoded, rows: rows)
        }
        for (index, feature) in layout.numericFeatures.enumerated() {
            fillNumbers(
                feature, columns[feature], rows: rows, into: column(index), shift: shifts[index])
        }
        let targetColumn = column(layout.targetColumn)
        let ones = column(layout.onesColumn)
        for index in 0..<rowCount {
            let value = target[rows.lowerBound + index]
            if !value.isFinite {
                problem = LinearModelError(
                    .outOfSpec, "The target of a row is \(value). Leave rows without a target out.")
            }
            targetColumn[index] = (value - shifts[layout.targetColumn]) * roots[index]
            ones[index] = roots[index]
        }
        guard problem == nil else { return }
        let order = Int32(layout.denseCount)
        cblas_dsyrk(
            CblasColMajor, CblasUpper, CblasTrans, order, Int32(rowCount), 1,
            dense.baseAddress, Int32(Self.rowCountMax), 0, gram.baseAddress, order)
    }

    private func fillCategories(_ feature: Int, _ encoded: EncodedColumn, rows: Range<Int>) {
        // The column of the target is written last: until then it is free.
        let values = column(layout.targetColumn)
        encoded.encode(rows: rows, into: values)
        let start = feature * Self.rowCountMax
        for index in 0..<rowCount { active[start + index] = Int32(values[index]) }
        activeCounts[feature] = rowCount
    }

    private func fillNumbers(
        _ feature: Int, _ encoded: EncodedColumn, rows: Range<Int>,
        into values: UnsafeMutableBufferPointer<Double>, shift: Double
    ) {
        encoded.encode(rows: rows, into: values)
        let start = feature * Self.rowCountMax
        var missingCount = 0
        for index in 0..<rowCount {
            let value = values[index]
            let isMissing = value.isNaN
            missingCount += isMissing ? 1 : 0
            active[start + index] = isMissing ? 0 : -1
            values[index] = isMissing ? 0 : (value - shift) * roots[index]
            if value.isInfinite {
                problem = LinearModelError(
                    .outOfSpec,
                    "Column `\(layout.features.features[feature].name)` holds an "
                        + "infinite value, which a linear model cannot use. Clean it, or leave "
                        + "the column out.",
                    context: ["column": layout.features.features[feature].name])
            }
        }
        activeCounts[feature] = missingCount
    }
}
