extension ThreadPool {
    /// Computes `body(index)` for each index in `0..<count`, side by side.
    /// - Parameter body: called once for each index with the number of the worker that calls it.
    /// - Returns: the results in the order of the indices.
    /// - Throws: the error of the lowest index that failed, for any number of threads; the other
    ///   indices are computed all the same.
    package func map<T: Sendable, Failure: Error>(
        count: Int,
        _ body: @escaping @Sendable (_ index: Int, _ worker: Int) throws(Failure) -> T
    ) throws(Failure) -> [T] {
        let slots = ResultSlots<T, Failure>(count: count)
        forEach(count: count) { range, worker in
            for index in range {
                do throws(Failure) {
                    slots[index] = .success(try body(index, worker))
                } catch {
                    slots[index] = .failure(error)
                }
            }
        }
        var results: [T] = []
        results.reserveCapacity(count)
        for index in 0..<count {
            if let result = slots[index] { results.append(try result.get()) }
        }
        return results
    }
}

/// One slot for each index of a parallel loop.
///
/// `@unchecked Sendable`: while the loop runs each slot is written by the one worker that has its
/// index; it is read after the loop has ended.
private final class ResultSlots<T: Sendable, Failure: Error>: @unchecked Sendable {
    private let slots: UnsafeMutableBufferPointer<Result<T, Failure>?>

    init(count: Int) {
        slots = .allocate(capacity: count)
        slots.initialize(repeating: nil)
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
    }

    subscript(index: Int) -> Result<T, Failure>? {
        get { slots[index] }
        set { slots[index] = newValue }
    }
}
