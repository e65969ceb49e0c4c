#if canImport(Glibc)
    import Glibc
#endif
import Synchronization

/// A thread that does something small again and again, from the start until it is stopped.
package final class PeriodicThread: Sendable {
    private final class Switch: Sendable {
        let isOff = Atomic(false)
    }

    private let off = Switch()
    private let thread: PosixThread?

    /// Where the system refuses a thread nothing is done.
    /// - Parameters:
    ///   - interval: how long the thread sleeps before each time; below a second.
    ///   - body: done on that thread. It must not stop it.
    package init(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
        precondition(interval > .zero && interval < .seconds(1))
        let pause = UInt32(interval / .microseconds(1))
        let off = off
        thread = PosixThread.start {
            while !off.isOff.load(ordering: .acquiring) {
                usleep(pause)
                body()
            }
        }
    }

    /// Returns when the thread has ended.
    deinit {
        off.isOff.store(true, ordering: .releasing)
        thread?.join()
    }
}
