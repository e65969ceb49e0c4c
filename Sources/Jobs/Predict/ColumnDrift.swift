import Models
import Predictions

/// How one column of the data that were scored differs from what training saw of it.
package struct ColumnDrift: Codable, Hashable, Sendable {
    package struct Training: Codable, Hashable, Sendable {
        package var rows: Int
        package var missing: Int
        /// Rows of categories that are too rare to have a code of their own.
        package var unseen: Int
        package var minimum: FiniteNumber?
        package var maximum: FiniteNumber?
    }

    package struct Prediction: Codable, Hashable, Sendable {
        package var rows: Int
        package var missing: Int
        /// Rows of categories that the model does not list.
        package var unseen: Int
        /// Numbers outside the range of training.
        package var belowMinimum: Int
        package var aboveMaximum: Int
        package var minimum: FiniteNumber?
        package var maximum: FiniteNumber?
    }

    package var column: String
    /// The largest of: the share of rows outside the range of training, the change of the share of
    /// missing values, the growth of the share of unlisted categories. In 0...1.
    package var shift: Double
    package var training: Training
    package var prediction: Prediction

    /// Columns that are reported: the result must stay small enough for a task's answer.
    static let columnCountMax = 50
    /// A shift that people should hear of.
    static let noticeableShift = 0.05

    /// The columns that differ, the worst first; of equals in the order of the features.
    static func report(_ counts: PredictionCounts, model: ModelArtifact) -> [ColumnDrift] {
        guard counts.observed.count == model.profiles.count else { return [] }
        let columns = counts.observed.indices.compactMap { index in
            ColumnDrift(
                column: model.features.names[index], trained: model.profiles[index],
                observed: counts.observed[index])
        }
        let order = columns.indices.sorted { a, b in
            columns[a].shift != columns[b].shift ? columns[a].shift > columns[b].shift : a < b
        }
        return order.prefix(columnCountMax).map { columns[$0] }
    }

    /// - Returns: nil when nothing differs, or when there are no rows to compare.
    private init?(column: String, trained: FeatureProfile, observed: ObservedFeature) {
        let seen = observed.profile
        guard trained.rowCount > 0, seen.rowCount > 0 else { return nil }
        func share(_ count: Int, _ profile: FeatureProfile) -> Double {
            Double(count) / Double(profile.rowCount)
        }
        let outside = share(observed.belowCount + observed.aboveCount, seen)
        let missing = abs(share(seen.missingCount, seen) - share(trained.missingCount, trained))
        let unseen = share(seen.otherCount, seen) - share(trained.otherCount, trained)
        shift = max(outside, missing, unseen, 0)
        guard shift > 0 else { return nil }
        self.column = column
        training = Training(
            rows: trained.rowCount, missing: trained.missingCount, unseen: trained.otherCount,
            minimum: trained.minimum.map { FiniteNumber($0) },
            maximum: trained.maximum.map { FiniteNumber($0) })
        prediction = Prediction(
            rows: seen.rowCount, missing: seen.missingCount, unseen: seen.otherCount,
            belowMinimum: observed.belowCount, aboveMaximum: observed.aboveCount,
            minimum: seen.minimum.map { FiniteNumber($0) },
            maximum: seen.maximum.map { FiniteNumber($0) })
    }

    /// What a person reads: the column and the shares that make its shift.
    var text: String {
        func percent(_ count: Int, of rows: Int) -> String {
            "\(SummaryLine.rounded((Double(count) / Double(rows) * 1000).rounded() / 10))%"
        }
        let outside = prediction.belowMinimum + prediction.aboveMaximum
        var parts: [String] = []
        if outside > 0 {
            parts.append("\(percent(outside, of: prediction.rows)) outside the range of training")
        }
        if prediction.unseen > 0 {
            parts.append("\(percent(prediction.unseen, of: prediction.rows)) unseen")
        }
        let missing = percent(prediction.missing, of: prediction.rows)
        let before = percent(training.missing, of: training.rows)
        if missing != before { parts.append("\(missing) missing, \(before) in training") }
        return "\(column) (\(parts.joined(separator: ", ")))"
    }
}
