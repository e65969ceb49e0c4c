import LinearModels
import Models
import TestSupport
import Testing
import Threads

@Suite("LeastSquares")
struct LeastSquaresTests {
    /// A table of numbers with missing values and categories, and a target made of them.
    private func table(seed: UInt64, rowCount: Int) -> (Table, [Double], [Double]) {
        var random = SeededGenerator(seed: seed)
        var table = Table()
        var target = (0..<rowCount).map { _ in Double.random(in: -1...1, using: &random) }
        for index in 0..<4 {
            let values: [Double?] = (0..<rowCount).map { row in
                if index > 1, Int.random(in: 0..<8, using: &random) == 0 { return nil }
                let value = Double.random(in: 0...10, using: &random) + Double(index * 1000)
                target[row] += value * Double(index + 1)
                return value
            }
            table.add("x\(index)", values)
        }
        for index in 0..<2 {
            let values: [String?] = (0..<rowCount).map { row in
                let code = Int.random(in: 0..<6, using: &random)
                target[row] += Double(code * (index + 2))
                return code == 5 ? nil : "c\(code)"
            }
            table.add("k\(index)", values, categories: ["c0", "c1", "c2", "c3"])
        }
        let weights = (0..<rowCount).map { _ in Double.random(in: 0...2, using: &random) }
        return (table, target, weights)
    }

    /// Gauss-Jordan on the explicit, standardised design matrix.
    private func naive(
        _ table: Table, _ target: [Double], _ weights: [Double], lambdaL2: Double
    ) throws -> [Double] {
        var design: [[Double]] = []
        let total = weights.reduce(0, +)
        func addIfVarying(_ column: [Double]) {
            let mean = zip(column, weights).map { $0 * $1 }.reduce(0, +) / total
            let variance =
                zip(column, weights).map { ($0 - mean) * ($0 - mean) * $1 }.reduce(0, +) / total
            if variance > 1e-20 {
                design.append(column.map { ($0 - mean) / variance.squareRoot() })
            }
        }
        for (feature, column) in zip(table.features, table.columns) {
            var values = [Double](repeating: 0, count: target.count)
            try values.withUnsafeMutableBufferPointer {
                try FeatureEncoder(feature).encode(column, rows: 0..<target.count, into: $0)
            }
            if feature.codeCount > 0 {
                for code in 0..<feature.codeCount where values.contains(Double(code)) {
                    addIfVarying(values.map { $0 == Double(code) ? 1 : 0 })
                }
                continue
            }
            let present = zip(values, weights).filter { !$0.0.isNaN }
            let mean =
                present.map { $0.0 * $0.1 }.reduce(0, +) / present.map(\.1).reduce(0, +)
            addIfVarying(values.map { $0.isNaN ? mean : $0 })
            if values.contains(where: \.isNaN) { addIfVarying(values.map { $0.isNaN ? 1 : 0 }) }
        }
        var mean = 0.0
        for row in target.indices { mean += target[row] * weights[row] / total }
        func product(_ u: [Double], _ v: [Double]) -> Double {
            var sum = 0.0
            for row in u.indices { sum += u[row] * v[row] * weights[row] }
            return sum
        }
        let centred = target.map { $0 - mean }
        var system: [[Double]] = design.map { u in
            design.map { v in product(u, v) } + [product(u, centred)]
        }
        for index in system.indices { system[index][index] += lambdaL2 }
        for pivot in system.indices {
            let scale = system[pivot][pivot]
            system[pivot] = system[pivot].map { $0 / scale }
            for row in system.indices where row != pivot {
                let factor = system[row][pivot]
                system[row] = zip(system[row], system[pivot]).map { $0 - factor * $1 }
            }
        }
        return system.map { $0[design.count] }
    }

    @Test("equals the normal equations of the explicit matrix", arguments: 0..<12 as Range<UInt64>)
    func equalsNaive(seed: UInt64) throws {
        let rowCount = [40, 500, 2048, 2049, 5000][Int(seed % 5)]
        let (table, target, weights) = table(seed: seed, rowCount: rowCount)
        let isWeighted = seed % 2 == 0
        let used = isWeighted ? weights : [Double](repeating: 1, count: rowCount)
        let fit = try table.fit(
            target: target, weights: isWeighted ? weights : nil, lambdaL2: 3)
        let expected = try naive(table, target, used, lambdaL2: 3)
        let found = zip(fit.model.coefficients, fit.model.terms).map { $0 * $1.scale }
        try #require(found.count == expected.count)
        for (a, b) in zip(found, expected) {
            #expect(isClose(a, b, relative: 1e-7, absolute: 1e-9))
        }
    }

