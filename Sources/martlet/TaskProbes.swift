import AWS
import Callbacks
import Jobs

/// The checks of `martlet doctor` that need AWS.
struct TaskProbes {
    /// S3 refuses signatures that are older or younger.
    private static let clockOffsetMax = 15 * 60
    /// Shards are read and written without a file in between; what remains is small.
    private static let freeByteCountMin = 256 << 20

    let clients: AWSClients
    let metadata: TaskMetadata?
    /// The waiting task's; nil when nobody waits.
    let callback: (any TaskCallback)?
    let disk: ScratchDisk

    var all: [DoctorProbe] {
        [
            DoctorProbe { task }, DoctorProbe { scratch }, DoctorProbe { region },
            DoctorProbe { await credentials() }, DoctorProbe { await clock() },
            DoctorProbe { await heartbeat() },
            DoctorProbe {
                await FargateQuotaProbe(clients: clients, metadata: metadata).check()
            },
        ]
    }

    private var task: DoctorCheck {
        guard let metadata else {
            return DoctorCheck("task metadata", .skipped, "This is no ECS task.")
        }
        let processors = metadata.limits?.processors.map { "\($0) vCPUs" } ?? "vCPUs not told"
        let memory = metadata.limits?.memory.map { "\($0) MiB" } ?? "memory not told"
        return DoctorCheck("task metadata", .ok, "\(processors), \(memory).")
    }

    private var scratch: DoctorCheck {
        guard let space = disk.space else {
            return DoctorCheck(
                "scratch disk", .failed, "There is no folder \(disk.path).",
                fix: "Mount a volume there, or set TMPDIR.")
        }
        guard disk.isWritable else {
            return DoctorCheck(
                "scratch disk", .failed, "\(disk.path) cannot be written.",
                fix: "Make it writable for this user, or set TMPDIR.")
        }
        let free = ByteCountText.write(space.freeByteCount)
        guard space.freeByteCount >= Self.freeByteCountMin else {
            return DoctorCheck(
                "scratch disk", .warning, "\(free) are free in \(disk.path).",
                fix: "Give the task more ephemeral storage.")
        }
        return DoctorCheck("scratch disk", .ok, "\(free) are free in \(disk.path).")
    }

    private var region: DoctorCheck {
        guard let region = clients.region else {
            return DoctorCheck(
                "region", .warning, "No AWS region is known; S3 and Step Functions need one.",
                fix: "Set AWS_REGION, or region in the profile.")
        }
        return DoctorCheck("region", .ok, region)
    }

    private func credentials() async -> DoctorCheck {
        do {
            return DoctorCheck(
                "credentials", .ok, "Access key \(try await clients.accessKeyHint()).")
        } catch {
            return DoctorCheck(
                "credentials", .warning, error.message,
                fix: "Give the task a role, or set AWS_PROFILE; paths need none.")
        }
    }

    private func clock() async -> DoctorCheck {
        guard let offset = await clients.clockOffset() else {
            return DoctorCheck("clock", .skipped, "S3 gave no answer to compare with.")
        }
        guard abs(offset) < Self.clockOffsetMax else {
            return DoctorCheck(
                "clock", .warning, "S3's clock differs by \(offset) s; requests are corrected.",
                fix: "Set this machine's clock.")
        }
        return DoctorCheck("clock", .ok, "S3's clock differs by \(offset) s.")
    }

    private func heartbeat() async -> DoctorCheck {
        guard let callback else {
            return DoctorCheck("step functions", .skipped, "TASK_TOKEN is not set.")
        }
        do {
            try await callback.heartbeat()
            return DoctorCheck("step functions", .ok, "The waiting task takes heartbeats.")
        } catch {
            return DoctorCheck(
                "step functions", .failed, error.message,
                fix: error.code == .accessDenied
                    ? "Allow states:SendTaskHeartbeat, SendTaskSuccess and SendTaskFailure." : nil)
        }
    }
}
