import FoundationEssentials
import Glibc

/// Runs the worker as a process of its own, saves the mutants that end it, and goes on behind them.
struct FuzzSupervisor {
    let settings: FuzzSettings
    let corpus: Corpus
    let program: String

    func run() -> Int32 {
        try? FileManager.default.createDirectory(
            atPath: settings.output, withIntermediateDirectories: true)
        let start = ContinuousClock.now
        var next = 0
        var failureCount = 0
        while next < settings.mutants {
            let elapsed = Int(start.duration(to: .now).components.seconds)
            let left = settings.seconds.map { $0 - elapsed }
            if let left, left <= 0 { break }
            guard let worker = spawn(from: next) else { return 2 }
            let end = wait(for: worker, seconds: left)
            let reached = current
            switch end {
            case .finished: next = settings.mutants
            case .stopped:
                next = reached
                print("\(reached) mutants in \(settings.seconds ?? 0) s, \(failureCount) failures")
                return failureCount == 0 ? 0 : 1
            case .failed(let reason):
                save(reached, reason)
                failureCount += 1
                next = reached + 1
            }
        }
        let seconds = start.duration(to: .now).components.seconds
        print(
            "\(next) mutants of \(corpus.files.count) files, seed \(settings.seed), "
                + "\(failureCount) failures, \(seconds) s")
        return failureCount == 0 ? 0 : 1
    }

    private enum End {
        case finished
        /// The time was up.
        case stopped
        case failed(String)
    }

    private var progressFile: String { "\(settings.output)/.progress" }

    private func spawn(from first: Int) -> pid_t? {
        let arguments =
            [
                program, "--first-mutant", "\(first)", "--mutants", "\(settings.mutants)", "--seed",
                "\(settings.seed)", "--memory-limit", "\(settings.memoryLimit)",
                "--progress-file", progressFile,
            ] + settings.folders
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        // Without its backtraces, which take seconds and memory that the limit does not leave.
        var environment = [strdup("SWIFT_BACKTRACE=enable=no"), nil]
        defer { for pointer in environment { free(pointer) } }
        for name in ["ASAN_OPTIONS", "LD_LIBRARY_PATH", "PATH"] {
            if let value = getenv(name) {
                environment.insert(strdup("\(name)=\(String(cString: value))"), at: 0)
            }
        }
        unlink(progressFile)
        return posix_spawn(&process, program, nil, nil, &pointers, &environment) == 0
            ? process : nil
    }

    private func wait(for process: pid_t, seconds: Int?) -> End {
        let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if let deadline, ContinuousClock.now > deadline {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                return .stopped
            }
            usleep(20_000)
        }
        let signal = status & 0x7F
        if signal == SIGALRM { return .failed("longer than \(FuzzWorker.secondsMax) s") }
        if signal != 0 { return .failed("signal \(signal)") }
        let code = status >> 8 & 0xFF
        return code == 0 ? .finished : .failed("exit code \(code)")
    }

    /// The mutant that the worker was at.
    private var current: Int {
        guard let data = FileManager.default.contents(atPath: progressFile), data.count == 8 else {
            return settings.mutants
        }
        return Int(data.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private func save(_ number: Int, _ reason: String) {
        let mutant = Mutant(corpus, seed: settings.seed, number: number)
        let path =
            "\(settings.output)/seed-\(settings.seed)-mutant-\(number).\(mutant.name.split(separator: ".").last ?? "")"
        let isSaved = FileManager.default.createFile(atPath: path, contents: Data(mutant.bytes))
        print("mutant \(number) of \(mutant.name): \(reason); \(isSaved ? path : "not saved")")
    }
}
