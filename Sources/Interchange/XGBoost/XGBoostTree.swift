/// One tree as XGBoost writes it: inner nodes and leaves share one numbering.
struct XGBoostTree {
    let index: Int
    let nodeCount: Int
    private let lefts: [Double]
    private let rights: [Double]
    private let features: [Double]
    /// Of an inner node `value < condition` goes left; of a leaf its value.
    private let conditions: [Double]
    private let defaultsLeft: [Double]
    private let gains: [Double]
    private let hessians: [Double]
    /// Values of a leaf: 1, or one for each output.
    let leafSize: Int
    /// Where leaves are vectors: those of leaf 0, of leaf 1, …, or of all nodes.
    private let vectors: [Double]
    /// Whether `vectors` has leaves alone, which `right_children` then numbers (3.1 and later).
    private let vectorsAreOfLeaves: Bool
    /// The categories that go right, by node.
    private(set) var categories: [Int: [Int]] = [:]

    /// - Parameter outputCount: values of a leaf, where it has more than one.
    /// - Throws: `outOfSpec` with the key.
    init(
        _ document: DocumentValue, index: Int, outputCount: Int
    ) throws(InterchangeError) {
        self.index = index
        let path = "trees[\(index)]"
        leafSize = max(document["tree_param"]?.integer("size_leaf_vector") ?? 1, 1)
        guard leafSize == 1 || leafSize == outputCount else {
            throw InterchangeError(
                .outOfSpec, "`\(path)` has leaves of \(leafSize) values for \(outputCount) outputs")
        }
        lefts = try document.numbers("left_children", in: path)
        nodeCount = lefts.count
        rights = try document.numbers("right_children", in: path, count: nodeCount)
        features = try document.numbers("split_indices", in: path, count: nodeCount)
        conditions = try document.numbers("split_conditions", in: path, count: nodeCount)
        defaultsLeft = try document.numbers("default_left", in: path, count: nodeCount)
        gains = document["loss_changes"]?.numbers ?? []
        hessians = document["sum_hessian"]?.numbers ?? []
        guard nodeCount >= 1, nodeCount < 1 << 30 else {
            throw InterchangeError(.outOfSpec, "`\(path)` has \(nodeCount) nodes")
        }
        let leafWeights = leafSize > 1 ? document["leaf_weights"]?.numbers : nil
        vectorsAreOfLeaves = leafWeights != nil
        if let leafWeights {
            vectors = leafWeights
        } else if leafSize > 1 {
            vectors = try document.numbers(
                "base_weights", in: path, count: nodeCount * leafSize)
        } else {
            vectors = []
        }
        if let types = document["split_type"]?.numbers, types.contains(1) {
            try readCategories(document, types: types, path: path)
        }
    }

    private mutating func readCategories(
        _ document: DocumentValue, types: [Double], path: String
    ) throws(InterchangeError) {
        let values = try document.numbers("categories", in: path)
        let nodes = try document.numbers("categories_nodes", in: path)
        let starts = try document.numbers("categories_segments", in: path, count: nodes.count)
        let sizes = try document.numbers("categories_sizes", in: path, count: nodes.count)
        for (position, node) in nodes.enumerated() {
            guard let node = Int(exactly: node), let start = Int(exactly: starts[position]),
                let size = Int(exactly: sizes[position]), start >= 0, size >= 0,
                start <= values.count, size <= values.count - start,
                categories[node] == nil
            else {
                throw InterchangeError(
                    .outOfSpec, "`\(path).categories_segments[\(position)]` lies outside")
            }
            let list = values[start..<start + size].compactMap { Int(exactly: $0) }
            guard list.count == size, list.allSatisfy({ $0 >= 0 && $0 <= 1 << 24 }) else {
                throw InterchangeError(
                    .outOfSpec, "`\(path).categories` holds what is no category")
            }
            categories[node] = list
        }
        for (node, type) in types.enumerated() where type == 1 && categories[node] == nil {
            // A leaf may keep the type of the split that it was before it was pruned.
            guard node < nodeCount, isLeaf(node) else {
                throw InterchangeError(
                    .outOfSpec, "`\(path)` lists no categories of node \(node)")
            }
        }
    }

    private func failure(_ node: Int, _ problem: String) -> InterchangeError {
        InterchangeError(.outOfSpec, "`trees[\(index)]`, node \(node): \(problem)")
    }

    func isLeaf(_ node: Int) -> Bool { lefts[node] == -1 }

    func children(_ node: Int) throws(InterchangeError) -> (left: Int32, right: Int32) {
        guard let left = Int32(exactly: lefts[node]), let right = Int32(exactly: rights[node])
        else {
            throw failure(node, "its children are \(lefts[node]) and \(rights[node])")
        }
        return (left, right)
    }

    func feature(_ node: Int, of count: Int) throws(InterchangeError) -> Int {
        guard let feature = Int(exactly: features[node]), (0..<count).contains(feature) else {
            throw failure(node, "it splits on feature \(features[node]) of \(count)")
        }
        return feature
    }

    /// The float that the file means; JSON writes its shortest decimals.
    func condition(_ node: Int) throws(InterchangeError) -> Float {
        let condition = Float(conditions[node])
        guard !condition.isNaN else { throw failure(node, "its condition is no number") }
        return condition
    }

    /// One of a leaf's values.
    func leafValue(_ node: Int, position: Int) throws(InterchangeError) -> Float {
        guard leafSize > 1 else { return try condition(node) }
        let number = vectorsAreOfLeaves ? rights[node] : Double(node)
        guard let leaf = Int(exactly: number), leaf >= 0, leaf < vectors.count / leafSize else {
            throw failure(node, "its values are not there")
        }
        let value = Float(vectors[leaf * leafSize + position])
        guard !value.isNaN else { throw failure(node, "its value is no number") }
        return value
    }

    func missingGoesLeft(_ node: Int) -> Bool { defaultsLeft[node] != 0 }

    func gain(_ node: Int) -> Float {
        let gain = gains.indices.contains(node) ? Float(gains[node]) : 0
        return gain.isFinite ? gain : 0
    }

    /// Whether the sums of hessians are whole, as where each row counts 1.
    var hasWholeHessians: Bool { hessians.allSatisfy { $0 == $0.rounded() } }

    /// The sum of hessians, the nearest thing to a count of rows that the file has.
    /// - Parameter scale: keeps the shares of small sums.
    func rowCount(_ node: Int, scale: Double) -> Int64 {
        guard hessians.indices.contains(node) else { return 0 }
        return Int64(exactly: (hessians[node] * scale).rounded()).map { max($0, 0) } ?? 0
    }
}

extension DocumentValue {
    /// - Throws: `outOfSpec` when the member is no array of numbers, or of another count.
    func numbers(
        _ key: String, in path: String, count: Int? = nil
    ) throws(InterchangeError) -> [Double] {
        guard let numbers = self[key]?.numbers else {
            throw InterchangeError(.outOfSpec, "`\(path).\(key)` is no array of numbers")
        }
        guard numbers.count == count ?? numbers.count else {
            throw InterchangeError(
                .outOfSpec,
                "`\(path).\(key)` has \(numbers.count) elements, expected \(count ?? 0)")
        }
        return numbers
    }

    /// A whole number, which XGBoost writes as text in most places.
    func integer(_ key: String) -> Int? {
        switch self[key] {
        case .string(let text): Int(text)
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }
}
