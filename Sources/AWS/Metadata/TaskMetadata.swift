import FoundationEssentials
import SigV4

/// What the ECS agent says about the task that this process runs in.
/// Source: Amazon ECS, task metadata endpoint version 4, `/task`.
package struct TaskMetadata: Hashable, Sendable, Decodable {
    package struct Limits: Hashable, Sendable, Decodable {
        /// vCPUs, in quarters at the least.
        package var processors: Double?
        /// MiB.
        package var memory: Int?

        private enum CodingKeys: String, CodingKey {
            case processors = "CPU"
            case memory = "Memory"
        }
    }

    package var limits: Limits?
    /// When the image was first asked for: what a task costs is counted from there.
    private var pullStartedAt: String?

    private enum CodingKeys: String, CodingKey {
        case limits = "Limits"
        case pullStartedAt = "PullStartedAt"
    }

    /// Seconds since 1970; nil when the agent does not say.
    package var billedSince: Int? { pullStartedAt.flatMap(ServiceDate.iso8601) }

    /// Threads that the task's vCPUs carry; nil when the agent does not say.
    package var threadCount: Int? {
        guard let processors = limits?.processors, processors > 0, processors <= 1024 else {
            return nil
        }
        return Int(processors.rounded(.up))
    }

    package var memoryByteCount: Int? {
        guard let memory = limits?.memory, memory > 0, memory <= 1 << 24 else { return nil }
        return memory << 20
    }
}

extension TaskMetadata {
    /// The metadata at `ECS_CONTAINER_METADATA_URI_V4`; nil outside of ECS, and when the agent
    /// does not answer: a task can run without knowing its limits.
    static func fetch(
        _ environment: AWSEnvironment, transport: any HTTPTransport, time: TimeSource
    ) async -> TaskMetadata? {
        guard let url = environment["ECS_CONTAINER_METADATA_URI_V4"],
            let scheme = url.firstRange(of: "://")
        else { return nil }
        let slash = url[scheme.upperBound...].firstIndex(of: "/") ?? url.endIndex
        guard let endpoint = Endpoint(parsing: String(url[..<slash])) else { return nil }
        var request = NearRequest(transport: transport, time: time)
        request.attemptCountMax = 2
        let http = HTTPRequest(.get, endpoint, path: String(url[slash...]) + "/task", query: [])
        guard let response = try? await request.send(http), response.isSuccess else { return nil }
        return try? JSONDecoder().decode(TaskMetadata.self, from: Data(response.body))
    }
}
