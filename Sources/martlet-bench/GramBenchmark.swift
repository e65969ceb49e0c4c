import CKernels
import COpenBLAS
import Columns
import LinearModels
import Models
import Threads

/// Sums of products of columns in memory, as training of linear models takes them past 64 columns;
/// or one call of the library's `dsyrk` over the same numbers, the bound of what that can reach.
struct GramBenchmark {
    let rowCount: Int
    let columnCount: Int
    let isLibrary: Bool

    init(_ arguments: ArraySlice<String>, isLibrary: Bool) throws(BenchmarkError) {
        let numbers = arguments.compactMap { Int($0) }
        guard numbers.count == 2, numbers.allSatisfy({ (1...100_000_000).contains($0) }) else {
            throw BenchmarkError(message: "ROWS and COLUMNS are whole numbers above 0")
        }
        rowCount = numbers[0]
        columnCount = numbers[1]
        self.isLibrary = isLibrary
    }

    func run(_ repetitions: Repetitions) throws -> String {
        BLASKernels.mend(
            hasAVX2: martlet_kernel_level() >= 1, hasAVX512: martlet_kernel_level() >= 2)
        return isLibrary ? dsyrk(repetitions) : try sums(repetitions)
    }

    /// Numbers about 0 that no two columns share.
    private func value(_ index: Int) -> Double {
        let mixed = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
        return Double(mixed >> 32) * 0x1p-31 - 1
    }

    private func dsyrk(_ repetitions: Repetitions) -> String {
        openblas_set_num_threads(Int32(repetitions.pool.threadCount))
        let matrix = (0..<rowCount * columnCount).map(value)
        var result = [Double](repeating: 0, count: columnCount * columnCount)
        return repetitions.measure {
            cblas_dsyrk(
                CblasColMajor, CblasUpper, CblasTrans, Int32(columnCount), Int32(rowCount), 1,
                matrix, Int32(rowCount), 0, &result, Int32(columnCount))
            return (rowCount, columnCount)
        }
    }

    private func sums(_ repetitions: Repetitions) throws -> String {
        let features = FeatureSchema(
            (0..<columnCount).map { Feature(name: "x\($0)", type: .double, encoding: .numeric) })
        let columns = try features.features.enumerated().map { index, feature in
            try FeatureEncoder(feature).prepare(
                Column(
                    field: Field(name: feature.name, type: .double),
                    values: .double(
                        ColumnBuffer((0..<rowCount).map { value(index * rowCount + $0) }))))
        }
        let target = (0..<rowCount).map { value(-$0) }
        return try repetitions.measure {
            var sums = try DesignAccumulator(features: features, allowsPrecision: false)
            try target.withUnsafeBufferPointer {
                try sums.add(columns: columns, target: $0, pool: repetitions.pool)
            }
            try sums.finishShard(pool: repetitions.pool)
            return (rowCount, columnCount)
        }
    }
}
