import Evaluation
import Models
import Predictions
import Reports
import Shards

/// `report.html` of a training.
struct TrainReport {
    let artifact: ModelArtifact
    /// The same, of several quantiles the one nearest the median: what sections about one score
    /// look at.
    let central: ModelArtifact
    /// The sample of the training rows, and of the rows to validate on where there are some.
    let train: LearningSection.Curve
    let validation: LearningSection.Curve?
    let metric: Metric
    let crossValidation: CrossValidationReport?
    let seconds: [String: Double]
    let peakRssBytes: Int
    let droppedRowCount: Int
    /// Of a linear model.
    let linear: LinearReport?
    /// What a linear model's fit saw: categories that are read by their target are numbers there.
    private let fitted: (model: LinearModel, features: FeatureSchema)?
    let context: JobContext
    let seed: UInt64

    /// Of a linear model, from the rows that its first pass kept.
    /// - Returns: nil when none of them is left to learn from.
    init?(
        _ artifact: ModelArtifact, trained: TrainedModel, facts: TrainingFacts,
        seconds: [String: Double], spec: TrainSpec, context: JobContext
    ) {
        guard let rows = trained.rows else { return nil }
        let split = RowSplit(spec, rowCount: facts.table.rowCount)
        let hasWeights = spec.weight != nil
        let train = rows.train.curve(
            "train", populationCount: facts.trainRowCount, hasWeights: hasWeights, model: artifact
        ) { split.role(row: $0) == .train }
        guard let train else { return nil }
        self.artifact = artifact
        central = artifact
        crossValidation = nil
        self.train = train
        validation = (rows.validation ?? rows.train).curve(
            "validation", populationCount: facts.validRowCount, hasWeights: hasWeights,
            model: artifact
        ) { rows.validation != nil || split.role(row: $0) == .validation }
        metric = spec.metrics.first ?? Metric.defaults(objective: artifact.objective)[0]
        self.seconds = seconds
        peakRssBytes = PeakMemory.byteCount
        droppedRowCount = facts.droppedRowCount
        linear = trained.linear
        fitted = trained.fitted.map { ($0, trained.linearDesign ?? artifact.features) }
        self.context = context
        seed = spec.seed
    }

    /// - Returns: nil when training kept no rows to report on.
    init?(
        _ artifact: ModelArtifact, trained: TrainedModel, data: TrainingData,
        seconds: [String: Double], spec: TrainSpec, context: JobContext
    ) {
        guard let samples = trained.samples else { return nil }
        self.artifact = artifact
        let central = artifact.quantile(artifact.centralOutput)
        self.central = central
        train = Self.curve("train", samples.train, labels: trained.sampleLabels, artifact: central)
        validation = samples.validation.flatMap { sample in
            data.validationLabels.map {
                Self.curve(
                    "validation", sample, labels: $0.sampled(sample), artifact: central)
            }
        }
        metric = spec.metrics.first ?? Metric.defaults(objective: artifact.objective)[0]
        crossValidation = trained.crossValidation
        self.seconds = seconds
        peakRssBytes = PeakMemory.byteCount
        droppedRowCount = data.droppedRowCount
        linear = nil
        fitted = nil
        self.context = context
        seed = spec.seed
    }

    /// - Parameter labels: of the sample.
    private static func curve(
        _ name: String, _ sample: ReportSample, labels: TargetPass.Labels,
        artifact: ModelArtifact
    ) -> LearningSection.Curve {
        LearningSection.Curve(
            name: name, sample: sample,
            rows: ReportRows(
                predictions: [], labels: labels.labels.map { Double($0) },
                weights: labels.weights.map { $0.map { Double($0) } },
                classCount: artifact.outputCount,
                parameters: EvaluationParameters(artifact, alpha: nil),
                populationCount: sample.populationCount))
    }

