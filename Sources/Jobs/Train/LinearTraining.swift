import Columns
import Evaluation
import LinearModels
import Logging
import Models
import ObjectStores
import Predictions
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
        let features = try await LinearDictionary.read(columns, of: table, context: context)
        try MemoryPlan(
            linear: features, foldCount: parameters.penalty.foldCount, table: table
        ).check(context)
        stopwatch.record("read")
        let pass = LinearPass(
            spec: spec, columns: columns, target: target, features: features, table: table,
            split: RowSplit(spec, rowCount: table.rowCount), context: context)
        let (sums, counts) = try await pass.run(
            try DesignAccumulator(features: features, foldCount: parameters.penalty.foldCount))
        var facts = TrainingFacts(
            columns: columns, target: target, features: features, table: table,
            validationTable: validationTable, trainRowCount: counts.train,
            validRowCount: counts.validation, calibrationRowCount: counts.calibration,
            droppedRowCount: counts.dropped)
        try check(facts, counts)
        let fit = try await fit(sums.moments, pass, counts)
        report(fit)
        stopwatch.record("fit")
        var trained = Self.trained(fit, featureCount: features.features.count)
        try await measure(fit, &trained, &facts, pass)
        stopwatch.record("evaluate")
        return (trained, facts)
    }

    private func fit(
        _ moments: ShardMoments, _ pass: LinearPass, _ counts: LinearPass.Counts
    ) async throws -> LinearFit {
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
            return try await iterate(trainer, pass)
        }
        let trainer = try await context.pool.perform {
            try GeneralizedLinearTrainer(moments, loss: loss, lambdaL2: fixed.l2)
        }
        return try await iterate(trainer, pass)
    }

    private func iterate(
        _ start: some IterativeTrainer, _ pass: LinearPass
    ) async throws -> LinearFit {
        var trainer = start
        while !trainer.isFinished {
            let (sums, _) = try await pass.run(try trainer.accumulator())
            let last = trainer
            trainer = try await context.pool.perform {
                var next = last
                try next.finishPass(sums)
                return next
            }
            context.logger.debug(
                "step of a linear model", metadata: ["pass": "\(trainer.passCount)"])
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

    static func trained(_ fit: LinearFit, featureCount: Int) -> TrainedModel {
        TrainedModel(
            kind: .linear(fit.model), profiles: [], metrics: [:], iterations: 0,
            bestIteration: nil, importances: fit.model.importances(featureCount: featureCount),
            linear: LinearReport(fit))
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

    /// The metrics: those of the training rows from the sums alone, all others by scoring.
    private func measure(
        _ fit: LinearFit, _ trained: inout TrainedModel, _ facts: inout TrainingFacts,
        _ pass: LinearPass
    ) async throws {
        if let loss = fit.trainLoss {
            trained.metrics["train"] = [parameters.isClassification ? "logloss" : "loss": loss]
        } else {
            trained.metrics["train"] = ["rmse": fit.trainRMSE, "r2": fit.trainR2]
        }
        let hasOwn = facts.validationTable != nil
        guard hasOwn || spec.validFraction > 0 || !spec.metrics.isEmpty else { return }
        let objective = parameters.objective.rawValue
        let metrics = spec.metrics.isEmpty ? Metric.defaults(objective: objective) : spec.metrics
        let artifact = ModelArtifact(
            kind: trained.kind, algorithm: "linear", objective: objective,
            transform: parameters.transform, features: facts.features,
            target: ModelTarget(
                name: spec.target, type: facts.columns.target.type,
                classLabels: facts.target.classLabels),
            provenance: Provenance(programVersion: "", trainRowCount: 0))
        var roles: Set<RowRoles.Role> = []
        if !spec.metrics.isEmpty { roles.insert(.train) }
        if spec.validFraction > 0 { roles.insert(.validation) }
        var rows: [RowRoles.Role: EvaluatedRows] = [:]
        if !roles.isEmpty {
            rows = try await score(artifact, facts.table, facts.target) { row in
                let role = pass.split.role(row: row)
                return roles.contains(role) ? role : nil
            }
        }
        if let table = facts.validationTable {
            rows[.validation] =
                try await score(artifact, table, facts.target) { _ in .validation }[.validation]
        }
        if hasOwn || spec.validFraction > 0 {
            facts.validRowCount = rows[.validation]?.count ?? 0
            guard facts.validRowCount > 0 else {
                throw JobFailure(
                    .dataInvalid, "No row with a target is left to validate on.",
                    place: .init(column: spec.target),
                    remedy: "Raise --valid-fraction, or give other --valid-data.")
            }
        }
        for (role, name) in [(RowRoles.Role.train, "train"), (.validation, "valid")] {
            guard let rows = rows[role] else { continue }
            let values = try rows.values(of: metrics)
            trained.metrics[name] = values
        }
    }

    /// Labels and predictions of the rows that `role` names.
    private func score(
        _ artifact: ModelArtifact, _ table: ShardTable, _ target: TargetEncoder,
        role: (Int) -> RowRoles.Role?
    ) async throws -> [RowRoles.Role: EvaluatedRows] {
        let predictor = try BatchPredictor(
            model: artifact,
            options: PredictionOptions(writesProbabilities: artifact.outputCount > 1))
        var scoring = TableScoring(predictor: predictor, context: context)
        scoring.extraColumns = [spec.target] + [spec.weight].compactMap { $0 }
        let names =
            artifact.outputCount == 1
            ? ["prediction"] : artifact.target.classLabels.map { "probability_" + $0 }
        var rows: [RowRoles.Role: EvaluatedRows] = [:]
        try await scoring.run(table) { batch, scored in
            var place = JobFailure.Place(
                object: table.shards[batch.shardIndex].url.description,
                rowGroup: batch.rowGroupIndex, column: spec.target)
            guard let column = batch.batch[spec.target] else { return }
            let labels = try target.values(column, place: place)
            var weights: [Double]?
            if let name = spec.weight, let column = batch.batch[name] {
                place.column = name
                weights = try WeightColumn.values(column, place: place)
            }
            let predictions = names.compactMap { scored.doubles($0) }
            for (row, label) in labels.enumerated() where !label.isNaN {
                guard let role = role(batch.firstRow + row) else { continue }
                rows[role, default: EvaluatedRows()].labels.append(label)
                rows[role]?.classCount = names.count
                for column in predictions { rows[role]?.predictions.append(column[row]) }
                if let weights { rows[role]?.weights.append(weights[row]) }
            }
        }
        return rows
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
