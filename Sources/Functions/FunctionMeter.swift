import AWS
import Jobs

/// Measures one event, for a line of metrics: a function's process serves many.
struct FunctionMeter {
    private let name: FunctionName
    private let context: FunctionContext
    private let start = ContinuousClock.now
    private let retryCount: Int
    private let throttleCount: Int

    init(_ name: FunctionName, context: FunctionContext) {
        self.name = name
        self.context = context
        retryCount = context.clients.s3Tally.retryCount
        throttleCount = context.clients.s3Tally.throttleCount
    }

    func finish(_ run: RunIdentity, failure: JobFailure?) {
        let tally = context.clients.s3Tally
        var values: [TaskMetric: Double] = [
            .taskSeconds: (ContinuousClock.now - start).seconds,
            .tasksFailed: failure == nil ? 0 : 1,
            .s3Retries: Double(tally.retryCount - retryCount),
            .s3Throttles: Double(tally.throttleCount - throttleCount),
        ]
        if let memory = context.environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"].flatMap(Int.init),
            memory > 0
        {
            values[.peakMemoryPercent] = 100 * Double(PeakMemory.byteCount) / Double(memory << 20)
        }
        context.metrics?.write(
            stage: name.rawValue, run: run, error: failure?.name, values: values)
    }
}
