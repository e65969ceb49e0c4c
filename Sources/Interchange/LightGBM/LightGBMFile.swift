/// A LightGBM text model, taken apart: `Booster.save_model`, versions v3 and v4 of the format.
struct LightGBMFile {
    var version = ""
    var outputCount = 1
    var featureCount = 0
    /// `binary sigmoid:1`; empty for an objective of the user's own.
    var objective: [String] = []
    /// Random forests: the prediction is the mean of the trees.
    var averagesOutput = false
    var featureNames: [String] = []
    /// `[min:max]` of a number, `0:1:4` of categories, `none` of a constant.
    var featureRanges: [String] = []
    var trees: [LightGBMTree] = []
    /// `[learning_rate: 0.1]` and so on.
    var parameters: [String: String] = [:]
    /// The categories of each pandas column of type `category`, in the order of the columns.
    var pandasCategories: [DocumentValue] = []

    static let versions: Set<String> = ["v3", "v4"]

    /// - Throws: `outOfSpec` with the line, `unsupported` for another version or linear trees.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(InterchangeError) {
        var lines = TextLines(bytes)
        try readHeader(&lines)
        try readTail(&lines)
        guard trees.count % outputCount == 0 else {
            throw InterchangeError(
                .outOfSpec,
                "\(trees.count) trees are no whole number of iterations of \(outputCount)")
        }
    }

    /// Everything up to the line `end of trees`.
    private mutating func readHeader(_ lines: inout TextLines) throws(InterchangeError) {
        var isHeader = true
        while let line = lines.next() {
            switch line.key {
            case "Tree":
                if isHeader { try checkHeader() }
                isHeader = false
                try finishTree()
                trees.append(LightGBMTree(line: line.number))
            case "end of trees":
                if isHeader { try checkHeader() }
                try finishTree()
                return
            default:
                if isHeader {
                    try readHeader(line)
                } else if !line.bytes.isEmpty {
                    try trees[trees.count - 1].read(line)
                }
            }
        }
        throw InterchangeError(
            .outOfSpec, "the file ends before the line `end of trees`, after \(trees.count) trees")
    }

    private mutating func finishTree() throws(InterchangeError) {
        try trees.last?.check(featureCount: featureCount)
    }

    private mutating func readHeader(_ line: TextLine) throws(InterchangeError) {
        switch line.key {
        case "version": version = line.valueText
        case "num_tree_per_iteration":
            guard let count = Int(line.valueText), (1...1_000_000).contains(count) else {
                throw line.failure("is no count of trees")
            }
            outputCount = count
        case "max_feature_idx":
            guard let index = Int(line.valueText), (0..<1 << 30).contains(index) else {
                throw line.failure("is no index of a feature")
            }
            featureCount = index + 1
        case "objective": objective = line.words
        case "average_output": averagesOutput = true
        case "feature_names": featureNames = line.words
        case "feature_infos": featureRanges = line.words
        default: break
        }
    }

    private mutating func checkHeader() throws(InterchangeError) {
        guard Self.versions.contains(version) else {
            throw InterchangeError(
                .unsupported,
                "its version is `\(version.prefix(20))`; v3 and v4 are read. Save it again with "
                    + "LightGBM 2.3 or later")
        }
        guard featureNames.count == featureCount, featureRanges.count == featureCount else {
            throw InterchangeError(
                .outOfSpec,
                "the header has \(featureNames.count) feature_names and \(featureRanges.count) "
                    + "feature_infos for \(featureCount) features")
        }
    }

    /// Parameters and pandas' categories, behind the trees.
    private mutating func readTail(_ lines: inout TextLines) throws(InterchangeError) {
        let mark = "pandas_categorical:"
        while let line = lines.next() {
            if line.bytes.first == UInt8(ascii: "[") {
                let words = line.text.dropFirst().dropLast().split(
                    separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                if words.count == 2 { parameters[String(words[0])] = String(words[1].dropFirst()) }
            } else if line.bytes.starts(with: mark.utf8) {
                let value: DocumentValue
                do {
                    value = try JSONReader.read(line.bytes.dropFirst(mark.utf8.count))
                } catch {
                    throw InterchangeError(
                        .outOfSpec, "line \(line.number) (`pandas_categorical`): \(error.message)")
                }
                pandasCategories = value.elements ?? []
            }
        }
    }
}
