import Binning
import Columns

/// How many bins features have at most, and where some must end.
package struct BinLimits: Hashable, Sendable {
    let maxBin: Int
    /// Of some columns, by name.
    let byColumn: [String: Int]
    /// Bounds that the bins of some columns have whatever their values, by name; ascending.
    let forced: [String: [Double]]

    init(_ values: JobValues) throws {
        maxBin = try values.integer("max_bin", default: 255)
        byColumn = try values.named("max_bin_by_feature", like: "height=4000") {
            Int($0).flatMap { (2...65_535).contains($0) ? $0 : nil }
        }
        forced = try values.named("forced_bins", like: "height=150:180") { text in
            let bounds = text.split(separator: ":", omittingEmptySubsequences: false).map {
                Double($0) ?? .nan
            }
            return bounds.allSatisfy(\.isFinite) ? bounds.sorted() : nil
        }
    }

    /// - Throws: `configInvalid` for a column that is no feature, or no number where one is needed,
    ///   and for bounds that do not fit.
    func apply(
        to binning: inout BinningParameters, features: [TrainingColumns.FeatureColumn]
    ) throws(JobFailure) {
        binning.maxBin = maxBin
        for (name, count) in byColumn.sorted(by: { $0.key < $1.key }) {
            let index = try features.index(of: name, for: "--max-bin-by-feature")
            binning.maxBinByFeature[index] = count
        }
        for (name, bounds) in forced.sorted(by: { $0.key < $1.key }) {
            let index = try features.index(of: name, for: "--forced-bins")
            guard !features[index].isCategorical else {
                throw JobFailure(
                    .configInvalid,
                    "--forced-bins names '\(name)', whose values are categories: they have no "
                        + "bounds.", place: .init(column: name), remedy: "Leave it out.")
            }
            binning.forcedBounds[index] = bounds
        }
        do throws(BinningError) { try binning.validate() } catch {
            throw JobFailure(.configInvalid, error.message)
        }
    }
}

extension [TrainingColumns.FeatureColumn] {
    /// - Throws: `configInvalid`, naming the option, for a column that is no feature.
    func index(of name: String, for option: String) throws(JobFailure) -> Int {
        let names = map(\.field.name)
        if let index = names.firstIndex(of: name) { return index }
        let nearest = NearestName.find(name, in: names).map { " Did you mean '\($0)'?" }
        throw JobFailure(
            .configInvalid, "\(option) names '\(name)', which is no feature.\(nearest ?? "")",
            place: .init(column: name), remedy: "Name a column that is learned from.")
    }
}

extension JobValues {
    /// A list of `name=value`.
    /// - Parameters:
    ///   - example: what an item looks like.
    ///   - parse: a value, or nil where the text is none.
    func named<Value>(
        _ name: String, like example: String, parse: (Substring) -> Value?
    ) throws -> [String: Value] {
        var found: [String: Value] = [:]
        for part in try list(name) {
            guard let separator = part.lastIndex(of: "="), separator > part.startIndex,
                let value = parse(part[part.index(after: separator)...])
            else { throw wrong(name, "'\(part)' is not a column and a number, like \(example)") }
            guard found.updateValue(value, forKey: String(part[..<separator])) == nil else {
                throw wrong(name, "'\(part)' names its column a second time")
            }
        }
        return found
    }
}
