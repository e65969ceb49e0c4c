import Models
package import Threads

/// Finds the pairs of categorical features that say more together than each alone, on a sample of
/// rows.
///
/// What the cells of a pair explain of the additive model's residuals is estimated without bias:
/// in each cell the mean product of two different rows' residuals. A pair counts where that is
/// neither noise nor next to nothing.
package struct CrossScreening: Sendable {
    /// Pairs that are kept at most.
    package static let pairCountMax = 8
    /// Features whose pairs are looked at: those with most to say alone.
    package static let featureCountMax = 40
    /// Rows of the sample: a pair then takes about a millisecond.
    package static let rowCountMax = 1 << 18
    /// Standard errors above 0: about one in a million pairs without effect gets there.
    private static let scoreMin = 5.0
    /// Share of the residual variance that the pair's statistic is expected to explain. With 0.001
    /// the census got a pair that cost 0.3% of its test error.
    private static let shareMin = 0.01
    /// Pairs of fewer cells are found by a few splits of trees.
    package static let cellCountMin = 256
    package static let cellCountMax = TargetStatistic.cellCountMax

    let codes: CategoryCodes
    let target: StatisticTarget
    let order: RowPermutation
    let priorWeight: Double

    package init(
        codes: CategoryCodes, target: StatisticTarget, order: RowPermutation, priorWeight: Double
    ) {
        self.codes = codes
        self.target = target
        self.order = order
        self.priorWeight = priorWeight
    }

    /// - Parameters:
    ///   - features: categorical ones, ascending, at least two.
    ///   - classes: of a target of several classes; `[nil]` for a number, or two classes.
    ///   - isShare: whether the label is 0 or 1, or a class is looked at.
    /// - Returns: the best first.
    /// - Precondition: not inside a region of `pool`, which it enters.
    package func pairs(
        of features: [Int], classes: [Int?], isShare: Bool, pool: ThreadPool
    ) -> [[Int]] {
        let sample = Sample(self, features: features)
        guard sample.rowCount > 1, features.count > 1 else { return [] }
        let kept = sample.strongest(Self.featureCountMax, classes: classes)
        let residuals = pool.map(count: classes.count) { index, _ in
            sample.residuals(of: kept, classIndex: classes[index], isShare: isShare)
        }
        var candidates: [[Int]] = []
        for (index, first) in kept.enumerated() {
            for second in kept[(index + 1)...] {
                let cellCount = sample.codeCounts[first] * sample.codeCounts[second]
                guard (Self.cellCountMin...Self.cellCountMax).contains(cellCount) else { continue }
                candidates.append([first, second])
            }
        }
        let pairs = candidates
        let shares = pool.map(count: pairs.count) { index, _ in
            sample.share(of: pairs[index], residuals: residuals, allRowCount: codes.rowCount)
        }
        return pairs.indices.filter { shares[$0] >= Self.shareMin }
            .sorted { (shares[$1], $0) < (shares[$0], $1) }
            .prefix(Self.pairCountMax)
            .map { pairs[$0].map { features[$0] } }
    }
}

extension CrossScreening {
    /// The rows that are looked at: the first of the random order.
    private struct Sample: Sendable {
        let rowCount: Int
        /// (features × rowCount)
        let cells: [[Int32]]
        let codeCounts: [Int]
        let weights: [Double]
        private let rows: [Int]
        private let target: StatisticTarget
        private let priorWeight: Double

        init(_ screening: CrossScreening, features: [Int]) {
            let codes = screening.codes
            let rowCount = min(codes.rowCount, CrossScreening.rowCountMax)
            let rows = (0..<rowCount).map { UInt32(screening.order[$0]) }
            self.rowCount = rowCount
            self.rows = rows.map { Int($0) }
            target = screening.target
            priorWeight = screening.priorWeight
            cells = features.map { feature in
                codes.cells(of: [feature], rows: rows)
            }
            codeCounts = features.map { codes.codeCount(of: $0) }
            weights = rows.map { screening.target.weight(row: Int($0)) }
        }

