/// How `train` chooses the number of rounds by cross-validation.
package struct CrossValidationSpec: Hashable, Sendable {
    /// 2...100
    package let foldCount: Int
    /// The column whose equal values stay in one fold.
    package let group: String?

    /// nil when none is asked for.
    /// - Throws: `configInvalid` for one that does not go with the other parameters.
    static func read(_ values: JobValues, algorithm: TrainSpec.Algorithm) throws -> Self? {
        let group = try values.text("cv_group")
        guard let foldCount = try values.optionalInteger("cv") else {
            guard group == nil else { throw values.wrong("cv_group", "it needs cv") }
            return nil
        }
        guard case .trees(_, let objective) = algorithm else {
            throw values.wrong(
                "cv", "it belongs to --algorithm gbdt; linear has lambda_l2 auto for this")
        }
        for name in ["valid_fraction", "valid_data"] where values.isSet(name) {
            throw values.wrong("cv", "it cannot be combined with \(name): folds validate")
        }
        guard !values.isSet("init_model") else {
            throw values.wrong(
                "cv", "it cannot be combined with init_model, which has seen the rows")
        }
        if case .lambdarank = objective, group != nil {
            throw values.wrong("cv_group", "the queries of lambdarank are its groups")
        }
        return CrossValidationSpec(foldCount: foldCount, group: group)
    }
}