    @Test("the same bits for any number of threads", arguments: [2, 3, 8])
    func threadsDoNotMatter(threadCount: Int) throws {
        let (table, target, weights) = table(seed: 5, rowCount: 100_000)
        let one = try table.fit(target: target, weights: weights, lambdaL2: 1)
        let many = try table.fit(
            target: target, weights: weights, lambdaL2: 1, threadCount: threadCount)
        #expect(one == many)
    }

    @Test(
        "the same bits however the rows are cut into batches",
        arguments: [[1], [2048], [2047, 2049], [10, 20, 9000], [100, 4096, 29_999]])
    func batchesDoNotMatter(cuts: [Int]) throws {
        let (table, target, weights) = table(seed: 6, rowCount: 30_000)
        let one = try table.fit(target: target, weights: weights, lambdaL2: 1)
        let cut = try table.fit(
            target: target, weights: weights, lambdaL2: 1, threadCount: 3, cuts: cuts)
        #expect(one == cut)
    }

    @Test("shards add up, in any order but for rounding")
    func shardsAddUp() throws {
        let (first, firstTarget, _) = table(seed: 1, rowCount: 700)
        let (second, secondTarget, _) = table(seed: 2, rowCount: 900)
        let a = try first.sums(target: firstTarget)
        let b = try second.sums(target: secondTarget)
        var forward = a
        forward.merge(b)
        var backward = b
        backward.merge(a)
        let pool = ThreadPool(threadCount: 1)
        var running = try DesignAccumulator(features: first.schema)
        try first.add(to: &running, target: firstTarget)
        try running.finishShard(pool: pool)
        try second.add(to: &running, target: secondTarget)
        try running.finishShard(pool: pool)
        #expect(running.moments == forward)
        let penalty = PenaltyChoice.fixed(LinearPenalty(l2: 1))
        let x = try LeastSquares.fit(forward, penalty: penalty)
        let y = try LeastSquares.fit(backward, penalty: penalty)
        #expect(x.rowCount == 1600)
        for (x, y) in zip(x.model.coefficients, y.model.coefficients) {
            #expect(isClose(x, y, relative: 1e-9))
        }
    }

    @Test("values that drift far from where they began keep their digits")
    func drifts() throws {
        var random = SeededGenerator(seed: 4)
        let rowCount = 200_000
        // The first tiles are constant; then a walk away from them.
        let x = (0..<rowCount).map { row -> Double in
            row < 3000 ? 1e9 : 1e9 + 1e6 + Double(row) + Double.random(in: -1...1, using: &random)
        }
        var table = Table()
        table.add("x", x)
        let target = x.map { 2 * ($0 - 1e9) + 5 }
        let fit = try table.fit(target: target, lambdaL2: 0)
        #expect(isClose(fit.model.coefficients[0], 2, relative: 1e-10))
    }

    @Test("rows of weight 0 are not there, whatever they hold")
    func ignoresRowsWithoutWeight() throws {
        var with = Table()
        with.add("x", [1, .infinity, 2, nil, 4])
        with.add("k", ["a", "never", "b", "b", "a"], categories: ["a", "b"])
        var without = Table()
        without.add("x", [1, 2, nil, 4])
        without.add("k", ["a", "b", "b", "a"], categories: ["a", "b"])
        let a = try with.fit(target: [1, .nan, 2, 3, 4], weights: [1, 0, 1, 1, 1], lambdaL2: 1)
        let b = try without.fit(target: [1, 2, 3, 4], weights: [1, 1, 1, 1], lambdaL2: 1)
        #expect(a.model.terms == b.model.terms && a.weightSum == b.weightSum)
        for (x, y) in zip(a.model.coefficients, b.model.coefficients) {
            #expect(isClose(x, y, relative: 1e-12, absolute: 1e-12))
        }
    }

    @Test("weights are repeated rows")
    func weightsAreRepeatedRows() throws {
        let values: [Double?] = [1, 2, nil, 4, 7]
        let target: [Double] = [1, 3, 2, 6, 9]
        var weighted = Table()
        weighted.add("x", values)
        var repeated = Table()
        repeated.add("x", values + [4, 4, nil])
        let a = try weighted.fit(target: target, weights: [1, 1, 2, 3, 1], lambdaL2: 1)
        let b = try repeated.fit(target: target + [6, 6, 2], lambdaL2: 1)
        for (x, y) in zip(a.model.coefficients, b.model.coefficients) {
            #expect(isClose(x, y, relative: 1e-12))
        }
    }

