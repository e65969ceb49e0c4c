import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

/// Monotone and interaction constraints, and what else holds leaf values or splits.
@Suite("Constraints")
struct ConstraintTests {
    private static let objectives: [any Objective] = [
        SquaredError(), Logistic(), LogLinkLoss(.poisson(maxDeltaStep: 0.7)), AbsoluteError(),
        QuantileLoss(alpha: 0.8), HuberLoss(alpha: 0.5),
    ]

    @Test(
        "predictions follow the constraints everywhere", arguments: 0..<objectives.count,
        0..<3 as Range<UInt64>)
    func predictionsFollowConstraints(index: Int, seed: UInt64) throws {
        let objective = Self.objectives[index]
        var table = TestTable.mixed(rowCount: 1_500, seed: 50 + seed, for: objective)
        if seed == 2 { table.weights = (0..<table.rowCount).map { Float($0 % 4) } }
        var parameters = BoostingParameters()
        parameters.numIterations = 8
        parameters.learningRate = 0.3
        parameters.minDataInLeaf = 3
        parameters.growPolicy = seed == 1 ? .depthwise : .lossguide
        parameters.pathSmooth = seed == 1 ? 5 : 0
        parameters.baggingFraction = 0.8
        parameters.baggingFreq = seed == 2 ? 1 : 0
        // The first is a parabola and the fourth rises: both are forced against the data.
        let constraints = [1, seed == 0 ? 0 : -1, 0, -1, 1, 0]
        let free = try train(table, objective, parameters)
        parameters.monotoneConstraints = constraints
        let constrained = try train(table, objective, parameters)
        #expect(constrained.trees.contains { $0.leafValues.count > 4 })
        var violations = (free: 0, constrained: 0)
        for feature in [0, 1, 3, 4] where constraints[feature] != 0 {
            let direction = Double(constraints[feature])
            violations.free += Self.violations(of: free, table, feature, direction)
            violations.constrained += Self.violations(of: constrained, table, feature, direction)
        }
        #expect(violations.constrained == 0)
        #expect(violations.free > 20)
    }

    /// Pairs of rows that differ in one feature alone and whose scores are in the wrong order.
    private static func violations(
        of ensemble: TreeEnsemble, _ table: TestTable, _ feature: Int, _ direction: Double
    ) -> Int {
        var generator = SeededGenerator(seed: 8)
        var count = 0
        for row in 0..<25 {
            var values = table.columns.map { $0[row] }
            var last = -Double.infinity
            let range = feature == 3 ? 0...3 as ClosedRange<Double> : -1...1
            let swept = (0..<12).map { _ in Double.random(in: range, using: &generator) }
            for value in swept.sorted() {
                values[feature] = value
                let score = direction * score(values, ensemble)
                if score < last { count += 1 }
                last = score
            }
        }
        return count
    }

    /// Tree by tree in a fixed order, so that rounding keeps what each tree guarantees.
    static func score(_ row: [Double], _ ensemble: TreeEnsemble) -> Double {
        ensemble.trees.reduce(ensemble.baseScores[0]) { sum, tree in
            sum + tree.leafValues[leaf(row, tree)]
        }
    }

    private static func leaf(_ row: [Double], _ tree: Tree) -> Int {
        var child: Int32 = tree.nodes.isEmpty ? -1 : 0
        while child >= 0 {
            let node = tree.nodes[Int(child)]
            child = goesLeft(row[Int(node.feature)], node, tree) ? node.left : node.right
        }
        return Int(~child)
    }

    private static func goesLeft(_ value: Double, _ node: Tree.Node, _ tree: Tree) -> Bool {
        guard node.categorySet >= 0 else {
            return value.isNaN ? node.missingGoesLeft : value <= node.threshold
        }
        let set = tree.categorySets[Int(node.categorySet)]
        let code = Int(value)
        return code >> 6 < set.count && (set[code >> 6] >> UInt64(code & 63)) & 1 == 1
    }

    @Test("missing values may lie on either side", arguments: [-1, 1], [-2.0, 2])
    func missingValuesAreFree(direction: Int, effect: Double) throws {
        for objective in [SquaredError(), AbsoluteError()] as [any Objective] {
            var generator = SeededGenerator(seed: 4)
            var table = TestTable()
            table.kinds = [.numeric]
            let values = (0..<600).map {
                $0 % 4 == 0 ? Double.nan : Double.random(in: -1...1, using: &generator)
            }
            table.columns = [values]
            // What the values themselves say goes against the constraint.
            table.labels = values.map {
                Float($0.isNaN ? effect : -Double(direction) * $0 / 4)
                    + Float.random(in: -0.1...0.1, using: &generator)
            }
            var parameters = BoostingParameters()
            parameters.numIterations = 60
            parameters.monotoneConstraints = [direction]
            let ensemble = try train(table, objective, parameters)
            let missing = Self.score([.nan], ensemble)
            #expect(abs(missing - effect) < 0.05)
            for value in [-1, -0.3, 0.2, 1, 7] as [Double] {
                #expect(abs(Self.score([value], ensemble)) < 0.05)
            }
        }
    }

