import Evaluation
import Models
import Predictions
import Reports

/// The metric after each number of trees, on rows of training and of validation.
struct LearningSection {
    /// Rows of one kind, with everything that staged predictions need.
    struct Curve {
        var name: String
        var sample: ReportSample
        /// Labels and weights of the sample's rows; predictions are made anew.
        var rows: ReportRows
    }

    let artifact: ModelArtifact
    let metric: Metric
    let curves: [Curve]

    /// Points of a curve at most.
    private static let pointCountMax = 60

    func make() -> Report.Section? {
        guard case .trees(let ensemble) = artifact.kind, ensemble.iterationCount > 1 else {
            return nil
        }
        let stops = Self.stops(ensemble.iterationCount)
        let series = curves.map { curve in
            LineChart.Series(curve.name, points(of: curve, ensemble: ensemble, stops: stops))
        }
        guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
        let last = series.compactMap { line in
            line.points.last.map { "\(line.name) \(NumberText.write($0.y))" }
        }
        let table = ReportTable(
            "\(metric.name) by number of trees",
            titles: ["Iterations"] + series.map(\.name),
            rows: stops.indices.map { index in
                [NumberText.write(stops[index])]
                    + series.map {
                        $0.points.count == stops.count
                            ? NumberText.write($0.points[index].y) : "none"
                    }
            })
        return Report.Section(
            "Learning curves",
            lead: "Training and validation falling together is learning; validation turning up "
                + "while training falls is overfitting.",
            items: [
                .figure(
                    Figure(
                        "\(metric.name) by iteration",
                        description: "After \(ensemble.iterationCount) iterations: "
                            + last.joined(separator: ", ") + ". Measured on "
                            + curves.map { "\(NumberText.write($0.sample.rowCount)) \($0.name)" }
                            .joined(separator: " and ") + " rows.",
                        drawing: LineChart(
                            xTitle: "iterations", yTitle: metric.name, series: series,
                            mark: artifact.bestIteration.map {
                                (Double($0), "best iteration \($0)")
                            }), table: table))
            ])
    }

    /// Numbers of iterations to measure after: every one, or evenly spread, the last included.
    private static func stops(_ iterationCount: Int) -> [Int] {
        let count = min(iterationCount, pointCountMax)
        return (1...count).map { $0 * iterationCount / count }
    }

    private func points(
        of curve: Curve, ensemble: TreeEnsemble, stops: [Int]
    ) -> [(x: Double, y: Double)] {
        var raw = [Double](
            repeating: 0, count: curve.sample.rowCount * ensemble.outputCount)
        for row in 0..<curve.sample.rowCount {
            for k in 0..<ensemble.outputCount {
                raw[row * ensemble.outputCount + k] = ensemble.baseScores[k]
            }
        }
        var done = 0
        var points: [(x: Double, y: Double)] = []
        for stop in stops {
            var part = artifact
            part.kind = .trees(
                TreeEnsemble(
                    outputCount: ensemble.outputCount,
                    baseScores: [Double](repeating: 0, count: ensemble.outputCount),
                    trees: Array(
                        ensemble.trees[done * ensemble.outputCount..<stop * ensemble.outputCount])))
            let added = SampleScorer(part).rawScores(of: curve.sample)
            for index in raw.indices { raw[index] += added[index] }
            done = stop
            var rows = curve.rows
            rows.predictions = raw
            rows.predictions.withUnsafeMutableBufferPointer {
                artifact.transform.apply(to: $0, outputCount: ensemble.outputCount)
            }
            guard let value = rows.withScoredRows({ try? metric.evaluate($0) }), value.isFinite
            else { continue }
            points.append((Double(stop), value))
        }
        return points
    }
}
