import Columns
import LinearModels
import Logging
import Models
import ObjectStores
import Shards
import Threads

/// Fits a linear model; memory depends on the features, not on the rows.
struct LinearTraining {
    let spec: TrainSpec
    let parameters: LinearParameters
    let context: JobContext

    func run(_ stopwatch: inout Stopwatch) async throws -> (TrainedModel, TrainingFacts) {
        let table = try await context.openTable(spec.data, filter: spec.filter)
        let validationTable =
            spec.validData.isEmpty
            ? nil : try await context.openTable(spec.validData, filter: spec.filter)
        let columns = try TrainingData.columns(spec, of: table, context: context)
        let target = try await TargetEncoder(
            for: columns.target, in: table, objective: spec.algorithm, context: context)
        try parameters.encoding.check(columns)
        let (features, encoded) = try await LinearDictionary.read(
            columns, of: table, encoding: encoding, context: context)
        var pass = LinearPass(
            spec: spec, columns: columns, target: target, features: features, table: table,
            split: RowSplit(spec, rowCount: table.rowCount), context: context)
        pass.statistics = try await LinearStatistics.read(
            encoded, pass, smoothing: parameters.encoding.smoothing)
        let plan = MemoryPlan(
            linear: pass.design, columns: features.names + [spec.target],
            foldCount: parameters.penalty.foldCount, table: table,
            threads: context.pool.threadCount)
        try plan.check(context)
        stopwatch.record("read")
        var sample = sample(features, rowCount: table.rowCount)
        let (sums, counts) = try await pass.run(try accumulator(pass, plan), sample: &sample)
        var facts = TrainingFacts(
            columns: columns, target: target, features: features, table: table,
            validationTable: validationTable, trainRowCount: counts.train,
            validRowCount: counts.validation, calibrationRowCount: counts.calibration,
            droppedRowCount: counts.dropped)
        try check(facts, counts)
        let fit = try await fit(sums, pass, counts)
        report(fit)
        stopwatch.record("fit")
        var trained = Self.trained(
            fit, featureCount: features.features.count, statistics: pass.statistics.byFeature)
        trained.profiles = sums.profiles
        for (feature, profile) in pass.statistics.profiles { trained.profiles[feature] = profile }
        trained.linearDesign = pass.design
        trained.rows = sample.map { ($0, nil) }
        try await measure(fit, &trained, &facts, pass)
        stopwatch.record("evaluate")
        return (trained, facts)
    }

    /// nil where no report is wanted.
    func sample(_ features: FeatureSchema, rowCount: Int) -> TrainingSample? {
        guard spec.writesReport else { return nil }
        return TrainingSample(featureCount: features.features.count, rowCount: rowCount)
    }

    /// Of the first pass. Fits of several passes have no use for more digits than BLAS leaves, but
    /// for the rows.
    private func accumulator(
        _ pass: LinearPass, _ plan: MemoryPlan
    ) throws -> DesignAccumulator {
        guard parameters.isIterative else {
            return try DesignAccumulator(
                features: pass.design, foldCount: parameters.penalty.foldCount)
        }
        return try DesignAccumulator(
            features: pass.design, allowsPrecision: false,
            keeping: KeptRows(
                rowCount: pass.table.rowCount, featureCount: pass.features.features.count,
                byteCountMax: plan.keptByteCountMax(context)))
    }

    private func fit(
        _ sums: DesignAccumulator, _ pass: LinearPass, _ counts: LinearPass.Counts
    ) async throws -> LinearFit {
        let moments = sums.moments
        let penalty = parameters.penalty
        guard parameters.isIterative, case .fixed(let fixed) = penalty else {
            return try await context.pool.perform {
                try LeastSquares.fit(moments, penalty: penalty)
            }
        }
        let objective = parameters.objective
        let usesNewton = try await context.pool.perform {
            try objective != .multinomial
                && (objective != .logistic || !QuasiNewtonTrainer.suits(moments))
        }
        guard usesNewton, let loss = parameters.loss else {
            let trainer = try await context.pool.perform {
                try QuasiNewtonTrainer(
                    moments, classWeights: counts.classWeights,
                    isSoftmax: objective == .multinomial, lambdaL2: fixed.l2)
            }
            return try await iterate(trainer, pass, sums.kept)
        }
        let sample = sums.kept?.sampleSums
        let trainer = try await context.pool.perform {
            try GeneralizedLinearTrainer(moments, loss: loss, lambdaL2: fixed.l2, sample: sample)
        }
        return try await iterate(trainer, pass, sums.kept)
    }

