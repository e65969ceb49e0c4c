/// A size that Fargate offers.
package struct TaskSize: Hashable, Sendable {
    /// 1,024 to the vCPU.
    package let cpuUnits: Int
    package let memoryMiB: Int

    package var processorCount: Double { Double(cpuUnits) / 1_024 }
    package var memoryByteCount: Int { memoryMiB << 20 }

    /// All 74, by vCPUs and then memory.
    /// Source: Amazon ECS API reference, RegisterTaskDefinition, `cpu` and `memory`.
    package static let all: [TaskSize] = {
        func sizes(_ cpuUnits: Int, _ gibibytes: StrideThrough<Int>) -> [TaskSize] {
            gibibytes.map { TaskSize(cpuUnits: cpuUnits, memoryMiB: $0 * 1_024) }
        }
        return [TaskSize(cpuUnits: 256, memoryMiB: 512)]
            + sizes(256, stride(from: 1, through: 2, by: 1))
            + sizes(512, stride(from: 1, through: 4, by: 1))
            + sizes(1_024, stride(from: 2, through: 8, by: 1))
            + sizes(2_048, stride(from: 4, through: 16, by: 1))
            + sizes(4_096, stride(from: 8, through: 30, by: 1))
            + sizes(8_192, stride(from: 16, through: 60, by: 4))
            + sizes(16_384, stride(from: 32, through: 120, by: 8))
    }()

    /// The smallest size with at least twice the memory and no fewer vCPUs; nil for the largest.
    package var next: TaskSize? {
        Self.all.filter { $0.cpuUnits >= cpuUnits && $0.memoryMiB >= 2 * memoryMiB }
            .min { ($0.memoryMiB, $0.cpuUnits) < ($1.memoryMiB, $1.cpuUnits) }
    }
}
