import Jobs
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard output and standard error: results on the first, everything else on the second.
final class Terminal: Sendable {
    let settings: TerminalSettings
    private let bar = Mutex(ProgressBar())

    init(settings: TerminalSettings) { self.settings = settings }

    /// - Parameter run: its parts stand in every line.
    func makeLogger(run: RunIdentity = RunIdentity()) -> Logger {
        let write: @Sendable (String) -> Void = { [self] line in
            bar.withLock { bar in
                Self.write(bar.clear() + line + "\n", to: STDERR_FILENO)
            }
        }
        var logger = Logger(label: "martlet") { [settings] _ in
            LineLogHandler(format: settings.logsJSON ? .json : .text, write: write)
        }
        logger.logLevel = settings.logLevel
        run.mark(&logger)
        return logger
    }

    /// nil where nobody collects metrics: without `ENVIRONMENT`, or when the log is for people.
    func makeMetricsWriter(environment: [String: String]) -> MetricsWriter? {
        guard settings.logsJSON else { return nil }
        return MetricsWriter(environment: environment) { [self] line in
            bar.withLock { bar in
                Self.write(bar.clear() + line + "\n", to: STDERR_FILENO)
            }
        }
    }

    /// A bar on a terminal; elsewhere a line of the log a minute, so that a task can be followed.
    func makeProgress(logger: Logger) -> Progress {
        guard settings.showsProgress else {
            guard settings.logsProgress else { return .silent }
            let pace = ProgressPace()
            return Progress { stage, done, total in
                guard let line = pace.line(stage, done: done, total: total) else { return }
                logger.notice("progress", metadata: line)
            }
        }
        return Progress { [self] stage, done, total in
            bar.withLock { bar in
                if let text = bar.update(stage, done: done, total: total) {
                    Self.write(text, to: STDERR_FILENO)
                }
            }
        }
    }

    func finishProgress() {
        bar.withLock { bar in
            let text = bar.clear()
            if !text.isEmpty { Self.write(text, to: STDERR_FILENO) }
        }
    }

    /// The result: one JSON object, or a table for people.
    func show(_ result: any JobResult) throws(JobFailure) {
        if let text = result.text {
            Self.writeOutput(text)
            return
        }
        if settings.printsJSON {
            Self.writeOutput(try JSONText.encode(result))
            return
        }
        let lines = result.summary
        let width = lines.map(\.title.count).max() ?? 0
        Self.writeOutput(
            lines.map { line in
                let padding = String(repeating: " ", count: width - line.title.count)
                return "\(line.title)\(padding)  \(line.text)"
            }.joined(separator: "\n"))
    }

    func show(_ failure: JobFailure, command: String?) {
        Self.write(failure.block(command: command) + "\n", to: STDERR_FILENO)
        if settings.printsJSON, let text = try? JSONText.encode(failure.report) {
            Self.writeOutput(text)
        }
    }

    static func writeOutput(_ text: String) {
        write(text.isEmpty || text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
    }

    /// Writes everything; a closed pipe ends the text, not the program.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
