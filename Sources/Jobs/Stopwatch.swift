/// Seconds of the stages of a job, in the order in which they ran.
struct Stopwatch {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lap: ContinuousClock.Instant
    private(set) var seconds: [String: Double] = [:]

    init() {
        start = clock.now
        lap = start
    }

    /// Adds the time since the last call to `stage`.
    mutating func record(_ stage: String) {
        let now = clock.now
        seconds[stage, default: 0] += (now - lap).seconds
        lap = now
    }

    /// The stages so far, and `total`.
    var total: [String: Double] {
        seconds.merging(["total": (clock.now - start).seconds]) { _, total in total }
    }
}

extension Duration {
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
