import Synchronization
import Testing

@testable import Threads

@Suite("Periodic thread")
struct PeriodicThreadTests {
    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    @Test("it works until it is let go, and not after")
    func worksUntilItIsLetGo() async {
        let counter = Counter()
        var thread: PeriodicThread? = PeriodicThread(every: .microseconds(100)) {
            counter.value.wrappingAdd(1, ordering: .relaxed)
        }
        while counter.value.load(ordering: .relaxed) < 3 { await Task.yield() }
        withExtendedLifetime(thread) {}
        thread = nil
        // Letting go waits for the thread.
        let last = counter.value.load(ordering: .relaxed)
        for _ in 0..<1_000 { await Task.yield() }
        #expect(counter.value.load(ordering: .relaxed) == last)
    }
}
