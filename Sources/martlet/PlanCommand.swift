import ArgumentParser
import Jobs

/// `martlet plan`
struct PlanCommand: JobArguments {
    static let command = JobCommand.plan
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Divide shards into groups of equal work; size, time and price the tasks.",
        discussion: """
            Reads the footers only. Writes a manifest that pins every shard by ETag for each group, \
            `items.json` with one item a group (what a Distributed Map reads), and `plan.json`. \
            Prices are Fargate's in us-east-1; they and the times are estimates.

            EXAMPLES:
              martlet plan --data s3://lake/people/ --model s3://models/age/ --output s3://runs/1/
              martlet plan --data score --training-data known --num-iterations 200 --groups 64 \\
                --output plan
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Plan") var planning: PlanningOptions

    var values: [String: ParameterValue] { values(of: [shared, planning]) }
}

/// What to plan, and within which limits.
struct PlanningOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Shards to score: an object, a folder or prefix, or a manifest (.json). Repeatable.",
            valueName: "url"))
    var data: [String] = []

    @Option(help: ArgumentHelp("Shards to train on. Repeatable.", valueName: "url"))
    var trainingData: [String] = []

    @Option(
        help: ArgumentHelp("The model to score with, if there is one yet.", valueName: "url"))
    var model: String?

    @Option(help: ArgumentHelp("Where the plan goes.", valueName: "url"))
    var output: String?

    @Option(
        help: ArgumentHelp("Rounds of boosting that are planned. Default: 100.", valueName: "n"))
    var numIterations: String?

    @Option(
        help: ArgumentHelp(
            "Groups of shards, each the work of one task. Default: by the work.", valueName: "n"))
    var groups: String?

    @Option(
        help: ArgumentHelp("Seconds of work in one group. Default: 300.", valueName: "seconds"))
    var groupSeconds: String?

    @Option(
        help: ArgumentHelp(
            "Scoring tasks that run at the same time. Default: 100.", valueName: "n"))
    var concurrency: String?

    @Option(
        help: ArgumentHelp(
            "Each stage must end within this time. Default: 3600.", valueName: "seconds"))
    var deadlineSeconds: String?

    @Option(help: ArgumentHelp("Refuse a plan that costs more.", valueName: "usd"))
    var costLimit: String?
}
