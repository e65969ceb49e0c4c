package import Logging
package import ObjectStores
package import Threads

/// What every job is handed by the executable; nothing below it reads clocks or the environment.
package struct JobContext: Sendable {
    package let store: any ObjectStore
    package let pool: ThreadPool
    package let logger: Logger
    package let shutdown: Shutdown
    /// Called right before results become visible; throws when they must not.
    package let commitGate: @Sendable () async throws -> Void
    package let progress: Progress
    /// `RUN_ID`, `ATTEMPT` and `SHARD_GROUP`, where the task has them.
    package let run: RunIdentity
    package let programVersion: String
    /// Bytes that the job may use; nil when nothing limits it.
    package let memoryByteCountMax: Int?
    /// Whether a runner waits that starts the job again when it is stopped: then unfinished work
    /// is saved beside the output, without being asked.
    package let savesUnasked: Bool
    /// Where files may lie while the job runs, for what memory has no room for; nil for nowhere.
    package var scratchFolder: String?
    /// What the task's metrics will say.
    package var figures = TaskFigures()
    /// What `doctor` looks at besides the store.
    package var probes: [DoctorProbe] = []
    /// What this unit of a run works on; it goes into the commit record.
    package var unit: WorkUnit?

    package init(
        store: any ObjectStore, pool: ThreadPool, logger: Logger, shutdown: Shutdown = Shutdown(),
        commitGate: @escaping @Sendable () async throws -> Void = {},
        progress: Progress = .silent, run: RunIdentity = RunIdentity(),
        programVersion: String, memoryByteCountMax: Int? = nil,
        savesUnasked: Bool = false
    ) {
        self.store = store
        self.pool = pool
        self.logger = logger
        self.shutdown = shutdown
        self.commitGate = commitGate
        self.progress = progress
        self.run = run
        self.programVersion = programVersion
        self.memoryByteCountMax = memoryByteCountMax
        self.savesUnasked = savesUnasked
    }
}

/// Which unit of which run this process does.
package struct RunIdentity: Hashable, Sendable, Codable {
    package var runId: String?
    package var attempt: String?
    package var shardGroup: String?

    package init(runId: String? = nil, attempt: String? = nil, shardGroup: String? = nil) {
        self.runId = runId
        self.attempt = attempt
        self.shardGroup = shardGroup
    }

    /// Puts the parts that are known into every line of a log.
    package func mark(_ logger: inout Logger) {
        for (key, value) in [("run", runId), ("attempt", attempt), ("shard_group", shardGroup)] {
            if let value { logger[metadataKey: key] = "\(value)" }
        }
    }
}
