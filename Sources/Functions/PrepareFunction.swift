import FoundationEssentials
import Jobs
import Models
import ObjectStores

/// Begins a run: checks what it was started with, claims its name, fills in its queries, and writes
/// the job files of its tasks.
///
/// Asked again with the same input (a retry, a redrive) it answers the same.
struct PrepareFunction: Sendable {
    struct Event: Decodable {
        let runId: String
        let input: RunInput
    }

    /// Of the function's environment.
    private enum Variable: String {
        /// `s3://bucket/`: where runs lie.
        case storage = "PIPELINE_STORAGE"
        /// The folder of the query templates.
        case queries = "PIPELINE_QUERIES"
        case database = "PIPELINE_DATABASE"
        case rawTable = "PIPELINE_RAW_TABLE"
    }

    /// A table's name may have 255 characters, an S3 key 1,024.
    private static let runIdCharacterCountMax = 80
    private static let templateByteCountMax = 100_000
    private static let defaultConcurrency = 100
    private static let defaultRounds = 200
    /// No age is wrong by more, so that without a limit every model passes.
    private static let unreachableError = 1_000.0

    let context: FunctionContext

    func run(_ event: Event) async throws -> PreparedRun {
        try check(event)
        let storage = try ObjectURL(parsing: try variable(.storage))
        let root = storage.appending("runs/\(event.runId)")
        let features = event.input.features
        let prepared = PreparedRun(
            runId: event.runId, root: root.description, makesFeatures: features == nil,
            queries: try await queries(event, root: root),
            jobs: .init(
                training: root.appending("plan/train.json").description,
                scoring: root.appending("plan/predict.json").description),
            plan: .init(
                data: [features?.scoring ?? root.appending("features/scoring/").description],
                trainingData: [
                    features?.training ?? root.appending("features/training/").description
                ],
                output: root.appending("plan").description,
                numIterations: try rounds(event.input), groups: event.input.groups,
                concurrency: event.input.concurrency ?? Self.defaultConcurrency,
                costLimit: event.input.costLimit),
            model: root.appending("model").description,
            predictions: root.appending("predictions").description,
            concurrency: event.input.concurrency ?? Self.defaultConcurrency,
            toleratedFailurePercentage: event.input.toleratedFailurePercentage ?? 0,
            gate: .init(
                r2Min: event.input.gate?.r2Min ?? 0,
                maeMax: event.input.gate?.maeMax ?? Self.unreachableError))
        try await claim(prepared, root: root)
        try await context.store.write(
            try trainingJob(event.input), at: try ObjectURL(parsing: prepared.jobs.training))
        try await context.store.write(
            try scoringJob(event.input), at: try ObjectURL(parsing: prepared.jobs.scoring))
        return prepared
    }

    // MARK: What may come in

