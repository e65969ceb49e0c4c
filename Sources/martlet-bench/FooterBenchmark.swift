import Parquet

/// Opens a file and parses its footer: schema, and the chunks of every row group.
struct FooterBenchmark {
    let path: String

    func run(_ repetitions: Repetitions) throws -> String {
        try repetitions.measure {
            let file = try BenchmarkFile(path: path)
            return (file.metadata.rowGroups.count, file.leaves.count)
        }
    }
}
