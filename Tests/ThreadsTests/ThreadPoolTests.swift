import Synchronization
import Testing

@testable import Threads

@Suite("ThreadPool")
struct ThreadPoolTests {
    @Test("each worker runs once", arguments: [1, 2, 3, 5, 16])
    func eachWorkerRunsOnce(threadCount: Int) {
        let pool = ThreadPool(threadCount: threadCount)
        for _ in 0..<200 {
            let runs = Mutex([Int](repeating: 0, count: threadCount))
            pool.run { worker in runs.withLock { $0[worker] += 1 } }
            #expect(runs.withLock { $0 } == [Int](repeating: 1, count: threadCount))
        }
    }

    @Test("ranges cover the count exactly once", arguments: [1, 2, 3, 16], [1, 7, 64])
    func rangesCoverTheCount(threadCount: Int, grain: Int) {
        let pool = ThreadPool(threadCount: threadCount)
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 1000] {
            let seen = Mutex([Int](repeating: 0, count: count))
            pool.forEach(count: count, grain: grain) { range, worker in
                precondition(worker < threadCount && range.count <= grain && !range.isEmpty)
                seen.withLock { counts in for index in range { counts[index] += 1 } }
            }
            #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
        }
    }

    @Test("what workers wrote is visible after the region", arguments: [2, 4])
    func writesAreVisible(threadCount: Int) {
        let pool = ThreadPool(threadCount: threadCount)
        let memory = UnsafeMutableBufferPointer<Int>.allocate(capacity: threadCount)
        memory.initialize(repeating: 0)
        defer { memory.deallocate() }
        nonisolated(unsafe) let sums = memory
        for _ in 0..<2_000 { pool.run { worker in sums[worker] += worker + 1 } }
        #expect(Array(memory) == (1...threadCount).map { $0 * 2_000 })
    }

    @Test("sleeping workers wake up again")
    func sleepersWake() async throws {
        let pool = ThreadPool(threadCount: 3)
        for _ in 0..<5 {
            // Far longer than workers spin; nothing depends on their having slept.
            try await Task.sleep(for: .milliseconds(2))
            _ = try await pool.perform { 1 }
        }
        let counter = RunCounter()
        pool.run { _ in counter.increment() }
        #expect(counter.value == 3)
    }

    @Test("perform may enter regions, returns results and passes errors on")
    func performRunsOnTheLeader() async throws {
        struct Refusal: Error, Equatable {}
        let pool = ThreadPool(threadCount: 2)
        let sum = try await pool.perform {
            let counter = RunCounter()
            pool.run { _ in counter.increment() }
            return counter.value
        }
        #expect(sum == 2)
        await #expect(throws: Refusal.self) { try await pool.perform { throw Refusal() } }
    }

    @Test("concurrent calls of perform take turns")
    func performsTakeTurns() async throws {
        let pool = ThreadPool(threadCount: 2)
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<50 {
                group.addTask {
                    try await pool.perform {
                        let counter = RunCounter()
                        pool.run { _ in counter.increment() }
                        return counter.value * index
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 2 * (0..<50).reduce(0, +))
    }

    @Test("pools come and go")
    func poolsComeAndGo() async throws {
        for round in 0..<100 {
            let pool = ThreadPool(threadCount: 1 + round % 4)
            if round % 2 == 0 { pool.run { _ in } }
            if round % 3 == 0 { _ = try await pool.perform { round } }
        }
    }

    @Test("a region inside a region is refused")
    func nestedRegionsAreRefused() async {
        await #expect(processExitsWith: .failure) {
            let pool = ThreadPool(threadCount: 2)
            pool.run { _ in pool.run { _ in } }
        }
    }
}

private final class RunCounter: Sendable {
    private let runs = Atomic<Int>(0)

    var value: Int { runs.load(ordering: .sequentiallyConsistent) }

    func increment() { runs.wrappingAdd(1, ordering: .sequentiallyConsistent) }
}
