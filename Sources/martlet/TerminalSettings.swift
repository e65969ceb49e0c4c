import Jobs
import Logging

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How the program talks: `--json`, `--log-level`, `--log-format`, `--progress`.
struct TerminalSettings: Sendable {
    var printsJSON = false
    var logLevel = Logger.Level.notice
    var logsJSON = false
    /// A bar.
    var showsProgress = false
    /// A line of the log a minute.
    var logsProgress = false
    /// Whether standard error is a terminal.
    var isInteractive = isatty(STDERR_FILENO) == 1

    /// What can be known when the command line cannot.
    init(environment: [String: String]) {
        logsJSON = environment["MARTLET_LOG_FORMAT"].map { $0 == "json" } ?? !isInteractive
    }

    init(options: SharedOptions, environment: [String: String]) throws(JobFailure) {
        func setting(_ option: String?, _ name: String, _ choices: [String]) throws(JobFailure)
            -> String?
        {
            guard let value = option ?? environment["MARTLET_\(name)"] else { return nil }
            guard choices.contains(value) else {
                throw JobFailure(
                    .configInvalid,
                    "The \(name.lowercased().map { $0 == "_" ? " " : String($0) }.joined()) is "
                        + "'\(value)', which is none of \(choices.joined(separator: ", ")).")
            }
            return value
        }
        self.init(environment: environment)
        printsJSON = options.json || environment["MARTLET_JSON"] == "true"
        let levels = Logger.Level.allCases.map(\.rawValue)
        if let level = try setting(options.logLevel, "LOG_LEVEL", levels) {
            logLevel = Logger.Level(rawValue: level) ?? .notice
        }
        if let format = try setting(options.logFormat, "LOG_FORMAT", ["text", "json"]) {
            logsJSON = format == "json"
        }
        switch try setting(options.progress, "PROGRESS", ["auto", "always", "never"]) {
        case "always": showsProgress = true
        case "never": showsProgress = false
        default:
            showsProgress = isInteractive
            logsProgress = !isInteractive
        }
    }
}
