import Columns
import Models

/// The features of a LightGBM model, and how its integer categories number Martlet's.
struct LightGBMFeatures {
    /// More categories of one feature than this are no categories.
    static let categoryCountMax = 1 << 22

    private(set) var features: [Feature] = []
    /// LightGBM's integer to our code, by feature; nil where they are the same, or for a number.
    private var codes: [[Int: Int32]?] = []

    /// - Throws: `unsupported` when a feature is used in ways that one column cannot have.
    init(_ file: LightGBMFile) throws(InterchangeError) {
        let uses = try Self.uses(of: file)
        let pandas = try Self.pandasCategories(of: file, uses: uses)
        for (index, name) in file.featureNames.enumerated() {
            let use = uses[index]
            let isListed = Self.isCategorical(range: file.featureRanges[index])
            guard !(use.isNumeric && (use.isCategorical || isListed || pandas[index] != nil)) else {
                throw InterchangeError(
                    .unsupported, "feature `\(name)` is split as a number and as a category")
            }
            if let list = pandas[index] {
                features.append(try Self.feature(name, pandas: list))
                codes.append(nil)
            } else if use.isCategorical || isListed {
                let values = try Self.integers(
                    name: name, range: file.featureRanges[index], used: use.categories)
                features.append(
                    Feature(
                        name: name, type: .int64,
                        encoding: .categorical(categories: values.map { "\($0)" }),
                        acceptsAnyNumber: true))
                var map: [Int: Int32] = [:]
                for (code, value) in values.enumerated() { map[value] = Int32(code) }
                codes.append(map)
            } else {
                guard !(use.zeroIsMissing && use.zeroIsNumber) else {
                    throw InterchangeError(
                        .unsupported,
                        "feature `\(name)` takes zeros for missing at some nodes only")
                }
                features.append(
                    Feature(
                        name: name, type: .double, encoding: .numeric, acceptsAnyNumber: true,
                        zeroIsMissing: use.zeroIsMissing))
                codes.append(nil)
            }
        }
    }

    /// Our category set for the words of LightGBM's, of one feature.
    func categorySet(feature: Int, words: ArraySlice<UInt32>) -> [UInt64] {
        var set: [UInt64] = []
        let codeCount = features[feature].codeCount - 2
        for value in Self.members(of: words) {
            guard let code = codes[feature].map({ $0[value].map { Int($0) } }) ?? value,
                code < codeCount
            else { continue }
            while set.count <= code >> 6 { set.append(0) }
            set[code >> 6] |= 1 << UInt64(code & 63)
        }
        return set
    }
}

extension LightGBMFeatures {
    private struct Use {
        var isNumeric = false
        var isCategorical = false
        var zeroIsMissing = false
        var zeroIsNumber = false
        var categories: Set<Int> = []
    }

    private static func uses(of file: LightGBMFile) throws(InterchangeError) -> [Use] {
        var uses = [Use](repeating: Use(), count: file.featureCount)
        for tree in file.trees {
            for (node, feature) in tree.splitFeatures.enumerated() {
                let feature = Int(feature)
                if tree.isCategorical(node) {
                    uses[feature].isCategorical = true
                    uses[feature].categories.formUnion(members(of: try tree.set(node)))
                    guard uses[feature].categories.count <= categoryCountMax else {
                        throw tooMany(file.featureNames[feature])
                    }
                } else {
                    uses[feature].isNumeric = true
                    let isZero = try tree.missing(node) == .zero
                    uses[feature].zeroIsMissing = uses[feature].zeroIsMissing || isZero
                    uses[feature].zeroIsNumber = uses[feature].zeroIsNumber || !isZero
                }
            }
        }
        return uses
    }

    private static func tooMany(_ name: String) -> InterchangeError {
        InterchangeError(
            .limitExceeded, "feature `\(name)` has more than \(categoryCountMax) categories")
    }

    private static func members(of words: ArraySlice<UInt32>) -> [Int] {
        var members: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                members.append(index * 32 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return members
    }

    private static func isCategorical(range: String) -> Bool {
        range.contains(":") && !range.hasPrefix("[")
    }

    /// The categories of a feature without names, ascending: those that training saw, and those
    /// that a set lists. All others, and negative ones, are in no set and go right.
    private static func integers(
        name: String, range: String, used: Set<Int>
    ) throws(InterchangeError) -> [Int] {
        var values = used
        for word in range.split(separator: ":") {
            if let value = Int(word), value >= 0 { values.insert(value) }
        }
        guard values.count <= categoryCountMax else { throw tooMany(name) }
        return values.sorted()
    }

    /// The list of `pandas_categorical` of each feature, nil where it has none.
    ///
    /// The lists are in the order of the columns of type `category`. Which columns these are
    /// stands in the parameters (`categorical_feature`), or follows from the features that are
    /// categorical when there are as many.
    private static func pandasCategories(
        of file: LightGBMFile, uses: [Use]
    ) throws(InterchangeError) -> [DocumentValue?] {
        var lists = [DocumentValue?](repeating: nil, count: file.featureCount)
        guard !file.pandasCategories.isEmpty else { return lists }
        let written = Set(
            (file.parameters["categorical_feature"] ?? "").split(separator: ",").compactMap {
                Int($0)
            }
        ).sorted()
        let found = (0..<file.featureCount).filter {
            uses[$0].isCategorical || isCategorical(range: file.featureRanges[$0])
        }
        let count = file.pandasCategories.count
        guard let indices = [written, found].first(where: { $0.count == count }),
            indices.allSatisfy(lists.indices.contains)
        else {
            throw InterchangeError(
                .unsupported,
                "`pandas_categorical` has \(count) lists, but \(found.count) features are "
                    + "categorical, and the parameters name \(written.count): which belongs to "
                    + "which cannot be told. Train with `categorical_feature` left at `auto`")
        }
        for (index, list) in zip(indices, file.pandasCategories) { lists[index] = list }
        return lists
    }

    private static func feature(
        _ name: String, pandas list: DocumentValue
    ) throws(InterchangeError) -> Feature {
        if let texts = list.strings, !texts.isEmpty {
            return Feature(name: name, type: .string, encoding: .categorical(categories: texts))
        }
        let integers = (list.numbers ?? []).compactMap { Int64(exactly: $0) }
        guard let count = list.numbers?.count, integers.count == count else {
            throw InterchangeError(
                .unsupported,
                "the categories of feature `\(name)` in `pandas_categorical` are neither texts "
                    + "nor whole numbers")
        }
        return Feature(
            name: name, type: .int64,
            encoding: .categorical(categories: integers.map { "\($0)" }), acceptsAnyNumber: true)
    }
}
