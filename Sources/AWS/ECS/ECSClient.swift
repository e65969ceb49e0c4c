import SigV4

/// The few calls of Amazon ECS that end tasks which nobody waits for.
package struct ECSClient: Sendable {
    /// A task as `DescribeTasks` shows it.
    package struct RunningTask: Decodable, Hashable, Sendable {
        package let taskArn: String
        /// `run:<run id>` for the tasks of a run.
        package let group: String?
    }

    /// Source: Amazon ECS API reference, DescribeTasks.
    private static let describedTaskCountMax = 100
    /// More pages than this are a server that does not end.
    private static let pageCountMax = 1_000
    /// 100 described tasks take about 500 KiB.
    private static let bodyByteCountMax = 8 << 20

    private let endpoint: Endpoint
    private let service: ServiceClient

    package init(endpoint: Endpoint, service: ServiceClient) {
        self.endpoint = endpoint
        self.service = service
    }

    private struct ListInput: Encodable {
        let cluster: String
        let family: String
        let desiredStatus = "RUNNING"
        let nextToken: String?
    }

    private struct ListOutput: Decodable {
        let taskArns: [String]
        let nextToken: String?
    }

    private struct DescribeInput: Encodable {
        let cluster: String
        let tasks: [String]
    }

    private struct DescribeOutput: Decodable {
        let tasks: [RunningTask]
    }

    private struct StopInput: Encodable {
        let cluster: String
        let task: String
        let reason: String
    }

    private struct Nothing: Decodable {}

    /// The tasks of one family that are not asked to stop yet.
    package func runningTasks(
        cluster: String, family: String
    ) async throws(ServiceError) -> [RunningTask] {
        var names: [String] = []
        var token: String?
        var pageCount = 0
        repeat {
            let page: ListOutput = try await call(
                "ListTasks", ListInput(cluster: cluster, family: family, nextToken: token))
            names += page.taskArns
            token = page.nextToken
            pageCount += 1
        } while token != nil && pageCount < Self.pageCountMax
        var tasks: [RunningTask] = []
        for start in stride(from: 0, to: names.count, by: Self.describedTaskCountMax) {
            let part = Array(names[start..<min(start + Self.describedTaskCountMax, names.count)])
            let described: DescribeOutput = try await call(
                "DescribeTasks", DescribeInput(cluster: cluster, tasks: part))
            tasks += described.tasks
        }
        return tasks
    }

    package func stop(
        _ task: String, cluster: String, reason: String
    ) async throws(ServiceError) {
        let _: Nothing = try await call(
            "StopTask", StopInput(cluster: cluster, task: task, reason: reason))
    }

    private func call<Output: Decodable>(
        _ operation: String, _ input: some Encodable
    ) async throws(ServiceError) -> Output {
        try await service.call(
            operation, of: "ecs", target: "AmazonEC2ContainerServiceV20141113", at: endpoint, input,
            limits: HTTPLimits(bodyByteCountMax: Self.bodyByteCountMax))
    }
}
