import AWS
import Jobs
import ObjectStores
import Synchronization

/// Measures one task, for the line of metrics at its end.
final class TaskMeter: Sendable {
    /// The disk is looked at so often; the fullest state counts.
    private static let diskInterval = Duration.seconds(10)
    /// What the state machine names a task's capacity, where that is cheaper.
    private static let spotCapacity = "FARGATE_SPOT"

    let figures = TaskFigures()
    let bytesRead = ByteTally()

    private struct Task {
        var stage: String?
        var error: JobErrorName?
        var metadata: TaskMetadata?
    }

    private let environment: [String: String]
    private let writer: MetricsWriter?
    private let task = Mutex(Task())
    private let start = ContinuousClock.now

    /// - Parameter writer: nil when nobody collects metrics; then nothing is measured.
    init(environment: [String: String], writer: MetricsWriter?) {
        self.environment = environment
        self.writer = writer
    }

    func begin(_ command: JobCommand) { task.withLock { $0.stage = command.rawValue } }

    func note(_ metadata: TaskMetadata?) { task.withLock { $0.metadata = metadata } }

    func note(_ failure: JobFailure) { task.withLock { $0.error = failure.name } }

    /// Looks at the disk from time to time, until it is cancelled.
    func watchDisk() async {
        guard writer != nil else { return }
        repeat {
            noteDisk()
        } while (try? await ContinuousClock().sleep(for: Self.diskInterval)) != nil
    }

    private func noteDisk() {
        guard let space = ScratchDisk(environment: environment).space else { return }
        figures.raise(.diskPercent, to: space.usedPercent)
    }

    /// Writes the line.
    func finish(_ run: RunIdentity, clients: AWSClients) {
        let (stage, error, metadata) = task.withLock { ($0.stage, $0.error, $0.metadata) }
        guard let writer, let stage else { return }
        noteDisk()
        let seconds = (ContinuousClock.now - start).seconds
        figures.set([
            .taskSeconds: seconds, .tasksFailed: error == nil ? 0 : 1,
            .bytesRead: Double(bytesRead.byteCount),
            .s3Retries: Double(clients.s3Tally.retryCount),
            .s3Throttles: Double(clients.s3Tally.throttleCount),
            .callbackRetries: Double(clients.callbackTally.retryCount),
        ])
        let memory = [ControlGroup.memoryByteCountMax, metadata?.memoryByteCount]
            .compactMap { $0 }.min()
        if let memory, memory > 0 {
            let peak = Double(PeakMemory.byteCount)
            figures.set(.peakMemoryPercent, 100 * peak / Double(memory))
        }
        if let rows = figures.values[.rowsRead] { figures.set(.rowsPerSecond, rows / seconds) }
        if let dollars = dollars(metadata, seconds: seconds) {
            figures.set(.estimatedUSD, dollars)
        }
        writer.write(stage: stage, run: run, error: error, values: figures.values)
    }

    /// Of a task on Fargate: its size is known, and what is paid for begins with the image's pull.
    private func dollars(_ metadata: TaskMetadata?, seconds: Double) -> Double? {
        guard let processors = metadata?.limits?.processors, let memory = metadata?.limits?.memory
        else { return nil }
        let now = Double(MetricsWriter.now()) / 1_000
        let billed = metadata?.billedSince.map { max(now - Double($0), seconds) } ?? seconds
        let dollars = TaskPrice.dollars(
            processorCount: processors, memoryGiB: Double(memory) / 1_024, seconds: billed)
        let isSpot = environment["CAPACITY_PROVIDER"] == Self.spotCapacity
        return isSpot ? dollars * TaskPrice.spotShare : dollars
    }
}
