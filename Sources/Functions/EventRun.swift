import FoundationEssentials
import Jobs

/// Which run an event is about, where it says so.
struct EventRun: Decodable {
    private let runId: String?

    private enum CodingKeys: String, CodingKey {
        case runId = "run_id"
    }

    static func identity(of event: String) -> RunIdentity {
        let event = try? JSONDecoder().decode(EventRun.self, from: Data(event.utf8))
        return RunIdentity(runId: event?.runId)
    }
}
