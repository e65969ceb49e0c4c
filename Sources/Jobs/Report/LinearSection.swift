import Models
import Reports

/// What a linear model learned, and how it was solved.
struct LinearSection {
    let model: LinearModel
    let features: FeatureSchema
    let classLabels: [String]
    let report: LinearReport

    /// Columns with bars, columns in the table, names in a note.
    private static let barCountMax = 20
    private static let rowCountMax = 200
    private static let nameCountMax = 30

    func make() -> [Report.Section] {
        [coefficients, solver].compactMap { $0 }
    }

    // MARK: Coefficients

    private var coefficients: Report.Section? {
        let sizes = model.terms.indices.map { j in
            (0..<model.outputCount).reduce(0) { max($0, abs(standardised($1, j))) }
        }
        let order = model.terms.indices.filter { sizes[$0] > 0 }
            .sorted { (sizes[$0], $1) > (sizes[$1], $0) }
        guard let first = order.first else { return nil }
        let bars = order.prefix(Self.barCountMax).map { j in
            let value = model.outputCount == 1 ? standardised(0, j) : sizes[j]
            return BarChart.Bar(name(j), value, text: NumberText.write(value, digits: 3))
        }
        let shown = order.prefix(Self.rowCountMax)
        let zero = model.terms.count - order.count
        let caption =
            model.outputCount == 1
            ? "Standardised coefficients" : "Largest standardised coefficient of any class"
        let direction =
            model.outputCount == 1 ? " Blue raises the prediction, the other colour lowers it." : ""
        return Report.Section(
            "Coefficients",
            lead: "A standardised coefficient is what one standard deviation of a column adds to "
                + "the \(scale): those of different columns can be compared.",
            items: [
                .figure(
                    Figure(
                        caption,
                        description: "\(name(first)) has the largest of "
                            + "\(NumberText.write(model.terms.count)) columns"
                            + (zero > 0 ? ", \(NumberText.write(zero)) have none" : "") + "."
                            + direction,
                        drawing: BarChart(Array(bars)))),
                .table(
                    ReportTable(
                        shown.count < order.count
                            ? "The \(NumberText.write(shown.count)) largest coefficients"
                            : "All coefficients that are not 0",
                        titles: titles, rows: shown.map(row))),
            ])
    }

    private var scale: String {
        classLabels.isEmpty ? "prediction (or its logarithm, for counts)" : "log odds"
    }

    private var titles: [String] {
        guard model.outputCount > 1 else {
            return ["Column", "Coefficient", "Standardised", "Mean", "Standard deviation"]
        }
        return ["Column"] + classLabels
    }

    private func row(_ j: Int) -> [String] {
        guard model.outputCount > 1 else {
            return [
                name(j), NumberText.write(model.coefficients[j]),
                NumberText.write(standardised(0, j)), NumberText.write(model.terms[j].mean),
                NumberText.write(model.terms[j].scale),
            ]
        }
        return [name(j)] + (0..<model.outputCount).map { NumberText.write(standardised($0, j)) }
    }

    private func standardised(_ output: Int, _ j: Int) -> Double {
        model.coefficients[output * model.terms.count + j] * model.terms[j].scale
    }

    private func name(_ j: Int) -> String {
        let term = model.terms[j]
        return term.kind.name(of: features.features[Int(term.feature)])
    }

    // MARK: Solver

    private var solver: Report.Section {
        var rows = [
            ["method", report.method],
            ["converged", report.isConverged ? "yes" : "no"],
        ]
        if report.iterations > 0 { rows.append(["iterations", "\(report.iterations)"]) }
        if report.lambdaL1 > 0 {
            rows.append(["lambda_l1", NumberText.write(report.lambdaL1, digits: 6)])
        }
        rows.append(["lambda_l2", NumberText.write(report.lambdaL2, digits: 6)])
        if let condition = report.reciprocalCondition.value, condition.isFinite, condition > 0 {
            rows.append(["condition number", NumberText.write(1 / condition, digits: 3)])
        }
        for (k, intercept) in model.intercepts.enumerated() {
            let name = model.outputCount > 1 ? "intercept of \(classLabels[k])" : "intercept"
            rows.append([name + ", at the means", NumberText.write(intercept)])
        }
        var items: [Report.Item] = []
        if !report.isConverged {
            items.append(
                .note(
                    "The fit has not converged: the coefficients are not the optimum. A larger "
                        + "penalty, or leaving out columns that separate the classes, mends it."))
        }
        items.append(
            .table(ReportTable("How it was solved", titles: ["Figure", "Value"], rows: rows)))
        items += notes.map { .note($0) }
        if let path = report.path, path.count > 1 { items.append(.figure(figure(of: path))) }
        return Report.Section(
            "Solver", lead: "How the coefficients were found, and what to know of the columns.",
            items: items)
    }

    private var notes: [String] {
        var notes: [String] = []
        if !report.constantColumns.isEmpty {
            notes.append(
                "Constant in every row, left out: " + Self.list(report.constantColumns) + ".")
        }
        if !report.collinearColumns.isEmpty {
            notes.append(
                "Linear combinations of other columns: " + Self.list(report.collinearColumns)
                    + ". Their coefficients are the smallest of many that fit alike.")
        }
        return notes
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(nameCountMax).joined(separator: ", ")
            + (names.count > nameCountMax
                ? " and \(NumberText.write(names.count - nameCountMax)) more" : "")
    }

    private func figure(of path: [LinearReport.PathPoint]) -> Figure {
        let points = path.enumerated().map { index, point in
            (x: Double(index + 1), y: point.error.value ?? .nan)
        }
        let best = path.indices.min {
            (path[$0].error.value ?? .infinity) < (path[$1].error.value ?? .infinity)
        }
        return Figure(
            "Cross-validated error by penalty",
            description: "Root mean squared error of rows left out, from the largest penalty "
                + "to the smallest of \(path.count)."
                + (best.map {
                    " Least at lambda_l2 \(NumberText.write(path[$0].lambdaL2))."
                } ?? ""),
            drawing: LineChart(
                xTitle: "penalty, largest first", yTitle: "rmse",
                series: [.init("rmse", points)],
                mark: best.map { (Double($0 + 1), "chosen") }),
            table: ReportTable(
                "Cross-validated error by penalty", titles: ["lambda_l1", "lambda_l2", "rmse"],
                rows: path.map {
                    [
                        NumberText.write($0.lambdaL1), NumberText.write($0.lambdaL2),
                        $0.error.value.map { NumberText.write($0) } ?? "–",
                    ]
                }))
    }
}
