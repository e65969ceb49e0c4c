import Jobs
import UnixSignals

/// Turns SIGTERM (Spot, `docker stop`) and SIGINT (Ctrl-C) into a request to stop.
///
/// Handlers are installed explicitly, because as process 1 of a container nothing else ends us.
struct SignalListener {
    private let task: Task<Void, Never>

    init(shutdown: Shutdown) {
        // Not structured: it has to live beside the whole run and ends with it, by `cancel`.
        task = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                shutdown.request(.signal)
            }
        }
    }

    func cancel() { task.cancel() }
}
