/// How a job can end badly: the names that Step Functions sees, and the exit codes that shells see.
///
/// Both are wire format: a state machine's Retry and Catch match the names, so none may change.
package enum JobErrorName: String, CaseIterable, Sendable {
    /// The command line is wrong.
    case usage = "Martlet.Usage"
    /// The data cannot be used: corrupt, no rows, constant target.
    case dataInvalid = "Martlet.DataInvalid"
    /// Our bug.
    case `internal` = "Martlet.Internal"
    /// Rows of a run are in neither its predictions nor its quarantine.
    case rowsLost = "Martlet.RowsLost"
    case outOfMemory = "Martlet.OutOfMemory"
    case outOfDisk = "Martlet.OutOfDisk"
    /// An object changed or vanished since it was planned.
    case inputChanged = "Martlet.InputChanged"
    /// Network, throttling, 5xx: try again.
    case transient = "Martlet.Transient"
    /// Model and data do not fit together.
    case modelIncompatible = "Martlet.ModelIncompatible"
    case accessDenied = "Martlet.AccessDenied"
    /// A parameter or the job file is wrong.
    case configInvalid = "Martlet.ConfigInvalid"
    /// Stopped by SIGTERM or SIGINT.
    case interrupted = "Martlet.Interrupted"

    package var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .dataInvalid: 65
        case .rowsLost: 66
        case .internal: 70
        case .outOfMemory: 71
        case .outOfDisk: 73
        case .inputChanged: 74
        case .transient: 75
        case .modelIncompatible: 76
        case .accessDenied: 77
        case .configInvalid: 78
        case .interrupted: 143
        }
    }

    /// Whether the same job may succeed when it is simply started again.
    package var isRetryable: Bool { self == .transient || self == .interrupted }
}
