import Calibration
package import Shards

/// What `evaluate` prints.
package struct EvaluateResult: JobResult {
    package struct Group: Encodable, Sendable {
        let value: PlainValue
        package let rows: Int
        package let metrics: [String: FiniteNumber]
    }

    /// A bin of predicted probabilities.
    package struct ReliabilityBin: Encodable, Sendable {
        package let lower: Double
        package let upper: Double
        package let rows: Int
        /// Mean of the probabilities, and how often the second class came true.
        package let probability: FiniteNumber
        package let rate: FiniteNumber

        init(_ bin: ReliabilityTable.Bin) {
            lower = bin.lower
            upper = bin.upper
            rows = bin.rowCount
            probability = FiniteNumber(bin.meanProbability)
            rate = FiniteNumber(bin.outcomeRate)
        }
    }

    package var command = "evaluate"
    package var rows: Int
    /// Rows left out because their target is null.
    package var droppedRows: Int
    package var metrics: [String: FiniteNumber]
    /// By column of `--by`.
    package var groups: [String: [Group]]?
    /// Of a classification of two classes.
    package var reliability: [ReliabilityBin]?
    /// nil without `--permutation-importance`.
    package var permutationImportance: PermutationReport?
    /// nil without `--filter`.
    package var filter: FilterReport?
    /// How the shards differ from the table that they make.
    package var schemaDifferences: [SchemaDifference] = []
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    package var shardCount: Int
    package var commit: CommitReference?

    package var rowsIn: Int { rows + droppedRows }
    package var rowsOut: Int { rows }
    package var rowsQuarantined: Int { droppedRows }

    package var figures: [TaskMetric: Double] { [.rowsRead: Double(rowsIn)] }

    package var summary: [SummaryLine] {
        var lines = [SummaryLine("rows", "\(rows) measured, \(droppedRows) dropped")]
        if let filter { lines.append(filter.summaryLine) }
        lines += metrics.sorted { $0.key < $1.key }.map { name, value in
            SummaryLine(name, value.value.map { SummaryLine.rounded($0) } ?? "none")
        }
        for bin in reliability ?? [] where bin.rows > 0 {
            lines.append(
                SummaryLine(
                    "\(bin.lower) to \(bin.upper)",
                    "\(bin.rows) rows, said \(SummaryLine.rounded(bin.probability.value ?? 0)), "
                        + "came true \(SummaryLine.rounded(bin.rate.value ?? 0))"))
        }
        for (column, groups) in (groups ?? [:]).sorted(by: { $0.key < $1.key }) {
            for group in groups {
                lines.append(
                    SummaryLine(
                        "\(column) \(group.value.json)",
                        "\(group.rows) rows, " + SummaryLine.metrics(group.metrics)))
            }
        }
        lines += permutationImportance?.summary ?? []
        return lines + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
