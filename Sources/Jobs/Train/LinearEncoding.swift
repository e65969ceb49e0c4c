import Columns
import Models

/// How a linear model reads categories.
package struct LinearEncoding: Hashable, Sendable {
    package enum Form: String, CaseIterable, Hashable, Sendable {
        /// `target` for columns of more categories than `onehot` keeps.
        case auto
        /// A column of 0 and 1 for each category.
        case onehot
        /// The mean of the target among the other rows of the category.
        case target
    }

    let form: Form
    /// Of some columns, by name.
    let byColumn: [String: Form]
    /// Rows that the mean of all counts for in that of a category.
    let smoothing: Double

    init(_ values: JobValues) throws {
        let name = "categorical_encoding"
        var form = Form.auto
        var byColumn: [String: Form] = [:]
        for part in try values.list(name) {
            let separator = part.lastIndex(of: "=")
            let text = separator.map { part[part.index(after: $0)...] } ?? part[...]
            guard let found = Form(rawValue: String(text)) else {
                let known = Form.allCases.map(\.rawValue).joined(separator: ", ")
                throw values.wrong(
                    name,
                    "linear models know \(known), not '\(text)'"
                        + (text == "native" ? ", which belongs to --algorithm gbdt" : ""))
            }
            if let separator {
                byColumn[String(part[..<separator])] = found
            } else {
                form = found
            }
        }
        self.form = form
        self.byColumn = byColumn
        smoothing = try values.number("cat_smooth", default: 10)
    }

    static let onehot = LinearEncoding(form: .onehot, byColumn: [:], smoothing: 0)

    private init(form: Form, byColumn: [String: Form], smoothing: Double) {
        self.form = form
        self.byColumn = byColumn
        self.smoothing = smoothing
    }

    /// Whether target encoding was asked for by name.
    var asksForTarget: Bool { form == .target || byColumn.values.contains(.target) }

    func usesTarget(column: String, distinctCount: Int) -> Bool {
        switch byColumn[column] ?? form {
        case .onehot: false
        case .target: true
        case .auto: distinctCount > TrainingData.categoryCountMax
        }
    }

    /// - Throws: `configInvalid` for a column that is no feature of categories.
    func check(_ columns: TrainingColumns) throws(JobFailure) {
        for name in byColumn.keys.sorted() {
            guard let column = columns.features.first(where: { $0.field.name == name }),
                column.isCategorical
            else {
                throw JobFailure(
                    .configInvalid,
                    "--categorical-encoding names '\(name)', which is no feature of categories.",
                    place: .init(column: name),
                    remedy: "Name it in --categorical-feature too, or leave it out.")
            }
        }
    }

    var record: [String: JSONValue] {
        let forms = byColumn.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
        return [
            "categorical_encoding": .string(([form.rawValue] + forms).joined(separator: ",")),
            "cat_smooth": .number(smoothing),
        ]
    }
}
