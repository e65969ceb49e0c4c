import Testing

@testable import Jobs

@Suite("TaskSize")
struct TaskSizeTests {
    @Test("all of Fargate's sizes, each once")
    func count() {
        #expect(TaskSize.all.count == 74)
        #expect(Set(TaskSize.all).count == 74)
    }

    @Test("the next size has twice the memory and no fewer vCPUs; the largest has none")
    func next() {
        for size in TaskSize.all {
            guard let next = size.next else {
                #expect(size.memoryMiB > 60 * 1_024)
                continue
            }
            #expect(next.memoryMiB >= 2 * size.memoryMiB)
            #expect(next.cpuUnits >= size.cpuUnits)
            #expect(TaskSize.all.contains(next))
        }
    }

    /// The replaced system's fan-out: 898 tasks of one minute, 4 vCPU and 16 GB, cost 3.4 to 3.7 USD.
    @Test("the price of a known run")
    func price() {
        let size = TaskSize(cpuUnits: 4_096, memoryMiB: 16_384)
        let dollars = 898 * TaskPrice.dollars(size, seconds: 60)
        #expect(dollars > 3.3 && dollars < 3.8)
        #expect(TaskPrice.dollars(size, seconds: 1) == TaskPrice.dollars(size, seconds: 60))
    }
}
