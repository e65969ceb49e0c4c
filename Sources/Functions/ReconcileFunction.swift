import FoundationEssentials
import Jobs
import ObjectStores

/// Holds the commits of the fan-out against its plan: every group, every object, every row.
struct ReconcileFunction: Sendable {
    struct Event: Decodable {
        /// `items.json` of the plan.
        let items: String
        /// The folder that the groups wrote to.
        let predictions: String
        let runId: String
        /// How many of the groups may be missing in the end.
        let toleratedFailurePercentage: Double?
        /// How often missing groups were done again, and how often the run was redriven: each
        /// attempt at a run repeats them once.
        let repeats: Int?
        let redrives: Int?
    }

    struct Answer: Encodable, Equatable {
        var groups: Int
        var missingGroups: Int
        /// Names of the first missing groups, for people.
        var missing: [String]
        /// The items of the missing groups, for another map; nil when none is missing.
        var items: String?
        /// Whether the missing groups are to be done again.
        var isRepeated: Bool
        var rowsExpected: Int
        var rowsPredicted: Int
        var rowsQuarantined: Int
        /// Whether every row of every group is accounted for.
        var isConserved: Bool
        /// Whether so few groups are missing as the run tolerates, and no row of the others.
        var isTolerated: Bool
    }

    /// 10,000 groups take 2 MB.
    private static let itemsByteCountMax = 64 << 20
    private static let readsInFlightMax = 16
    private static let namedGroupCountMax = 20

    let context: FunctionContext

    func run(_ event: Event) async throws -> Answer {
        let itemsURL = try ObjectURL(parsing: event.items)
        let predictions = try ObjectURL(parsing: event.predictions)
        let items = try await items(at: itemsURL)
        let records = try await records(of: items, in: predictions, runId: event.runId)
        var answer = Answer(
            groups: items.count, missingGroups: 0, missing: [], isRepeated: false,
            rowsExpected: 0, rowsPredicted: 0, rowsQuarantined: 0, isConserved: false,
            isTolerated: false)
        var missing: [PlanItem] = []
        for (item, record) in zip(items, records) {
            answer.rowsExpected += item.rows
            if let record {
                answer.rowsPredicted += record.rowsOut
                answer.rowsQuarantined += record.rowsQuarantined
            } else {
                missing.append(item)
            }
        }
        answer.missingGroups = missing.count
        answer.missing = missing.prefix(Self.namedGroupCountMax).map(\.group)
        answer.isConserved =
            missing.isEmpty
            && answer.rowsExpected == answer.rowsPredicted + answer.rowsQuarantined
        let rowsMissing = missing.reduce(0) { $0 + $1.rows }
        let share = 100 * Double(missing.count) / Double(max(1, items.count))
        answer.isTolerated =
            share <= event.toleratedFailurePercentage ?? 0
            && answer.rowsExpected - rowsMissing
                == answer.rowsPredicted + answer.rowsQuarantined
        if !missing.isEmpty {
            let url = itemsURL.parent.appending("items-missing.json")
            try await context.store.write(try JSONText.encode(missing) + "\n", at: url)
            answer.items = url.description
            answer.isRepeated = (event.repeats ?? 0) <= (event.redrives ?? 0)
        }
        guard answer.isConserved || answer.isTolerated || answer.isRepeated else {
            throw lost(answer)
        }
        return answer
    }

    /// Thrown here, not passed on: a state that fails is where a redrive goes on.
    private func lost(_ answer: Answer) -> JobFailure {
        JobFailure(
            .rowsLost,
            """
            \(answer.rowsExpected) rows were to be predicted, \(answer.rowsPredicted) were, \
            \(answer.rowsQuarantined) are quarantined; \
            \(answer.missingGroups) of \(answer.groups) groups are missing\
            \(answer.missing.isEmpty ? "" : ": " + answer.missing.joined(separator: ", ")).
            """,
            remedy: "Redrive the execution: the missing groups are done again, and no others.")
    }

    private func items(at url: ObjectURL) async throws -> [PlanItem] {
        guard
            let text = try await context.store.text(at: url, byteCountMax: Self.itemsByteCountMax)
        else {
            throw JobFailure(
                .dataInvalid, "There is no list of groups here.",
                place: .init(object: url.description), remedy: "Run the plan again.")
        }
        do {
            return try JSONDecoder().decode([PlanItem].self, from: Data(text.utf8))
        } catch {
            throw JobFailure(
                .dataInvalid, "This is not a list of groups: \(error).",
                place: .init(object: url.description))
        }
    }

    /// The record of each group whose objects are all there; nil for the others.
    private func records(
        of items: [PlanItem], in folder: ObjectURL, runId: String
    ) async throws -> [CommitRecord?] {
        try await withThrowingTaskGroup(of: (Int, CommitRecord?).self) { group in
            var records = [CommitRecord?](repeating: nil, count: items.count)
            var next = 0
            func addNext() {
                guard next < items.count else { return }
                let index = next
                next += 1
                group.addTask {
                    (index, try await record(of: items[index], in: folder, runId: runId))
                }
            }
            for _ in 0..<Self.readsInFlightMax { addNext() }
            while let (index, record) = try await group.next() {
                records[index] = record
                addNext()
            }
            return records
        }
    }

    private func record(
        of item: PlanItem, in folder: ObjectURL, runId: String
    ) async throws -> CommitRecord? {
        let url = folder.appending(CommitRecord.name(command: "predict", group: item.group))
        guard let object = try await context.store.summary(of: url),
            let record = try await CommitRecord.read(object, from: context.store),
            record.runId == runId
        else { return nil }
        for entry in record.objects {
            let found = try await context.store.summary(of: try ObjectURL(parsing: entry.url))
            guard found?.byteCount == entry.size, found?.etag == entry.etag else { return nil }
        }
        return record
    }
}
