import Columns
import Trees

/// What trees may not do, by the names of columns.
package struct TreeConstraints: Hashable, Sendable {
    /// 1: scores may only rise with the column, -1: only fall, 0: either.
    let monotone: [String: Int]
    /// Columns that may stand on one way from the root to a leaf; columns of no group are unused.
    let interaction: [[String]]

    init(_ values: JobValues) throws {
        monotone = try values.named("monotone_constraints", like: "height=1, 0 or -1") {
            Int($0).flatMap { (-1...1).contains($0) ? $0 : nil }
        }
        interaction = try Self.groups(values)
    }

    /// `[a,b],[c]`; a job file may also hold the lists themselves.
    private static func groups(_ values: JobValues) throws -> [[String]] {
        let name = "interaction_constraints"
        var groups: [[String]] = []
        var isOpen = false
        for part in try values.list(name).flatMap({ $0.split(separator: ",") }) {
            var column = part.drop { $0 == " " }
            let opens = column.first == "["
            if opens { column = column.dropFirst() }
            let closes = column.last == "]"
            if closes { column = column.dropLast() }
            guard opens != isOpen, !column.isEmpty, !column.contains(where: "[]".contains) else {
                throw values.wrong(name, "groups are written [a,b],[c,d]")
            }
            if opens { groups.append([]) }
            groups[groups.count - 1].append(String(column))
            isOpen = !closes
        }
        guard !isOpen else { throw values.wrong(name, "the last group has no closing bracket") }
        return groups
    }

    /// Brings names to features.
    /// - Throws: `configInvalid` for a column that is no feature, or no number where one is needed.
    func apply(
        to parameters: inout BoostingParameters, features: [TrainingColumns.FeatureColumn]
    ) throws(JobFailure) {
        if monotone.values.contains(where: { $0 != 0 }) {
            parameters.monotoneConstraints = [Int](repeating: 0, count: features.count)
        }
        for (name, direction) in monotone.sorted(by: { $0.key < $1.key }) {
            let feature = try features.index(of: name, for: "--monotone-constraints")
            guard direction != 0 else { continue }
            guard !features[feature].isCategorical else {
                throw JobFailure(
                    .configInvalid,
                    "--monotone-constraints names '\(name)', whose values are categories: they "
                        + "have no order.",
                    place: .init(column: name), remedy: "Leave it out.")
            }
            parameters.monotoneConstraints[feature] = direction
        }
        var groups: [[Int]] = []
        for group in interaction {
            var indices: [Int] = []
            for name in group {
                indices.append(try features.index(of: name, for: "--interaction-constraints"))
            }
            groups.append(indices)
        }
        parameters.interactionConstraints = groups
    }
}
