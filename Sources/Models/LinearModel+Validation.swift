extension LinearModel {
    /// - Throws: `outOfSpec` when a term does not fit its feature, or a number is not finite.
    func validate(features: FeatureSchema) throws(ModelError) {
        guard intercepts.allSatisfy(\.isFinite), coefficients.allSatisfy(\.isFinite) else {
            throw ModelError(.outOfSpec, "an intercept or a coefficient is not finite")
        }
        var seen: Set<[Int32]> = []
        for (index, term) in terms.enumerated() {
            guard features.features.indices.contains(Int(term.feature)) else {
                throw ModelError(
                    .outOfSpec,
                    "term \(index) reads feature \(term.feature) of "
                        + "\(features.features.count)")
            }
            guard index == 0 || terms[index - 1].feature <= term.feature else {
                throw ModelError(.outOfSpec, "term \(index) is not in the order of the features")
            }
            guard term.mean.isFinite, term.scale.isFinite, term.scale > 0 else {
                throw ModelError(.outOfSpec, "term \(index) has a mean or scale that is none")
            }
            let codeCount = features.features[Int(term.feature)].codeCount
            let isValid: Bool
            let identity: [Int32]
            switch term.kind {
            case .value:
                isValid = codeCount == 0
                identity = [term.feature, -1]
            case .missing:
                isValid = codeCount == 0
                identity = [term.feature, -2]
            case .category(let code):
                isValid = code >= 0 && Int(code) < codeCount
                identity = [term.feature, code]
            }
            guard isValid, seen.insert(identity).inserted else {
                throw ModelError(
                    .outOfSpec, "term \(index) does not fit its feature, or is there twice")
            }
        }
    }
}
