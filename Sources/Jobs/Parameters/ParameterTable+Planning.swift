/// Parameters of `plan`.
extension ParameterTable {
    static let planning: [Parameter] = [
        Parameter(
            "training_data", .urls, for: [.plan],
            "Shards to train on: sizes the training task too."),
        Parameter(
            "groups", .integer(1...10_000), for: [.plan],
            default: "by the work: group_seconds each",
            "Groups of shards to score, each the work of one task."),
        Parameter(
            "group_seconds", .number(0...86_400, isOpenBelow: true), for: [.plan],
            default: "300", "Work of one group; a task's start takes a minute beside it."),
        Parameter(
            "concurrency", .integer(1...10_000), for: [.plan], default: "100",
            "Scoring tasks that run at the same time."),
        Parameter(
            "deadline_seconds", .number(0...604_800, isOpenBelow: true), for: [.plan],
            default: "3600", "Training must end within this time, and so must scoring."),
        Parameter(
            "cost_limit", .number(0...1_000_000, isOpenBelow: true), for: [.plan],
            "Refuse a plan that would cost more US dollars, all tasks on demand."),
    ]
}