    @Test("features meet only within a group")
    func featuresMeetWithinGroups() throws {
        let table = TestTable.mixed(rowCount: 3_000, seed: 5)
        var parameters = BoostingParameters()
        parameters.numIterations = 20
        let groups = [[0, 1], [1, 2], [3, 5]]
        func isAllowed(_ branch: Set<Int>) -> Bool {
            groups.contains { branch.isSubset(of: Set($0)) }
        }
        let free = try train(table, SquaredError(), parameters)
        parameters.interactionConstraints = groups
        let constrained = try train(table, SquaredError(), parameters)
        #expect(constrained.trees.flatMap(branches).allSatisfy(isAllowed))
        #expect(!free.trees.flatMap(branches).allSatisfy(isAllowed))
        let used = Set(constrained.trees.flatMap(branches).flatMap { $0 })
        #expect(used.isSuperset(of: [0, 1, 2, 3]) && !used.contains(4))
    }

    /// The features on the way to each leaf.
    private func branches(_ tree: Tree) -> [Set<Int>] {
        var found: [Set<Int>] = []
        var pending: [(Int32, Set<Int>)] = [(tree.nodes.isEmpty ? -1 : 0, [])]
        while let (child, branch) = pending.popLast() {
            guard child >= 0 else {
                found.append(branch)
                continue
            }
            let node = tree.nodes[Int(child)]
            let longer = branch.union([Int(node.feature)])
            pending += [(node.left, longer), (node.right, longer)]
        }
        return found
    }

    @Test("leaf values are smoothed from the root down", arguments: [1, 30, 1_000] as [Double])
    func leafValuesAreSmoothed(pathSmooth: Double) throws {
        let table = TestTable.mixed(rowCount: 1_000, seed: 6)
        var parameters = BoostingParameters()
        parameters.numIterations = 1
        parameters.learningRate = 1
        parameters.pathSmooth = pathSmooth
        // Sets of categories have an L2 of their own.
        parameters.catL2 = 0
        let ensemble = try train(table, SquaredError(), parameters)
        let tree = ensemble.trees[0]
        #expect(tree.nodes.count > 3)
        var expected = [Double](repeating: 0, count: tree.leafValues.count)
        /// The textbook: each node's mean, drawn towards the smoothed one above.
        func visit(_ child: Int32, _ rows: [Int], above: Double?) {
            let residuals = rows.map { Double(table.labels[$0]) - ensemble.baseScores[0] }
            let mean = residuals.reduce(0, +) / Double(rows.count)
            let weight = Double(rows.count) / pathSmooth
            let value = above.map { (mean * weight + $0) / (weight + 1) } ?? mean
            guard child >= 0 else {
                expected[Int(~child)] = value
                return
            }
            let node = tree.nodes[Int(child)]
            let isLeft = rows.map { row in
                Self.goesLeft(table.columns[Int(node.feature)][row], node, tree)
            }
            visit(node.left, zip(rows, isLeft).filter(\.1).map(\.0), above: value)
            visit(node.right, zip(rows, isLeft).filter { !$0.1 }.map(\.0), above: value)
        }
        visit(0, Array(0..<table.rowCount), above: nil)
        for (value, expected) in zip(tree.leafValues, expected) {
            #expect(isClose(value, expected, relative: 1e-6, absolute: 1e-7))
        }
    }

    @Test("no leaf value exceeds the largest step", arguments: 0..<2)
    func stepsAreLimited(index: Int) throws {
        let objective = Self.objectives[index]
        let table = TestTable.mixed(rowCount: 1_000, seed: 7, for: objective)
        var parameters = BoostingParameters()
        parameters.numIterations = 5
        parameters.learningRate = 0.5
        parameters.maxDeltaStep = 0.25
        let values = try train(table, objective, parameters).trees.flatMap(\.leafValues)
        #expect(values.allSatisfy { abs($0) <= 0.125 })
        #expect(values.contains { abs($0) == 0.125 })
    }

    @Test("levels are finished before the next", arguments: [2, 3, 5])
    func levelsAreFinished(depth: Int) throws {
        let table = TestTable.mixed(rowCount: 4_000, seed: 9)
        var parameters = BoostingParameters()
        parameters.numIterations = 3
        parameters.growPolicy = .depthwise
        parameters.maxDepth = depth
        parameters.numLeaves = 1 << depth
        parameters.minDataInLeaf = 1
        for tree in try train(table, SquaredError(), parameters).trees {
            #expect(Self.depths(tree) == [Int](repeating: depth, count: 1 << depth))
        }
        parameters.maxDepth = -1
        parameters.numLeaves = 3 << (depth - 1)
        for tree in try train(table, SquaredError(), parameters).trees {
            let depths = Self.depths(tree)
            #expect(depths.min() == depth && depths.max() == depth + 1)
        }
    }

