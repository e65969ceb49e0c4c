import Binning
import Objectives
import Trees

/// How the training of trees makes do with the memory that it has: the fastest way that fits.
///
/// What it does with memory never changes the model.
struct TrainingMemory: Hashable, Sendable {
    /// Where the binned rows lie.
    let storage: MatrixStorage
    /// See `GradientBooster`.
    let workingByteCountMax: Int
    /// What all of it takes in memory.
    let byteCount: Int
    /// What of it stays from the first pass over the features to the end.
    let heldByteCount: Int
    /// Of the scratch file; 0 without.
    let scratchByteCount: Int

    /// What a training needs, whatever the way.
    struct Needs: Sendable {
        var trainRowCount: Int
        var validationRowCount: Int
        /// Labels, weights, roles and so on, of all rows, and what does not depend on the table.
        var fixedByteCount: Int
        /// Windows of decoded shards and samples of their values, which are gone when trees grow.
        var readingByteCount: Int
        var layout: BinLayout
        var working: WorkingMemory
        /// Scores and predictions of the rows to validate on.
        var validationByteCount: Int
        /// Of the folds that train at the same time, before the trees that are kept grow.
        var foldByteCount = 0
    }

    /// Shares of the rows that could be moved together. Measured with 5 M rows: a quarter takes 4%
    /// more processor time than all, to do without columns as well 26%.
    private static let storeShares = [1.0, 0.5, 0.25]
    /// What rows moved together may take where nothing limits the memory.
    private static let freeStoreByteCount = 128 << 20

    /// - Parameters:
    ///   - limit: bytes that may be used; nil for as many as are useful.
    ///   - folder: for a scratch file; nil where there may be none.
    init(_ needs: Needs, limit: Int?, folder: String?) {
        let working = needs.working
        let growing = working.byteCountMin + needs.validationByteCount
        let before = max(
            needs.readingByteCount, working.clusteringByteCount, needs.foldByteCount)
        let stores = Double(working.byteCountMax - working.byteCountMin)
        func way(_ storage: MatrixStorage, share: Double) -> TrainingMemory {
            let rowCount = needs.trainRowCount + needs.validationRowCount
            let extra = Int(stores * share)
            let scratch =
                storage.folder == nil
                ? 0 : storage.totalByteCount(needs.layout, rowCount: rowCount)
            let held =
                needs.fixedByteCount + storage.byteCount(needs.layout, rowCount: rowCount)
            return TrainingMemory(
                storage: storage, workingByteCountMax: working.byteCountMin + extra,
                byteCount: held + max(growing + extra, before), heldByteCount: held,
                scratchByteCount: scratch)
        }
        var ways = [true, false].flatMap { hasColumns in
            Self.storeShares.map {
                way(MatrixStorage(hasColumns: hasColumns), share: $0)
            }
        }
        ways.append(way(MatrixStorage(hasColumns: false), share: 0))
        if let folder {
            ways.append(way(MatrixStorage(hasColumns: false, folder: folder), share: 0.25))
            ways.append(way(MatrixStorage(hasColumns: false, folder: folder), share: 0))
        }
        if let limit {
            self = ways.first { $0.byteCount <= limit } ?? ways[ways.count - 1]
        } else {
            self = Int(stores) <= Self.freeStoreByteCount ? ways[0] : ways[2]
        }
    }

    private init(
        storage: MatrixStorage, workingByteCountMax: Int, byteCount: Int, heldByteCount: Int,
        scratchByteCount: Int
    ) {
        self.storage = storage
        self.workingByteCountMax = workingByteCountMax
        self.byteCount = byteCount
        self.heldByteCount = heldByteCount
        self.scratchByteCount = scratchByteCount
    }
}
