import Models
import Objectives
import Threads
import Trees

extension BoostedTraining {
    /// Quantile models of both ends, where a conformalised interval is asked for.
    /// - Parameter model: the finished one; where it has quantiles of both ends, these are taken.
    func trainBounds(
        _ rows: TrainingRows, besides model: TreeEnsemble, memory: TrainingMemory
    ) async throws -> IntervalCalibration.Bounds? {
        guard case .interval(let level, .quantiles)? = spec.calibration?.goal else { return nil }
        let levels = [(1 - level) / 2, (1 + level) / 2]
        let own = levels.compactMap { level in
            objectiveSpec.quantileLevels.firstIndex {
                abs($0 - level) < QuantileLoss.levelDistanceMin
            }
        }
        if own.count == 2 { return bounds(model.output(own[0]), model.output(own[1])) }
        let context = context
        let booster = GradientBooster(
            parameters: parameters, objective: QuantileLoss(levels: levels), pool: context.pool,
            workingByteCountMax: memory.workingByteCountMax)
        let outer = rows.startingOutermost(outputCount: objective.outputCount)
        let ends = try await context.pool.perform {
            try booster.train(outer, validation: nil, metric: nil) { report in
                context.progress(
                    "training bounds", report.iteration, of: report.iterationCountMax)
                return !context.shutdown.isRequested
            }.bestEnsemble
        }
        try context.shutdown.check()
        return bounds(ends.output(0), ends.output(1))
    }

    private func bounds(
        _ lower: TreeEnsemble, _ upper: TreeEnsemble
    ) -> IntervalCalibration.Bounds {
        IntervalCalibration.Bounds(lower: .trees(lower), upper: .trees(upper))
    }
}
