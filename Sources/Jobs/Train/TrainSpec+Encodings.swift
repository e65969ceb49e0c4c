import Columns
import Models

extension TrainSpec {
    /// Which features of categories are read by their target statistics.
    /// - Parameter counters: of the categorical columns, in their order.
    func encodings(
        _ columns: TrainingColumns, counters: [CategoryCounter], target: TargetEncoder
    ) -> FeatureEncodings {
        guard case .trees(_, let objective) = algorithm else { return FeatureEncodings() }
        let classCount = objective == .multiclass ? target.classLabels.count : 1
        var encodings = FeatureEncodings()
        var remaining = counters[...]
        for (index, column) in columns.features.enumerated() where column.isCategorical {
            guard let counter = remaining.popFirst() else { break }
            let name = column.field.name
            if encoding.usesTarget(
                column: name, distinctCount: counter.distinctCount, classCount: classCount)
            {
                encodings.byTarget.append(index)
            }
            if encoding.combines(column: name, classCount: classCount) {
                encodings.combined.append(index)
            }
        }
        return encodings
    }
}

extension InitialModel {
    /// Those that the model was trained with.
    var encodings: FeatureEncodings {
        var encodings = FeatureEncodings()
        for statistic in artifact.features.statistics where statistic.features.count == 1 {
            if encodings.byTarget.last != statistic.features[0] {
                encodings.byTarget.append(statistic.features[0])
            }
        }
        return encodings
    }
}