    private func iterate(
        _ start: some IterativeTrainer, _ pass: LinearPass, _ kept: KeptRows?
    ) async throws -> LinearFit {
        var trainer = start
        let pool = context.pool
        while !trainer.isFinished {
            try context.shutdown.check()
            let last = trainer
            let sums: DesignAccumulator
            if let kept, last.wantsSample || kept.isComplete {
                sums = try await pool.perform {
                    var sums = last.accumulator()
                    if last.wantsSample {
                        try sums.add(sampleOf: kept, pool: pool)
                    } else {
                        try sums.add(kept, pool: pool)
                    }
                    return sums
                }
            } else {
                (sums, _) = try await pass.run(last.accumulator())
            }
            trainer = try await pool.perform {
                var next = last
                try next.finishPass(sums)
                return next
            }
            context.logger.debug(
                "step of a linear model",
                metadata: ["pass": "\(trainer.passCount)", "sample": "\(last.wantsSample)"])
        }
        return trainer.fit
    }

    private func report(_ fit: LinearFit) {
        for warning in fit.warnings {
            context.logger.warning("linear model", metadata: ["warning": "\(warning)"])
        }
        context.logger.info(
            "linear model fitted",
            metadata: [
                "method": "\(fit.method.rawValue)", "iterations": "\(fit.iterations)",
                "converged": "\(fit.isConverged)",
            ])
    }

    /// - Parameter statistics: of features that the fit has seen as numbers.
    static func trained(
        _ fit: LinearFit, featureCount: Int, statistics: [Int: FoldedStatistic] = [:]
    ) -> TrainedModel {
        var trained = TrainedModel(
            kind: .linear(fit.model.expanding(statistics)), profiles: [], metrics: [:],
            iterations: 0, bestIteration: nil,
            importances: fit.model.importances(featureCount: featureCount),
            linear: LinearReport(fit))
        trained.fitted = fit.model
        return trained
    }

    /// Several classes have no one mean of the target.
    private var encoding: LinearEncoding {
        var encoding = parameters.encoding
        if parameters.objective == .multinomial { encoding = .onehot }
        return encoding
    }

    /// - Throws: `dataInvalid` when there is nothing to learn.
    private func check(_ facts: TrainingFacts, _ counts: LinearPass.Counts) throws(JobFailure) {
        let place = JobFailure.Place(
            object: spec.data.map(\.description).joined(separator: ", "), column: spec.target)
        guard facts.table.rowCount > 0 else {
            throw JobFailure(
                .dataInvalid, "The shards hold no rows.", place: place,
                remedy: "Check the query that writes them.")
        }
        guard counts.dropped < facts.table.rowCount else {
            throw JobFailure(
                .dataInvalid, "The target is null in all \(facts.table.rowCount) rows.",
                place: place, remedy: "Check the query, or choose another --target.")
        }
        guard counts.train > 0 else {
            throw JobFailure(
                .dataInvalid, "All rows were held out; none is left to learn from.", place: place,
                remedy: "Lower --valid-fraction or --calibration-fraction, or give more rows.")
        }
        let classCount = facts.target.classLabels.count
        if let stated = spec.classCount, stated != classCount {
            throw JobFailure(
                .configInvalid,
                "--num-class is \(stated); the target has \(classCount) classes.", place: place,
                remedy: "Leave --num-class out, or choose another --target.")
        }
        guard counts.targetMin < counts.targetMax else {
            throw JobFailure(
                .dataInvalid,
                "The target is \(counts.targetMin) in all \(counts.train) rows: there is nothing "
                    + "to learn.",
                place: place, remedy: "Check the query, or choose another --target.")
        }
    }
}

extension LinearParameters {
    var transform: ScoreTransform {
        switch objective {
        case .ridge, .lasso, .elasticnet: .identity
        case .logistic: .sigmoid
        case .multinomial: .softmax
        case .poisson: .exp
        }
    }
}