    private func check(_ event: Event) throws(JobFailure) {
        let isPlain = event.runId.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x5f
        }
        guard isPlain, (1...Self.runIdCharacterCountMax).contains(event.runId.utf8.count) else {
            throw JobFailure(
                .configInvalid, "'\(event.runId)' cannot name a run.",
                remedy: "Name the execution with at most \(Self.runIdCharacterCountMax) letters, "
                    + "digits, '-' and '_'.")
        }
        guard Self.isDate(event.input.asOf) else {
            throw JobFailure(
                .configInvalid, "as_of is '\(event.input.asOf)', which is no day.",
                remedy: "Write it like 2024-06-30.")
        }
        try Self.check("groups", event.input.groups.map(Double.init), 1...10_000)
        try Self.check("concurrency", event.input.concurrency.map(Double.init), 1...10_000)
        try Self.check(
            "tolerated_failure_percentage", event.input.toleratedFailurePercentage, 0...100)
        try Self.check("max_bad_shards", event.input.maxBadShards.map(Double.init), 0...1_000_000)
        try Self.check("gate.r2_min", event.input.gate?.r2Min, -1...1)
    }

    private static func check(
        _ name: String, _ value: Double?, _ range: ClosedRange<Double>
    ) throws(JobFailure) {
        guard let value, !range.contains(value) else { return }
        throw JobFailure(
            .configInvalid,
            "\(name) is \(value), not between \(range.lowerBound) and \(range.upperBound).")
    }

    /// `yyyy-mm-dd`, a day of the calendar.
    static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2d }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    private func variable(_ variable: Variable) throws(JobFailure) -> String {
        guard let value = context.environment[variable.rawValue], !value.isEmpty else {
            throw JobFailure(
                .configInvalid, "\(variable.rawValue) is not set.",
                remedy: "Set it in the function's environment.")
        }
        return value
    }

    // MARK: What goes out

    /// Two runs of one name would write over each other: the first to come has it.
    private func claim(_ prepared: PreparedRun, root: ObjectURL) async throws {
        let url = root.appending("run.json")
        let text = try JSONText.encode(prepared, isPretty: true) + "\n"
        do {
            try await context.store.create(text, at: url)
        } catch let error as ObjectStoreError where error.code == .alreadyExists {
            let byteCountMax = max(text.utf8.count, Self.templateByteCountMax)
            guard try await context.store.text(at: url, byteCountMax: byteCountMax) == text else {
                throw JobFailure(
                    .configInvalid, "A run of this name was started with another input.",
                    place: .init(object: url.description), remedy: "Name this execution anew.")
            }
        }
    }

    private func queries(_ event: Event, root: ObjectURL) async throws -> PreparedRun.Queries {
        let table = event.runId.lowercased().map { $0 == "-" ? "_" : String($0) }.joined()
        let folder = try ObjectURL(parsing: try variable(.queries))
        var values = [
            "as_of": event.input.asOf, "run": table, "root": root.description,
            "database": try variable(.database), "raw_table": try variable(.rawTable),
            "buckets": String(min(event.input.groups ?? 100, 100)),
        ]
        func query(_ name: String) async throws -> String {
            let url = folder.appending("\(name).sql")
            guard
                let template = try await context.store.text(
                    at: url, byteCountMax: Self.templateByteCountMax)
            else {
                throw JobFailure(
                    .configInvalid, "There is no such query.",
                    place: .init(object: url.description), remedy: "Apply the Terraform again.")
            }
            return try QueryTemplate.fill(template, with: values, name: name)
        }
        // One definition of the features serves training and scoring.
        values["features"] = try await query("features")
        return PreparedRun.Queries(
            training: try await query("training"), scoring: try await query("scoring"),
            predictions: try await query("predictions"), results: try await query("results"),
            quality: try await query("quality"), view: try await query("view"))
    }

    private func rounds(_ input: RunInput) throws(JobFailure) -> Int {
        guard let value = input.training?["num_iterations"] else { return Self.defaultRounds }
        guard case .integer(let count) = value, (1...1_000_000).contains(count) else {
            throw JobFailure(
                .configInvalid, "training.num_iterations must be a whole number from 1 on.")
        }
        return Int(count)
    }

    private func scoringJob(_ input: RunInput) throws -> String {
        let job: [String: JSONValue] = [
            "command": .string("predict"), "id": .string("person_id"),
            "max_bad_shards": .integer(Int64(input.maxBadShards ?? 0)),
        ]
        return try JSONText.encode(job) + "\n"
    }

    /// The job file of training: what the execution's input says, over the pipeline's defaults.
    private func trainingJob(_ input: RunInput) throws -> String {
        var job: [String: JSONValue] = [
            "command": .string("train"), "target": .string("age"),
            "ignore_features": .array([.string("person_id")]),
            "valid_fraction": .number(0.1), "num_iterations": .integer(Int64(Self.defaultRounds)),
            "metric": .array(["mae", "rmse", "r2"].map { .string($0) }),
        ]
        job.merge(input.training ?? [:]) { _, chosen in chosen }
        let text = try JSONText.encode(job)
        // Told now, and not by a task in ten minutes.
        _ = try JobFile(parsing: text, name: "the execution's 'training'", command: .train)
        return text + "\n"
    }
}
