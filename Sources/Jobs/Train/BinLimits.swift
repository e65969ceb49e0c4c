import Binning
import Columns

/// How many bins features have at most.
package struct BinLimits: Hashable, Sendable {
    let maxBin: Int
    /// Of some columns, by name.
    let byColumn: [String: Int]

    init(_ values: JobValues) throws {
        maxBin = try values.integer("max_bin", default: 255)
        byColumn = try values.named("max_bin_by_feature", like: "height=4000") {
            Int($0).flatMap { (2...65_535).contains($0) ? $0 : nil }
        }
    }

    /// - Throws: `configInvalid` for a column that is no feature.
    func apply(
        to binning: inout BinningParameters, features: [TrainingColumns.FeatureColumn]
    ) throws(JobFailure) {
        binning.maxBin = maxBin
        for (name, count) in byColumn.sorted(by: { $0.key < $1.key }) {
            let index = try features.index(of: name, for: "--max-bin-by-feature")
            binning.maxBinByFeature[index] = count
        }
    }

    /// Bytes of the histograms of all leaves of a tree, where they are large.
    func histogramByteCount(features: Int, leaves: Int) -> Int {
        let named = byColumn.values.reduce(0, +)
        let binCount = named + (features - byColumn.count) * maxBin
        // Gradients and hessians of 8 bytes for each bin; the workers have some of their own.
        return (leaves + 8) * max(0, binCount - 256 * features) * 16
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