    /// Of each leaf.
    private static func depths(_ tree: Tree) -> [Int] {
        var depths: [Int] = []
        var pending: [(Int32, Int)] = [(tree.nodes.isEmpty ? -1 : 0, 0)]
        while let (child, depth) = pending.popLast() {
            guard child >= 0 else {
                depths.append(depth)
                continue
            }
            let node = tree.nodes[Int(child)]
            pending += [(node.left, depth + 1), (node.right, depth + 1)]
        }
        return depths
    }

    @Test("the best split under limits is the best of all", arguments: 0..<12 as Range<UInt64>)
    func bestSplitUnderLimits(seed: UInt64) throws {
        var parameters = BoostingParameters()
        parameters.minDataInLeaf = 3
        parameters.minSumHessianInLeaf = 0
        parameters.pathSmooth = seed % 2 == 0 ? 7 : 0
        parameters.maxDeltaStep = seed % 3 == 0 ? 90_000 : 0
        let direction = Int(seed % 3) - 1
        let limits = LeafLimits(
            parentValue: 20_000, lower: seed % 4 < 2 ? -100_000 : -.infinity, upper: 150_000)
        let node = try SmallNode(rowCount: 60, seed: seed, packing: .unit)
        for feature in [0, 1, 3] {
            parameters.monotoneConstraints = [0, 0, 0, 0, 0, 0]
            parameters.monotoneConstraints[feature] = direction
            let found = node.findSplit(feature: feature, parameters, limits: limits)
            let best = node.bestThreshold(feature: feature, parameters) {
                rows, isLeft, isOrdered in
                LimitedValues(parameters, limits).gain(
                    rows, isLeft, direction: isOrdered ? direction : 0)
            }
            #expect((found == nil) == (best == nil))
            if let found, let best { #expect(isClose(found.gain, best, relative: 1e-9)) }
        }
    }

    @Test("the model is the same for any number of threads, and after an interruption")
    func modelIsTheSame() throws {
        let table = TestTable.mixed(rowCount: 40_000, seed: 10)
        let rows = try table.trainingRows()
        var parameters = BoostingParameters()
        parameters.numIterations = 4
        parameters.monotoneConstraints = [1, 0, 0, 1, 0, 0]
        parameters.interactionConstraints = [[0, 1, 3], [2, 4, 5, 3]]
        parameters.pathSmooth = 3
        parameters.featureFractionByNode = 0.6
        parameters.extraTrees = true
        parameters.growPolicy = .depthwise
        func booster(_ threadCount: Int) -> GradientBooster {
            GradientBooster(
                parameters: parameters, objective: SquaredError(),
                pool: ThreadPool(threadCount: threadCount))
        }
        let model = try booster(1).train(rows)
        #expect(model.ensemble.trees.allSatisfy { !$0.nodes.isEmpty })
        #expect(try booster(3).train(rows) == model)
        let part = try booster(2).train(rows) { $0.iteration < 2 }
        #expect(try booster(2).train(rows, resuming: part) == model)
    }

    private func train(
        _ table: TestTable, _ objective: any Objective, _ parameters: BoostingParameters
    ) throws -> TreeEnsemble {
        try GradientBooster(
            parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 2)
        ).train(table.trainingRows()).ensemble
    }
}

/// Gains of held values by the definition: the regularised loss at the value of each side.
private struct LimitedValues {
    let parameters: BoostingParameters
    let limits: LeafLimits

    init(_ parameters: BoostingParameters, _ limits: LeafLimits) {
        self.parameters = parameters
        self.limits = limits
    }

    /// nil where a side is too small, or the values are in the wrong order.
    func gain(_ gradients: [Double], _ isLeft: [Bool], direction: Int) -> Double? {
        let left = zip(gradients, isLeft).filter(\.1).map(\.0)
        let right = zip(gradients, isLeft).filter { !$0.1 }.map(\.0)
        guard min(left.count, right.count) >= parameters.minDataInLeaf else { return nil }
        let (low, high) = (value(left), value(right))
        guard Double(direction) * (high - low) >= 0 else { return nil }
        return loss(gradients, limits.parentValue) - loss(left, low) - loss(right, high)
    }

    private func value(_ gradients: [Double]) -> Double {
        var value = -gradients.reduce(0, +) / Double(gradients.count)
        if parameters.maxDeltaStep > 0 {
            value = min(max(value, -parameters.maxDeltaStep), parameters.maxDeltaStep)
        }
        if parameters.pathSmooth > 0 {
            let share = Double(gradients.count) / (Double(gradients.count) + parameters.pathSmooth)
            value = share * value + (1 - share) * limits.parentValue
        }
        return min(max(value, limits.lower), limits.upper)
    }

    /// Twice the second-order loss at a value.
    private func loss(_ gradients: [Double], _ value: Double) -> Double {
        gradients.reduce(0) { $0 + 2 * $1 * value + value * value }
    }
}
