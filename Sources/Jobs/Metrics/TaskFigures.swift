import Synchronization

/// What is known about a task so far. Parts of it are noted from many threads.
package final class TaskFigures: Sendable {
    private let known = Mutex<[TaskMetric: Double]>([:])

    package init() {}

    package var values: [TaskMetric: Double] { known.withLock { $0 } }

    package func set(_ metric: TaskMetric, _ value: Double) {
        known.withLock { $0[metric] = value }
    }

    package func set(_ values: [TaskMetric: Double]) {
        known.withLock { $0.merge(values) { $1 } }
    }

    package func add(_ metric: TaskMetric, _ value: Double) {
        known.withLock { $0[metric, default: 0] += value }
    }

    /// Keeps the larger one.
    package func raise(_ metric: TaskMetric, to value: Double) {
        known.withLock { $0[metric] = max($0[metric] ?? value, value) }
    }
}
