import ArgumentParser

/// Options of every command.
struct SharedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A job file with parameters: a URL, or the JSON itself.", valueName: "url|json"))
    var job: String?

    @Option(help: ArgumentHelp("Threads that compute. Default: the task's vCPUs.", valueName: "n"))
    var threads: String?

    @Option(
        help: ArgumentHelp(
            "Refuse work that would need more memory than this: 512MB, 4GB. Default: the task's.",
            valueName: "bytes"))
    var memoryLimit: String?

    @Option(
        help: ArgumentHelp(
            "auto, avx512vbmi, avx512, avx2 or baseline: instructions to use. Results are the same.",
            valueName: "level"))
    var kernels: String?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning or error. Default: notice.", valueName: "level"))
    var logLevel: String?

    @Option(
        help: ArgumentHelp(
            "text or json. Default: text on a terminal, json elsewhere.", valueName: "format"))
    var logFormat: String?

    @Option(
        help: ArgumentHelp(
            "auto, always or never. Default: auto, a bar on a terminal.", valueName: "when"))
    var progress: String?

    @Option(
        help: ArgumentHelp(
            "The KMS key that new objects in S3 are encrypted with. Default: the bucket's.",
            valueName: "id|arn|alias"))
    var sseKmsKeyId: String?

    @Flag(help: "Pay for requests to buckets whose owners want that.")
    var requestPayer = false

    @Flag(help: "Print the result as one JSON object on standard output.")
    var json = false
}
