import Columns

extension ModelArtifact {
    /// Checks everything that scoring relies on, so that it need not look again.
    /// - Throws: `outOfSpec`, with a message that names the rule that is broken.
    package func validate() throws(ModelError) {
        try validateFeatures()
        try validateStatistics()
        try validateTarget()
        guard importances.isEmpty || importances.count == features.termNames.count,
            profiles.isEmpty || profiles.count == features.features.count
        else {
            throw ModelError(
                .outOfSpec,
                "\(importances.count) importances or \(profiles.count) profiles for "
                    + "\(features.termNames.count) features and combinations")
        }
        if let alpha, !(0...1).contains(alpha) {
            throw ModelError(.outOfSpec, "`alpha` is \(alpha)")
        }
        try kind.validate(features: features)
        try calibration?.validate(self)
    }

    private func validateFeatures() throws(ModelError) {
        var names: Set<String> = []
        for feature in features.features {
            guard names.insert(feature.name).inserted else {
                throw ModelError(.outOfSpec, "two features are called `\(feature.name)`")
            }
            guard case .categorical(let categories) = feature.encoding else {
                if feature.type.isNumeric { continue }
                throw ModelError(
                    .outOfSpec,
                    "feature `\(feature.name)` of type \(feature.type.name) is no "
                        + "number")
            }
            guard feature.type.canBeCategorical, categories.count < 1 << 30 else {
                throw ModelError(
                    .outOfSpec,
                    "feature `\(feature.name)` of type \(feature.type.name) cannot "
                        + "be categorical")
            }
            var table = CategoryTable()
            for (code, category) in categories.enumerated() {
                guard table.insert(category) == code else {
                    throw ModelError(
                        .outOfSpec, "feature `\(feature.name)` lists `\(category)` twice")
                }
            }
        }
    }

    private func validateTarget() throws(ModelError) {
        let labelCount = target.classLabels.count
        let isRegression = labelCount == 0 && outputCount == 1
        let isBinary = labelCount == 2 && outputCount == 1
        let isMulticlass = labelCount == outputCount && outputCount > 1
        if !quantileLevels.isEmpty {
            try validateQuantiles()
            return
        }
        guard isRegression || isBinary || isMulticlass || hasSeveralTargets else {
            throw ModelError(
                .outOfSpec, "\(labelCount) class labels for \(outputCount) outputs")
        }
        guard Set(target.classLabels).count == labelCount else {
            throw ModelError(.outOfSpec, "two classes have the same label")
        }
        guard transform != .softmax || isMulticlass else {
            throw ModelError(.outOfSpec, "a softmax needs more than one class")
        }
        guard transform != .ascending else {
            throw ModelError(.outOfSpec, "the outputs ascend, but are no quantiles")
        }
    }

    private func validateQuantiles() throws(ModelError) {
        guard case .trees = kind, quantileLevels.count == outputCount, outputCount > 1,
            target.classLabels.isEmpty, alpha == nil, transform == .ascending
        else {
            throw ModelError(
                .outOfSpec, "\(quantileLevels.count) quantile levels for \(outputCount) outputs")
        }
        let names = outputNames
        guard quantileLevels.allSatisfy({ $0 > 0 && $0 < 1 }),
            zip(quantileLevels, quantileLevels.dropFirst()).allSatisfy({ $0 < $1 }),
            Set(names).count == names.count
        else {
            throw ModelError(.outOfSpec, "the levels of quantiles do not ascend from 0 to 1")
        }
    }
}

extension CategoryTable {
    mutating func insert(_ text: String) -> Int {
        var bytes = Array(text.utf8)
        return bytes.withUnsafeMutableBufferPointer { insert(UnsafeBufferPointer($0)) }
    }
}