        private func values(_ classIndex: Int?) -> [Double] {
            rows.map { target.value(row: $0, classIndex: classIndex) }
        }

        /// Positions of the features whose categories explain most alone, ascending.
        func strongest(_ count: Int, classes: [Int?]) -> [Int] {
            guard cells.count > count else { return Array(cells.indices) }
            var explained = [Double](repeating: 0, count: cells.count)
            for classIndex in classes {
                let values = values(classIndex)
                let mean = values.reduce(0, +) / Double(rowCount)
                let residuals = values.map { $0 - mean }
                for feature in cells.indices {
                    explained[feature] +=
                        moments(
                            cells[feature], cellCount: codeCounts[feature], residuals
                        ).explained
                }
            }
            let order = cells.indices.sorted { (explained[$1], $0) < (explained[$0], $1) }
            return order.prefix(count).sorted()
        }

        func residuals(of features: [Int], classIndex: Int?, isShare: Bool) -> [Double] {
            AdditiveFit(
                cells: features.map { cells[$0] }, codeCounts: features.map { codeCounts[$0] },
                values: values(classIndex), weights: weights, isShare: isShare,
                priorWeight: priorWeight
            ).residuals
        }

        /// The share of the residuals' variance that the pair's statistic should explain once it
        /// is counted over `allRowCount` rows; 0 where it may be noise.
        func share(of pair: [Int], residuals: [[Double]], allRowCount: Int) -> Double {
            let codeCount = Int32(codeCounts[pair[1]])
            let (first, second) = (cells[pair[0]], cells[pair[1]])
            let joint = (0..<rowCount).map { first[$0] &* codeCount &+ second[$0] }
            let cellCount = codeCounts[pair[0]] * codeCounts[pair[1]]
            var explained = 0.0
            var usable = 0.0
            var variance = 0.0
            var total = 0.0
            for residuals in residuals {
                let moments = moments(joint, cellCount: cellCount, residuals)
                let noise = moments.square / Double(rowCount)
                explained += moments.explained
                variance += noise * noise * moments.spread
                total += moments.square
                // A cell of n rows tells its effect up to the noise of its mean.
                let effect = moments.explained / Double(rowCount)
                guard effect > 0, moments.cellCount > 0 else { continue }
                let rowsOfCell = Double(allRowCount) / Double(moments.cellCount)
                usable += moments.explained * rowsOfCell / (rowsOfCell + noise / effect)
            }
            guard total > 0, explained > CrossScreening.scoreMin * variance.squareRoot() else {
                return 0
            }
            return usable / total
        }

        private struct Moments {
            /// Rows times the variance of the cells' effects, without bias.
            var explained = 0.0
            /// Its variance without an effect, in units of the squared variance of a residual.
            var spread = 0.0
            var square = 0.0
            /// Cells with rows.
            var cellCount = 0
        }

        private func moments(_ cells: [Int32], cellCount: Int, _ residuals: [Double]) -> Moments {
            var sums = [Double](repeating: 0, count: cellCount)
            var squares = [Double](repeating: 0, count: cellCount)
            var counts = [Int32](repeating: 0, count: cellCount)
            for row in 0..<rowCount {
                let cell = Int(cells[row])
                let residual = residuals[row]
                sums[cell] += residual
                squares[cell] += residual * residual
                counts[cell] += 1
            }
            var moments = Moments()
            for cell in 0..<cellCount where counts[cell] > 0 {
                moments.cellCount += 1
                moments.square += squares[cell]
                guard counts[cell] > 1 else { continue }
                let others = Double(counts[cell] - 1)
                moments.explained += (sums[cell] * sums[cell] - squares[cell]) / others
                moments.spread += 2 * (others + 1) / others
            }
            return moments
        }
    }
}
