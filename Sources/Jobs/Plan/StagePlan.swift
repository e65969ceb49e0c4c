/// How one stage of a run is to be run: how many tasks, of which size, and what that means.
package struct StagePlan: Encodable, Hashable, Sendable {
    /// One size, as ECS writes it in a task's overrides.
    package struct Size: Encodable, Hashable, Sendable {
        package var cpu: String
        package var memory: String

        init(_ size: TaskSize) {
            cpu = String(size.cpuUnits)
            memory = String(size.memoryMiB)
        }
    }

    package var rows: Int
    package var shards: Int
    package var bytes: Int
    package var tasks: Int
    /// The size to start with, then those to try when its memory turns out too small. Always three:
    /// the largest size there is stands for what is larger.
    package var sizes: [Size]
    /// Of one task, start included.
    package var taskSeconds: Double
    /// Of the stage.
    package var seconds: Double
    /// When a task is given up for dead.
    package var timeoutSeconds: Int
    package var memoryBytes: Int
    package var usd: Double
    package var usdSpot: Double

    private static let sizeCount = 3

    /// Sizes with this much CPU have the network bandwidth that the estimate counts on.
    private static let cpuUnitsMin = 1_024

    /// The cheapest way that ends in time, or the fastest when none does.
    /// - Parameter tasks: for a size, how many; the work divides among them.
    /// - Throws: `outOfMemory` when no size has the memory.
    init(
        _ work: WorkEstimate, concurrency: Int, deadlineSeconds: Double,
        tasks: (TaskSize) -> Int
    ) throws(JobFailure) {
        struct Choice {
            let size: TaskSize
            let tasks: Int
            let taskSeconds: Double
            let seconds: Double
            let dollars: Double
        }
        let choices = TaskSize.all
            .filter {
                $0.cpuUnits >= Self.cpuUnitsMin && $0.memoryByteCount >= work.memoryByteCount
            }
            .map { size in
                let count = tasks(size)
                let taskSeconds =
                    work.fixedSeconds + work.processorSeconds / Double(count) / size.processorCount
                let waves = (count + concurrency - 1) / concurrency
                return Choice(
                    size: size, tasks: count, taskSeconds: taskSeconds,
                    seconds: Double(waves) * taskSeconds,
                    dollars: Double(count) * TaskPrice.dollars(size, seconds: taskSeconds))
            }
        let inTime = choices.filter { $0.seconds <= deadlineSeconds }
        let best =
            inTime.min { ($0.dollars, $0.seconds) < ($1.dollars, $1.seconds) }
            ?? choices.min { ($0.seconds, $0.dollars) < ($1.seconds, $1.dollars) }
        guard let best else {
            throw JobFailure(
                .outOfMemory,
                "This needs about \(ByteCountText.write(work.memoryByteCount)) of memory; the "
                    + "largest task has 120 GiB.",
                remedy: "Train on a sample, or on fewer features; write smaller row groups.")
        }
        rows = 0
        shards = 0
        bytes = 0
        self.tasks = best.tasks
        var sizes = [best.size]
        while sizes.count < Self.sizeCount { sizes.append(sizes[sizes.count - 1].next ?? sizes[0]) }
        self.sizes = sizes.map(Size.init)
        taskSeconds = Self.rounded(best.taskSeconds)
        seconds = Self.rounded(best.seconds)
        // A slow host, a retried read and a full queue together have not taken four times as long.
        timeoutSeconds = max(900, Int(4 * best.taskSeconds) + 600)
        memoryBytes = work.memoryByteCount
        usd = Self.rounded(best.dollars, digits: 10_000)
        usdSpot = Self.rounded(best.dollars * TaskPrice.spotShare, digits: 10_000)
    }

    static func rounded(_ value: Double, digits: Double = 10) -> Double {
        (value * digits).rounded() / digits
    }
}
