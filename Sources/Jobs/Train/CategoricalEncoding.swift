import Columns
import Models

/// How trees read categories: their codes, in sets, or what the target was for them.
package struct CategoricalEncoding: Hashable, Sendable {
    package enum Form: String, Hashable, Sendable {
        /// `target` for features of more than `nativeCountMax` categories.
        case auto
        /// Splits into sets of categories.
        case native
        /// Splits at values of the category's target statistic.
        case target
    }

    /// More categories than this are too many to be sorted into sets by every node: splits then
    /// follow the noise of small categories. Measured on the benchmark D4, whose columns have 5 to
    /// 5,000: test AUC 0.783 with sets up to 12, 0.780 up to 30, 0.776 up to 80, 0.768 up to 200.
    /// On the census, small beside it, sets are better for its column of 42: by 0.7% of test error.
    static let nativeCountMax = 64
    /// One statistic for each class: of more, `auto` makes none.
    static let classCountMax = 16

    let form: Form
    /// Of some columns, by name.
    let byColumn: [String: Form]
    /// Columns that are combined at most.
    let complexityMax: Int
    /// Rows that the mean of all counts for in that of a category.
    let smoothing: Double

    /// What happens when nobody asks; linear models have an encoding of their own.
    init() {
        form = .auto
        byColumn = [:]
        complexityMax = 2
        smoothing = 10
    }

    init(_ values: JobValues) throws {
        let name = "categorical_encoding"
        var form = Form.auto
        var byColumn: [String: Form] = [:]
        for part in try values.list(name) {
            let separator = part.lastIndex(of: "=")
            let text = separator.map { part[part.index(after: $0)...] } ?? part[...]
            guard let found = Form(rawValue: String(text)) else {
                throw values.wrong(
                    name,
                    "trees know auto, native, target, not '\(text)'"
                        + (text == "onehot" ? ", which belongs to --algorithm linear" : ""))
            }
            guard let separator else {
                form = found
                continue
            }
            guard byColumn.updateValue(found, forKey: String(part[..<separator])) == nil else {
                throw values.wrong(name, "'\(part)' names its column a second time")
            }
        }
        self.form = form
        self.byColumn = byColumn
        complexityMax = try values.integer("max_ctr_complexity", default: 2)
        smoothing = try values.number("cat_smooth", default: 10)
    }

    /// For trainings that folds or trials share the bins of: statistics hold the labels of all
    /// rows, which rows held out must not see.
    /// - Throws: `configInvalid` where statistics were asked for.
    func withoutStatistics(_ values: JobValues) throws -> CategoricalEncoding {
        guard form != .target, !byColumn.values.contains(.target) else {
            throw values.wrong(
                "categorical_encoding",
                "the target statistics of rows that train folds would show the folds the rows held "
                    + "out: cross-validation and tune read categories as native")
        }
        return CategoricalEncoding(form: .native, smoothing: smoothing)
    }

    private init(form: Form, smoothing: Double) {
        self.form = form
        byColumn = [:]
        complexityMax = 1
        self.smoothing = smoothing
    }

    /// Whether anything differs from what happens when nobody asks.
    var isDefault: Bool { form == .auto && byColumn.isEmpty && complexityMax == 2 }

    /// - Throws: `configInvalid` for a column that is no feature of categories.
    func check(_ features: [TrainingColumns.FeatureColumn]) throws(JobFailure) {
        for name in byColumn.keys.sorted() {
            let index = try features.index(of: name, for: "--categorical-encoding")
            guard features[index].isCategorical else {
                throw JobFailure(
                    .configInvalid,
                    "--categorical-encoding names '\(name)', whose values are numbers.",
                    place: .init(column: name),
                    remedy: "Name it in --categorical-feature too, or leave it out.")
            }
        }
    }

    /// Whether trees read the target statistic of a column in place of its codes.
    func usesTarget(column: String, distinctCount: Int, classCount: Int) -> Bool {
        switch byColumn[column] ?? form {
        case .native: false
        case .target: true
        case .auto:
            distinctCount > Self.nativeCountMax && classCount <= Self.classCountMax
        }
    }

    /// Whether statistics of pairs may hold a column.
    func combines(column: String, classCount: Int) -> Bool {
        guard complexityMax > 1 else { return false }
        return switch byColumn[column] ?? form {
        case .native: false
        case .target: true
        case .auto: classCount <= Self.classCountMax
        }
    }
}

extension CategoricalEncoding {
    /// What the model remembers of it.
    var record: [String: JSONValue] {
        let forms = byColumn.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
        return [
            "categorical_encoding": .string(([form.rawValue] + forms).joined(separator: ",")),
            "max_ctr_complexity": .number(Double(complexityMax)),
            "cat_smooth": .number(smoothing),
        ]
    }
}
