#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `martlet-bench read FILE REPS THREADS`, `footer FILE REPS THREADS`, `write CODEC REPS THREADS`,
/// `score MODEL FILE REPS THREADS`: one JSON line with the times of each repetition. The caller
/// pins the processors and runs the peers beside it.
@main
enum Main {
    static let usage = """
        usage: martlet-bench read FILE REPS THREADS
               martlet-bench footer FILE REPS THREADS
               martlet-bench write snappy|zstd|gzip|uncompressed REPS THREADS
               martlet-bench score MODEL FILE REPS THREADS
        """

    static func main() {
        do {
            print(try run(Array(CommandLine.arguments.dropFirst())))
        } catch {
            let text = Array("martlet-bench: \(error)\n\(usage)\n".utf8)
            _ = write(STDERR_FILENO, text, text.count)
            exit(64)
        }
    }

    private static func run(_ arguments: [String]) throws -> String {
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
        default: throw BenchmarkError(message: "unknown arguments")
        }
    }
}

/// Why a benchmark cannot run.
struct BenchmarkError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
