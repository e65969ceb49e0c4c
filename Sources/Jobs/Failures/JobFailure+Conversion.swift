import Binning
import Callbacks
import Evaluation
import Filters
import Interchange
import LinearModels
import Models
import ObjectStores
import Objectives
import Parquet
import Shards
import Trees

extension JobFailure {
    /// The failure that an error of a lower layer means for the job.
    package init(converting error: any Error) {
        switch error {
        case let error as JobFailure: self = error
        case let error as ObjectStoreError: self.init(store: error)
        case let error as FilterError:
            self.init(.configInvalid, error.description.capitalizingFirst)
        case let error as ShardError: self.init(shard: error)
        case let error as ParquetError: self.init(parquet: error)
        case let error as ModelError: self.init(model: error, object: nil)
        case let error as InterchangeError: self.init(interchange: error, object: nil)
        case let error as BinningError where error.code == .outOfSpace:
            self.init(
                .outOfDisk, error.message,
                remedy: "Give the task more memory or a larger scratch disk, or set TMPDIR.")
        case let error as BinningError: self.init(.configInvalid, error.message)
        case let error as ObjectiveError:
            self.init(error.code == .invalidData ? .dataInvalid : .configInvalid, error.message)
        case let error as TreesError:
            self.init(error.code == .invalidData ? .dataInvalid : .configInvalid, error.message)
        case let error as LinearModelError:
            self.init(
                error.code == .invalidParameter ? .configInvalid : .dataInvalid, error.message)
        case let error as EvaluationError: self.init(.configInvalid, error.message)
        case let error as TaskCallbackError: self.init(callback: error)
        case is CancellationError:
            self.init(.interrupted, "The work was stopped before it was complete.")
        default:
            self.init(
                .internal, "An error that should not come up here: \(error).",
                remedy: "This is a bug in Martlet; please report it with this message.")
        }
    }

    init(model error: ModelError, object: String?) {
        let name: JobErrorName =
            switch error.code {
            case .incompatible, .unsupported: .modelIncompatible
            case .outOfSpec, .limitExceeded: .dataInvalid
            case .invalidParameter: .configInvalid
            }
        self.init(
            name, error.message, place: Place(object: object, column: error.context["column"]))
    }

    init(interchange error: InterchangeError, object: String?) {
        self.init(
            error.code == .unsupported ? .modelIncompatible : .dataInvalid, error.message,
            place: Place(object: object))
    }

    private init(store error: ObjectStoreError) {
        let name: JobErrorName =
            switch error.code {
            case .notFound: .dataInvalid
            case .accessDenied: .accessDenied
            case .changed: .inputChanged
            case .alreadyExists: .configInvalid
            case .unavailable: .transient
            case .outOfSpace: .outOfDisk
            case .invalidParameter: .configInvalid
            case .outOfSpec: .dataInvalid
            case .interrupted: .interrupted
            }
        let service = error.serviceCode.map { " [\($0)]" } ?? ""
        self.init(
            name, error.message + service, place: Place(object: error.url?.description),
            requestID: error.requestID)
    }

    private init(shard error: ShardError) {
        let name: JobErrorName =
            switch error.code {
            case .outOfSpec, .unsupported: .dataInvalid
            // A column that is not there was asked for by somebody; no shard at all is the data's.
            case .invalidParameter: error.context.column == nil ? .dataInvalid : .configInvalid
            }
        let context = error.context
        let remedy =
            error.code == .outOfSpec && context.byteOffset != nil
            ? "The file is damaged or breaks the Parquet specification: rewrite it, or leave it out."
            : nil
        self.init(
            name, error.message.capitalizingFirst,
            place: Place(
                object: context.object, rowGroup: context.rowGroup, column: context.column,
                page: context.page, byte: context.byteOffset), remedy: remedy)
    }

    private init(parquet error: ParquetError) {
        self.init(
            error.code == .invalidParameter ? .internal : .dataInvalid,
            error.message.capitalizingFirst,
            place: Place(
                rowGroup: error.context.rowGroupIndex, column: error.context.column,
                page: error.context.pageIndex, byte: error.context.byteOffset))
    }

    private init(callback error: TaskCallbackError) {
        let name: JobErrorName =
            switch error.code {
            case .fenced: .interrupted
            case .accessDenied: .accessDenied
            case .unavailable: .transient
            case .invalidParameter: .configInvalid
            }
        let service = error.serviceCode.map { " [\($0)]" } ?? ""
        self.init(name, "The waiting task could not be told: \(error.message)\(service)")
    }
}

extension String {
    /// Messages of lower layers follow a place and begin small; here they begin a line.
    fileprivate var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }
}
