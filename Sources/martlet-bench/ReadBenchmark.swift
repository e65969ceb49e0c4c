import Columns
import Parquet
import Threads

/// Opens a file and decodes every column into memory that a consumer can use.
struct ReadBenchmark {
    let path: String

    func run(_ repetitions: Repetitions) throws -> String {
        let workers = BenchmarkWorker.team(repetitions.pool.threadCount)
        return try repetitions.measure {
            let file = try BenchmarkFile(path: path)
            var rows = 0
            for rowGroup in file.metadata.rowGroups.indices {
                let columns = try file.decode(
                    rowGroup: rowGroup, pool: repetitions.pool, workers: workers)
                rows += columns.first?.count ?? 0
            }
            return (rows, file.leaves.count)
        }
    }
}
