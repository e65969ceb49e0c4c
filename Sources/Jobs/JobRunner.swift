/// Runs the job that a command and its parameters ask for.
package enum JobRunner {
    /// A unit of a run that an earlier attempt has committed is not done again: its result is
    /// that attempt's.
    /// - Throws: what the job throws; `JobFailure(converting:)` makes one failure of it.
    package static func run(_ values: JobValues, context: JobContext) async throws -> any JobResult
    {
        if let level = try values.text("kernels").flatMap(KernelLevel.init) {
            KernelLevel.limit(to: level)
        }
        var context = context
        if let committed = try await CommittedUnit(values, context: context) {
            if let result = try await committed.result() { return result }
            context.unit = committed.unit
        }
        let result = try await start(values, context: context)
        context.figures.set(result.figures)
        return result
    }

    private static func start(
        _ values: JobValues, context: JobContext
    ) async throws -> any JobResult {
        switch values.command {
        case .train: try await TrainJob(spec: TrainSpec(values), context: context).run()
        case .tune:
            try await TuneJob(
                spec: try await TuneSpec(values, store: context.store), context: context
            ).run()
        case .reduce: try await ReduceJob(spec: ReduceSpec(values), context: context).run()
        case .predict: try await PredictJob(spec: PredictSpec(values), context: context).run()
        case .evaluate: try await EvaluateJob(spec: EvaluateSpec(values), context: context).run()
        case .inspect: try await InspectJob(spec: InspectSpec(values), context: context).run()
        case .convert: try await ConvertJob(spec: ConvertSpec(values), context: context).run()
        case .plan: try await PlanJob(spec: PlanSpec(values), context: context).run()
        case .doctor: try await DoctorJob(spec: DoctorSpec(values), context: context).run()
        case .generate: try await GenerateJob(spec: GenerateSpec(values), context: context).run()
        }
    }
}
