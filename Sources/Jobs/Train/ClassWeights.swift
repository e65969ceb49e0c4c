/// Factors on the weights of the rows of each class.
package enum ClassWeights: Hashable, Sendable {
    case none
    /// The same total for each class, and the same total as before.
    case balanced
    /// By the class's label; 1 for classes that are not named.
    case named([String: Double])

    init(_ values: JobValues) throws {
        let parts = try values.list("class_weight")
        guard !parts.isEmpty else {
            self = .none
            return
        }
        guard parts != ["balanced"] else {
            self = .balanced
            return
        }
        var weights: [String: Double] = [:]
        for part in parts {
            guard let separator = part.lastIndex(of: "="), separator > part.startIndex,
                let weight = Double(part[part.index(after: separator)...]), weight >= 0,
                weight.isFinite
            else {
                throw values.wrong(
                    "class_weight", "'\(part)' is not a label and a factor, like yes=2.5")
            }
            guard weights.updateValue(weight, forKey: String(part[..<separator])) == nil else {
                throw values.wrong("class_weight", "'\(part)' names its class a second time")
            }
        }
        self = .named(weights)
    }

    /// The weights to train with.
    /// - Parameters:
    ///   - labels: numbers of classes.
    ///   - classes: what the classes are called.
    /// - Throws: `configInvalid` for a class that the target does not have.
    func apply(
        to weights: [Float]?, labels: [Float], classes: [String]
    ) throws(JobFailure) -> [Float]? {
        let factors: [Float]
        switch self {
        case .none: return weights
        case .balanced:
            // scikit-learn's definition, by weight where there are weights.
            var sums = [Double](repeating: 0, count: classes.count)
            for (row, label) in labels.enumerated() {
                sums[Int(label)] += weights.map { Double($0[row]) } ?? 1
            }
            let mean = sums.reduce(0, +) / Double(classes.count)
            factors = sums.map { $0 > 0 ? Float(mean / $0) : 1 }
        case .named(let named):
            for name in named.keys.sorted() where !classes.contains(name) {
                throw JobFailure(
                    .configInvalid,
                    "The class weights name '\(name)'; the target has the classes "
                        + classes.map { "'\($0)'" }.joined(separator: ", ") + ".",
                    remedy: "Correct --class-weight.")
            }
            factors = classes.map { Float(named[$0] ?? 1) }
        }
        return labels.enumerated().map { row, label in
            (weights.map { $0[row] } ?? 1) * factors[Int(label)]
        }
    }
}
