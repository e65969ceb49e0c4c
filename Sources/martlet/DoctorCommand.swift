import ArgumentParser
import Jobs

/// `martlet doctor`
struct DoctorCommand: JobArguments {
    static let command = JobCommand.doctor
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything that a task needs, and say what is missing.",
        discussion: """
            Looks at threads, memory, task metadata, region, credentials, clock and the waiting \
            task; reads the footers of --data and the model, and writes, finds and removes an \
            object below --output. Exit code 0 if a task can run.

            EXAMPLES:
              martlet doctor --data s3://lake/age/ --output s3://models/age/
              martlet doctor --json
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "What the task will use") var places: DoctorOptions

    var values: [String: ParameterValue] { values(of: [shared, places]) }
}

/// What the task will read and write.
struct DoctorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Shards that will be read. Repeatable.", valueName: "url"))
    var data: [String] = []

    @Option(help: ArgumentHelp("A model that will be read.", valueName: "url"))
    var model: String?

    @Option(help: ArgumentHelp("Where the results will go.", valueName: "url"))
    var output: String?
}
