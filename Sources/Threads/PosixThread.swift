#if canImport(Glibc)
    import Glibc
#endif

/// A thread that runs one closure.
struct PosixThread: @unchecked Sendable {
    // Sendable: a thread's identity is a plain number that is never changed.
    private let identity: pthread_t

    /// - Returns: nil when the system refuses another thread.
    static func start(_ body: @escaping @Sendable () -> Void) -> PosixThread? {
        let box = Unmanaged.passRetained(ThreadBody(body))
        var identity = pthread_t()
        let status = pthread_create(
            &identity, nil,
            { argument in
                guard let argument else { return nil }
                let box = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
                box.body()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            return nil
        }
        return PosixThread(identity: identity)
    }

    /// Waits for the thread to end; a thread that joins itself is let go instead.
    func join() {
        if pthread_equal(identity, pthread_self()) != 0 {
            pthread_detach(identity)
        } else {
            pthread_join(identity, nil)
        }
    }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
