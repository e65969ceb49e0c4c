/// Runs `work` to its end even if the calling task is cancelled, but no longer than `limit`: then
/// `work` itself is cancelled.
///
/// For the few things that must still happen when a task has been told to stop: write a
/// checkpoint, finish a commit that has begun, give up an upload so that it is not leaked.
package func shielded<Value: Sendable>(
    within limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await shielded(until: { try await Task.sleep(for: limit) }, work)
}

/// Runs `work` to its end even if the calling task is cancelled, unless `giveUp` returns before.
package func shielded<Value: Sendable>(
    until giveUp: @escaping @Sendable () async throws -> Void,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    // Not structured, on purpose: a child task would be cancelled with its parent.
    let task = Task {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await giveUp()
                return nil
            }
            while let finished = try await group.next() {
                group.cancelAll()
                if let value = finished { return value }
            }
            throw CancellationError()
        }
    }
    return try await task.value
}
