import Models
import ObjectStores
import Shards
import Threads

/// `doctor`: tries everything that a task will need, and says what is missing.
package struct DoctorJob: Sendable {
    package let spec: DoctorSpec
    package let context: JobContext

    package init(spec: DoctorSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> DoctorResult {
        var checks = [processors, memory]
        for probe in context.probes {
            try context.shutdown.check()
            checks.append(await probe.run())
        }
        try context.shutdown.check()
        checks.append(await data())
        checks.append(await model())
        checks += await output()
        return DoctorResult(checks: checks, peakRssBytes: PeakMemory.byteCount)
    }

    private var processors: DoctorCheck {
        DoctorCheck(
            "threads", .ok,
            "\(context.pool.threadCount) threads will compute, kernels \(KernelLevel.inUse).")
    }

    private var memory: DoctorCheck {
        guard let limit = context.memoryByteCountMax else {
            return DoctorCheck(
                "memory", .warning,
                "Nothing limits the memory: work that cannot fit is not refused.",
                fix: "Give --memory-limit, or run in a container with a limit.")
        }
        return DoctorCheck("memory", .ok, "At most \(ByteCountText.write(limit)).")
    }

    private func data() async -> DoctorCheck {
        guard !spec.data.isEmpty else {
            return DoctorCheck("data", .skipped, "No --data to look at.")
        }
        return await attempt("data", needs: "s3:ListBucket on the bucket, s3:GetObject below it") {
            let manifest = try await ShardManifest.resolve(spec.data, in: context.store)
            let table = try await ShardTable.open(manifest, in: context.store)
            return "\(table.shards.count) shards with \(table.rowCount) rows, "
                + "\(ByteCountText.write(table.byteCount))."
        }
    }

    private func model() async -> DoctorCheck {
        guard let url = spec.model else {
            return DoctorCheck("model", .skipped, "No --model to look at.")
        }
        return await attempt("model", needs: "s3:GetObject") {
            let model = try await ModelStore.load(url, from: context.store)
            return "\(model.algorithm), \(model.features.features.count) features."
        }
    }

    /// Writes, reads and removes an object that no reader takes for data.
    private func output() async -> [DoctorCheck] {
        guard let output = spec.output else {
            return [DoctorCheck("output", .skipped, "No --output to write to.")]
        }
        let isOneObject = [".parquet", ModelStore.fileExtension].contains {
            output.lastComponent.hasSuffix($0)
        }
        let folder = isOneObject ? output.parent : output
        let number = UInt64.random(in: 0 ... .max)
        let url = folder.appending("_doctor-\(String(number, radix: 16))")
        let write = await attempt(
            "output", needs: "s3:PutObject, and kms:GenerateDataKey where a KMS key encrypts"
        ) {
            // More than is held back, so that an upload in parts is tried too.
            let bytes = [UInt8](repeating: 0x2e, count: 64 << 10)
            let object = try await context.store.stage(url)
            do {
                try await object.append(bytes)
                try await object.seal()
                _ = try await object.publish(ifAbsent: false)
            } catch {
                await object.discard()
                throw error
            }
            return "Objects can be written below \(folder)."
        }
        guard write.status == .ok else { return [write] }
        let read = await attempt("output again", needs: "s3:GetObject") {
            guard try await context.store.summary(of: url) != nil else {
                throw JobFailure(.internal, "What was written is not there.")
            }
            return "What was written can be found again, by checkpoints and later attempts."
        }
        let remove = await attempt("output removal", needs: "s3:DeleteObject") {
            try await context.store.remove(url)
            return "Objects can be removed."
        }
        // Checkpoints and stale results then stay; nothing fails.
        return [write, read.mild, remove.mild]
    }

    private func attempt(
        _ name: String, needs actions: String, _ body: () async throws -> String
    ) async -> DoctorCheck {
        do {
            return DoctorCheck(name, .ok, try await body())
        } catch {
            let failure = JobFailure(converting: error)
            let place = failure.place.object.map { " (\($0))" } ?? ""
            let right = failure.name == .accessDenied ? "Allow \(actions)." : nil
            return DoctorCheck(
                name, .failed, failure.message + place,
                fix: [right, failure.remedy].compactMap { $0 }.first)
        }
    }
}

extension DoctorCheck {
    /// A failure that a task can live with.
    fileprivate var mild: DoctorCheck {
        var check = self
        if status == .failed { check.status = .warning }
        return check
    }
}
