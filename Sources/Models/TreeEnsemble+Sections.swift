extension TreeEnsemble {
    /// The arrays of the trees, one behind the other, nodes of all trees in one array each.
    func append(to sections: inout SectionWriter) {
        let nodes = trees.flatMap(\.nodes)
        let sets = trees.flatMap(\.categorySets)
        sections.append("base_score", baseScores)
        sections.append("tree_node_count", trees.map { Int32($0.nodes.count) })
        sections.append("tree_set_count", trees.map { Int32($0.categorySets.count) })
        sections.append("node_feature", nodes.map(\.feature))
        sections.append("node_threshold", nodes.map(\.threshold))
        sections.append("node_set", nodes.map(\.categorySet))
        sections.append("node_missing_left", nodes.map { UInt8($0.missingGoesLeft ? 1 : 0) })
        sections.append("node_left", nodes.map(\.left))
        sections.append("node_right", nodes.map(\.right))
        sections.append("node_gain", nodes.map(\.gain))
        sections.append("node_row_count", nodes.map(\.rowCount))
        sections.append("leaf_value", trees.flatMap(\.leafValues))
        sections.append("leaf_row_count", trees.flatMap(\.leafRowCounts))
        sections.append("set_word_count", sets.map { Int32($0.count) })
        sections.append("set_words", Array(sets.joined()))
    }

    /// - Throws: `outOfSpec` when the arrays' lengths do not agree; the values are checked by
    ///   `ModelArtifact.validate`.
    init(from sections: inout SectionReader, outputCount: Int) throws(ModelError) {
        guard outputCount >= 1 else {
            throw ModelError(.outOfSpec, "the header has \(outputCount) outputs")
        }
        let baseScores = try sections.double("base_score", count: outputCount)
        let nodeCounts = try sections.int32("tree_node_count")
        let setCounts = try sections.int32("tree_set_count", count: nodeCounts.count)
        let nodeCount = try Self.total(nodeCounts, "tree_node_count")
        let setCount = try Self.total(setCounts, "tree_set_count")
        guard nodeCounts.count % outputCount == 0 else {
            throw ModelError(
                .outOfSpec,
                "\(nodeCounts.count) trees are no whole number of iterations of "
                    + "\(outputCount)")
        }
        let nodes = try Self.nodes(from: &sections, count: nodeCount)
        let leafCount = nodeCount + nodeCounts.count
        let leafValues = try sections.double("leaf_value", count: leafCount)
        let leafRowCounts = try sections.int64("leaf_row_count", count: leafCount)
        let wordCounts = try sections.int32("set_word_count", count: setCount)
        let words = try sections.uint64(
            "set_words", count: Self.total(wordCounts, "set_word_count"))

        var trees: [Tree] = []
        var node = 0
        var set = 0
        var word = 0
        for index in nodeCounts.indices {
            let nodeEnd = node + Int(nodeCounts[index])
            let leaves = node + index..<nodeEnd + index + 1
            var categorySets: [[UInt64]] = []
            for _ in 0..<setCounts[index] {
                let wordEnd = word + Int(wordCounts[set])
                categorySets.append(Array(words[word..<wordEnd]))
                word = wordEnd
                set += 1
            }
            trees.append(
                Tree(
                    nodes: Array(nodes[node..<nodeEnd]), leafValues: Array(leafValues[leaves]),
                    leafRowCounts: Array(leafRowCounts[leaves]), categorySets: categorySets))
            node = nodeEnd
        }
        self.init(outputCount: outputCount, baseScores: baseScores, trees: trees)
    }

    private static func nodes(
        from sections: inout SectionReader, count: Int
    ) throws(ModelError) -> [Tree.Node] {
        let feature = try sections.int32("node_feature", count: count)
        let threshold = try sections.double("node_threshold", count: count)
        let set = try sections.int32("node_set", count: count)
        let missingLeft = try sections.uint8("node_missing_left", count: count)
        let left = try sections.int32("node_left", count: count)
        let right = try sections.int32("node_right", count: count)
        let gain = try sections.float("node_gain", count: count)
        let rowCount = try sections.int64("node_row_count", count: count)
        guard missingLeft.allSatisfy({ $0 <= 1 }) else {
            throw ModelError(.outOfSpec, "`node_missing_left` holds other values than 0 and 1")
        }
        return (0..<count).map {
            Tree.Node(
                feature: feature[$0], threshold: threshold[$0], categorySet: set[$0],
                missingGoesLeft: missingLeft[$0] == 1, left: left[$0], right: right[$0],
                gain: gain[$0], rowCount: rowCount[$0])
        }
    }

    /// The sum of counts, each checked; it cannot overflow, as there are at most 2^40 of them.
    private static func total(_ counts: [Int32], _ name: String) throws(ModelError) -> Int {
        guard counts.allSatisfy({ $0 >= 0 }) else {
            throw ModelError(.outOfSpec, "`\(name)` holds a negative count")
        }
        return counts.reduce(0) { $0 + Int($1) }
    }
}