    @Test("an offset of 10^8 and scales 10^8 apart keep their digits")
    func offsetsAndScales() throws {
        var random = SeededGenerator(seed: 9)
        let u = (0..<5000).map { _ in Double.random(in: -1...1, using: &random) }
        let v = (0..<5000).map { _ in Double.random(in: -1...1, using: &random) }
        var table = Table()
        table.add("u", u.map { 1e8 + $0 })
        table.add("v", v.map { $0 * 1e-8 })
        // What is stored of 1e8 + u is what counts.
        let target = zip(u, v).map { 3 * ((1e8 + $0) - 1e8) + 5 * $1 + 1e6 }
        let fit = try table.fit(target: target, lambdaL2: 0)
        #expect(isClose(fit.model.coefficients[0], 3, relative: 1e-9))
        #expect(isClose(fit.model.coefficients[1], 5e8, relative: 1e-9))
        #expect(fit.trainRMSE < 1e-4)
    }

    @Test("constant and collinear columns are named")
    func collinear() throws {
        var table = Table()
        let x = (0..<50).map { Double($0 * $0 % 17) }
        let y = (0..<50).map { Double($0 % 7) }
        table.add("x", x)
        table.add("y", y)
        table.add("sum", zip(x, y).map { $0 + 2 * $1 })
        table.add("same", x.map { _ in 4.5 })
        table.add("never", x.map { _ in nil })
        let target = zip(x, y).map { 2 * $0 - $1 }
        let fit = try table.fit(target: target, lambdaL2: 0)
        #expect(fit.method == .eigenvalues)
        #expect(fit.collinearColumns.count == 1)
        #expect(fit.constantColumns == ["same", "never", "never is missing"])
        #expect(fit.warnings.count == 2 && fit.warnings[0].contains("never is missing"))
        #expect(fit.trainRMSE < 1e-5)
        let ridge = try table.fit(target: target, lambdaL2: 1)
        #expect(ridge.method == .cholesky && ridge.collinearColumns.isEmpty)
    }

    @Test("more columns than rows")
    func moreColumnsThanRows() throws {
        var table = Table()
        for index in 0..<6 { table.add("x\(index)", [Double(index), Double(index * index), 1]) }
        let fit = try table.fit(target: [1, 2, 3], lambdaL2: 0)
        #expect(fit.method == .eigenvalues && fit.trainRMSE < 1e-6)
        #expect(try table.fit(target: [1, 2, 3], lambdaL2: 1).method == .cholesky)
    }

    @Test("one row, no features, a constant target")
    func smallest() throws {
        var table = Table()
        #expect(try table.fit(target: [1, 3], lambdaL2: 1).model.intercepts == [2])
        table.add("x", [7])
        let one = try table.fit(target: [3], lambdaL2: 0)
        #expect(one.model.intercepts == [3] && one.model.terms.isEmpty)
        var constant = Table()
        constant.add("x", [1, 2, 3])
        let fit = try constant.fit(target: [5, 5, 5], lambdaL2: 0)
        #expect(fit.model.intercepts == [5] && fit.model.coefficients == [0] && fit.trainR2 == 1)
    }

    @Test(
        "data that cannot be fitted are refused",
        arguments: [
            Double.infinity, -.infinity, .nan,
        ])
    func badTarget(value: Double) throws {
        var table = Table()
        table.add("x", [1, 2])
        #expect {
            _ = try table.fit(target: [1, value], lambdaL2: 1)
        } throws: { error in
            (error as? LinearModelError)?.code == .outOfSpec
        }
    }

    @Test("infinite values, bad weights, no rows, bad parameters")
    func refusals() throws {
        func code(_ body: () throws -> Void) -> LinearModelError.Code? {
            do {
                try body()
            } catch {
                return (error as? LinearModelError)?.code
            }
            return nil
        }
        var table = Table()
        table.add("x", [1, .infinity])
        #expect(code { _ = try table.fit(target: [1, 2], lambdaL2: 1) } == .outOfSpec)
        var good = Table()
        good.add("x", [1, 2])
        #expect(
            code { _ = try good.fit(target: [1, 2], weights: [1, -1], lambdaL2: 1) } == .outOfSpec)
        #expect(
            code { _ = try good.fit(target: [1, 2], weights: [0, 0], lambdaL2: 1) } == .outOfSpec)
        #expect(code { _ = try Table().fit(target: [], lambdaL2: 1) } == .outOfSpec)
        #expect(code { _ = try good.fit(target: [1, 2], lambdaL2: -1) } == .invalidParameter)
        #expect(code { _ = try good.fit(target: [1, 2], lambdaL2: .nan) } == .invalidParameter)
        var huge = Table()
        huge.add("x", [1e200, -1e200, 3])
        #expect(code { _ = try huge.fit(target: [1, 2, 3], lambdaL2: 1) } == .outOfSpec)
        var wide = Table()
        wide.add("k", ["a"], categories: (0..<9000).map { "\($0)" })
        #expect(code { _ = try wide.fit(target: [1], lambdaL2: 1) } == .limitExceeded)
    }
}
