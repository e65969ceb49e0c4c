/// Parameters of how a command runs, whatever it does.
extension ParameterTable {
    static let execution: [Parameter] = [
        Parameter(
            "threads", .integer(1...1024),
            aliases: ["num_threads", "num_thread", "nthread", "nthreads", "n_jobs"],
            for: everywhere, default: "the task's vCPUs", "Threads that compute."),
        Parameter(
            "memory_limit", .byteCount, for: everywhere, default: "the task's memory",
            "Refuse work that would need more memory than this."),
        Parameter(
            "kernels", .choice(["auto"] + KernelLevel.allCases.map(\.rawValue)), for: everywhere,
            default: "auto",
            "The newest instructions to use; auto takes the processor's. Results are the same."),
        Parameter(
            "seed", .integer(0...Int.max), aliases: ["random_seed", "random_state"],
            for: [.train, .tune, .generate], default: "0", "The start of every random choice."),
    ]
}
