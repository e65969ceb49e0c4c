import CKernels
import Synchronization
package import Threads

/// Fills a `BinnedMatrix` block by block.
///
/// `bin` may be called from several threads at once for blocks that have no cell in common; each
/// cell must be given exactly once.
package final class BinnedMatrixBuilder: @unchecked Sendable {
    // Sendable: blocks are disjoint by contract, and where features share a byte its lock is held.
    private let matrix: BinnedMatrix
    private let searches: [BinSearch]
    private let locks: [ColumnLock]

    /// Values binned before they are stored: bins and codes stay in the first-level cache.
    private static let chunkCount = 1024
    /// Rows that a worker puts into words at once.
    private static let finishRowCount = 16_384

    /// - Parameter features: as found in training, also for validation data.
    package convenience init(features: [FeatureBins], rowCount: Int) {
        precondition(rowCount >= 0)
        self.init(BinnedMatrix(rowCount: rowCount, features: features))
    }

    /// - Throws: `outOfSpace` for a scratch file that does not fit.
    package convenience init(
        features: [FeatureBins], rowCount: Int, storage: MatrixStorage
    ) throws(BinningError) {
        precondition(rowCount >= 0)
        self.init(try BinnedMatrix(rowCount: rowCount, features: features, storage: storage))
    }

    private init(_ matrix: BinnedMatrix) {
        self.matrix = matrix
        searches = matrix.features.map(BinSearch.init)
        locks = matrix.layout.byteColumns.map { _ in ColumnLock() }
    }

    /// Bins the values of one feature in the rows from `firstRow` on.
    package func bin(feature: Int, values: UnsafeBufferPointer<Double>, at firstRow: Int) {
        precondition(firstRow >= 0 && firstRow + values.count <= matrix.rowCount)
        guard let column = matrix.layout.columnOfFeature[feature], !values.isEmpty else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: Self.chunkCount) { bins in
            var start = 0
            while start < values.count {
                let count = min(Self.chunkCount, values.count - start)
                let chunk = UnsafeBufferPointer(rebasing: values[start..<(start + count)])
                let chunkBins = UnsafeMutableBufferPointer(rebasing: bins[..<count])
                searches[feature].bin(chunk, into: chunkBins)
                store(chunkBins, column: column, feature: feature, at: firstRow + start)
                start += count
            }
        }
    }

    /// The matrix; the builder must not be used any more.
    /// - Parameters:
    ///   - pool: whose regions are entered; nil for the calling thread alone.
    ///   - bundlesFeatures: whether features that exclude each other in these rows share a digit of
    ///     a code. That is faster to train on; other rows may need another layout.
    package func finish(
        pool: ThreadPool? = nil, bundlesFeatures: Bool = false
    ) -> BinnedMatrix {
        let pool = pool ?? ThreadPool(threadCount: 1)
        let matrix = bundlesFeatures ? self.matrix.bundled(pool: pool) : self.matrix
        pool.forEach(count: matrix.rowCount, grain: Self.finishRowCount) { rows, _ in
            matrix.interleave(rows)
        }
        return matrix
    }

    private func store(
        _ bins: UnsafeMutableBufferPointer<UInt16>, column: Int, feature: Int, at firstRow: Int
    ) {
        let byteColumnCount = matrix.layout.byteColumns.count
        guard column < byteColumnCount else {
            let wide = matrix.wideCodes + (column - byteColumnCount) * matrix.rowCount + firstRow
            for index in bins.indices { wide[index] = bins[index] }
            return
        }
        let members = matrix.layout.byteColumns[column].members
        let multiplier = members.first { $0.feature == feature }?.multiplier ?? 1
        let (start, stride) = matrix.byteColumn(column)
        let codes = start + firstRow * stride
        if members.count == 1 {
            for index in bins.indices {
                codes[index &* stride] = UInt8(truncatingIfNeeded: bins[index])
            }
        } else {
            locks[column].withLock {
                for index in bins.indices {
                    codes[index &* stride] &+= UInt8(
                        truncatingIfNeeded: Int(bins[index]) &* multiplier)
                }
            }
        }
    }
}

/// Held while a byte that features share is added to.
private final class ColumnLock: Sendable {
    private let mutex = Mutex(())

    func withLock(_ body: () -> Void) { mutex.withLock { _ in body() } }
}
