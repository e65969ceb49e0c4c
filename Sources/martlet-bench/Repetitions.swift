import Threads

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How often and on how many threads, and the clock around it.
struct Repetitions {
    let count: Int
    let pool: ThreadPool

    /// - Parameter arguments: REPS THREADS.
    init(_ arguments: ArraySlice<String>) throws(BenchmarkError) {
        let numbers = arguments.compactMap { Int($0) }
        guard numbers.count == 2, numbers.allSatisfy({ (1...1_000_000).contains($0) }) else {
            throw BenchmarkError(message: "REPS and THREADS are whole numbers above 0")
        }
        count = numbers[0]
        pool = ThreadPool(threadCount: numbers[1])
    }

    /// Times `body`, which returns the shape that it worked on.
    func measure(_ body: () throws -> (rows: Int, columns: Int)) rethrows -> String {
        var times: [Double] = []
        var processor: [Double] = []
        var shape = (rows: 0, columns: 0)
        for _ in 0..<count {
            let start = (Self.seconds(CLOCK_MONOTONIC), Self.seconds(CLOCK_PROCESS_CPUTIME_ID))
            shape = try body()
            times.append(Self.seconds(CLOCK_MONOTONIC) - start.0)
            processor.append(Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - start.1)
        }
        return text(times, processor, shape)
    }

    /// The same for work that waits.
    func measure(_ body: () async throws -> (rows: Int, columns: Int)) async rethrows -> String {
        var times: [Double] = []
        var processor: [Double] = []
        var shape = (rows: 0, columns: 0)
        for _ in 0..<count {
            let start = (Self.seconds(CLOCK_MONOTONIC), Self.seconds(CLOCK_PROCESS_CPUTIME_ID))
            shape = try await body()
            times.append(Self.seconds(CLOCK_MONOTONIC) - start.0)
            processor.append(Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - start.1)
        }
        return text(times, processor, shape)
    }

    private func text(
        _ times: [Double], _ processor: [Double], _ shape: (rows: Int, columns: Int)
    ) -> String {
        "{\"times\":\(times),\"cpu\":\(processor),\"shape\":[\(shape.rows),\(shape.columns)]}"
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
