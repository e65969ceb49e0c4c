#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `martlet-bench read FILE REPS THREADS`, `footer FILE REPS THREADS`, `write CODEC REPS THREADS`,
/// `score MODEL FILE REPS THREADS`, `gram|dsyrk ROWS COLUMNS REPS THREADS`, `copy FROM TO REPS`: one JSON line with the times of each
/// repetition. The caller pins the processors and runs the peers beside it.
@main
enum Main {
    static let usage = """
        usage: martlet-bench read FILE REPS THREADS
               martlet-bench footer FILE REPS THREADS
               martlet-bench write snappy|zstd|gzip|uncompressed REPS THREADS
               martlet-bench score MODEL FILE REPS THREADS
               martlet-bench gram|dsyrk ROWS COLUMNS REPS THREADS
               martlet-bench copy FROM TO REPS
        """

    static func main() async {
        do {
            print(try await run(Array(CommandLine.arguments.dropFirst())))
        } catch {
            let text = Array("martlet-bench: \(error)\n\(usage)\n".utf8)
            _ = write(STDERR_FILENO, text, text.count)
            exit(64)
        }
    }

    private static func run(_ arguments: [String]) async throws -> String {
        switch (arguments.first, arguments.count) {
        case ("read", 4):
            try ReadBenchmark(path: arguments[1]).run(Repetitions(arguments[2...]))
        case ("footer", 4):
            try FooterBenchmark(path: arguments[1]).run(Repetitions(arguments[2...]))
        case ("write", 4):
            try WriteBenchmark(codec: arguments[1]).run(Repetitions(arguments[2...]))
        case ("score", 5):
            try ScoreBenchmark(model: arguments[1], path: arguments[2])
                .run(Repetitions(arguments[3...]))
        case ("gram", 5), ("dsyrk", 5):
            try GramBenchmark(arguments[1...2], isLibrary: arguments[0] == "dsyrk")
                .run(Repetitions(arguments[3...]))
        case ("copy", 4):
            try await copy(
                CopyBenchmark(source: arguments[1], target: arguments[2]),
                Repetitions(arguments[3...] + ["1"]))
        default: throw BenchmarkError(message: "unknown arguments")
        }
    }

    private static func copy(
        _ benchmark: CopyBenchmark, _ repetitions: Repetitions
    ) async throws -> String {
        let environment = Self.environment
        return try await repetitions.measure {
            try await benchmark.run(environment: environment)
        }
    }

    private static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}

/// Why a benchmark cannot run.
struct BenchmarkError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