    /// - Parameter extra: sections that come after the metrics.
    func make(with extra: [Report.Section]) -> Report {
        let judged = validation ?? train
        let rows = predicted(judged)
        let set = validation == nil ? "train" : "valid"
        let rowsName = validation == nil ? "training rows" : "validation rows"
        let metricSection = MetricSection(
            metrics: artifact.metrics, rows: rows, dataSet: set, seed: seed)
        var sections = [metricSection.make()]
        if let fitted, let linear {
            sections += LinearSection(
                model: fitted.model, features: fitted.features,
                classLabels: artifact.target.classLabels, report: linear
            ).make()
        }
        sections += [
            LearningSection(
                artifact: central, metric: metric, curves: [train, validation].compactMap { $0 }
            ).make()
        ].compactMap { $0 }
        sections.insert(contentsOf: extra, at: 1)
        if let crossValidation {
            sections.insert(CrossValidationSection(report: crossValidation).make(), at: 1)
        }
        sections += QualitySections(
            rows: rows, target: artifact.target, rowsName: rowsName
        ).make()
        sections += [
            ImportanceSection(
                artifact: central, metric: metric, sample: judged.sample, rows: rows, seed: seed,
                pool: context.pool
            ).make(),
            ContributionSection(artifact: central, sample: judged.sample).make(),
            DataSection(
                features: artifact.features, profiles: artifact.profiles,
                samples: validation.map { (train.sample, $0.sample) }
            ).make(),
        ].compactMap { $0 }
        let run = RunSection(
            parameters: artifact.parameters, inputs: artifact.provenance.inputs, seconds: seconds,
            peakRssBytes: peakRssBytes, context: context)
        sections.append(run.make())
        return Report(
            title: "\(artifact.target.name): \(artifact.objective)",
            subtitle: "\(artifact.algorithm == "linear" ? "Linear model" : "Boosted trees"), "
                + "\(NumberText.write(artifact.provenance.trainRowCount)) training rows, "
                + "\(NumberText.write(artifact.features.features.count)) features"
                + (context.run.runId.map { ", run \($0)" } ?? ""),
            tiles: crossValidation == nil
                ? tiles(set: set, intervals: metricSection.intervals, cost: run.costText)
                : tiles(set: "valid", intervals: [:], cost: run.costText),
            sections: sections,
            footer: "Written by martlet \(context.programVersion). Figures that are drawn from a "
                + "sample say how many rows it has.")
    }

    private func tiles(
        set: String, intervals: [String: BootstrapInterval], cost: String
    ) -> [Report.Tile] {
        var tiles: [Report.Tile] = []
        for (name, value) in (artifact.metrics[set] ?? [:]).sorted(by: { first, second in
            (first.key == metric.name ? 0 : 1, first.key)
                < (second.key == metric.name ? 0 : 1, second.key)
        }).prefix(3) {
            let interval = intervals[name].map {
                "\(NumberText.write($0.lower)) to \(NumberText.write($0.upper))"
            }
            tiles.append(
                Report.Tile("\(name), \(set)", NumberText.write(value), note: interval ?? ""))
        }
        let rows = artifact.provenance
        tiles.append(
            Report.Tile(
                "Rows", NumberText.write(rows.trainRowCount),
                note: "\(NumberText.write(rows.validRowCount)) validated, "
                    + "\(NumberText.write(droppedRowCount)) without a label"))
        if let linear {
            tiles.append(
                Report.Tile(
                    "Solved by", linear.method,
                    note: linear.isConverged ? "converged" : "not converged"))
        }
        if case .trees(let ensemble) = artifact.kind {
            tiles.append(
                Report.Tile(
                    "Iterations", NumberText.write(ensemble.iterationCount),
                    note: artifact.bestIteration.map { "best \($0)" } ?? ""))
        }
        tiles.append(
            Report.Tile(
                "Time", NumberText.write(seconds["total"] ?? 0, digits: 3) + " s",
                note: "\(ByteCountText.write(peakRssBytes)) peak memory, \(cost) on Fargate"))
        return tiles
    }

    /// The rows of a curve with the finished model's predictions.
    private func predicted(_ curve: LearningSection.Curve) -> ReportRows {
        var rows = curve.rows
        let scorer = SampleScorer(artifact)
        rows.predictions = scorer.rawScores(of: curve.sample)
        rows.predictions.withUnsafeMutableBufferPointer {
            artifact.transform.apply(to: $0, outputCount: scorer.outputCount)
        }
        guard !artifact.quantileLevels.isEmpty else { return rows }
        var quantiles = EvaluatedRows()
        quantiles.setQuantiles(rows.predictions, levels: artifact.quantileLevels)
        quantiles = quantiles.central
        rows.predictions = quantiles.predictions
        rows.bounds = (quantiles.lower, quantiles.upper)
        rows.hasSeveralQuantiles = true
        return rows
    }
}
