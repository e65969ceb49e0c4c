import TestSupport
import Testing

@testable import Jobs

@Suite("Row folds")
struct RowFoldsTests {
    private func folds(
        _ count: Int, rows: Int, _ unit: RowFolds.Unit = .row, seed: UInt64 = 3
    ) throws -> [[UInt32]] {
        let folds = try RowFolds(count: count, rowCount: rows, unit: unit, seed: seed)
        return (0..<count).map { folds.heldOut(in: $0) }
    }

    @Test("each row is held out once, and folds differ by a row at most", arguments: [10, 53, 997])
    func dividesRows(rowCount: Int) throws {
        let folds = try folds(5, rows: rowCount)
        #expect(folds.flatMap { $0 }.sorted() == (0..<UInt32(rowCount)).map { $0 })
        let sizes = folds.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        #expect(folds.allSatisfy { $0 == $0.sorted() })
    }

    @Test("the seed decides, and nothing else")
    func seedDecides() throws {
        #expect(try folds(4, rows: 100) == folds(4, rows: 100))
        #expect(try folds(4, rows: 100) != folds(4, rows: 100, seed: 4))
        // The order is drawn anew for each block: no fold holds every fourth row.
        let first = try folds(4, rows: 400)[0]
        #expect(Set(first.map { $0 % 4 }).count == 4)
    }

    @Test("classes are spread evenly, rare ones too")
    func stratifies() throws {
        var generator = SeededGenerator(seed: 8)
        let classes = (0..<1_000).map { _ in
            Float(Int.random(in: 0..<20, using: &generator) == 0 ? 1 : 0)
        }
        let rare = classes.count { $0 == 1 }
        for fold in try folds(5, rows: 1_000, .rowOfClass(classes)) {
            let count = fold.count { classes[Int($0)] == 1 }
            #expect(count == rare / 5 || count == rare / 5 + 1)
        }
    }

    @Test("groups stay whole, and large ones do not fill one fold")
    func keepsGroups() throws {
        var generator = SeededGenerator(seed: 9)
        let groups = (0..<600).map { row in
            row < 60 ? Int32(0) : Int32.random(in: 1..<50, using: &generator)
        }
        let folds = try folds(3, rows: 600, .group(groups))
        let owners = folds.map { Set($0.map { groups[Int($0)] }) }
        #expect(owners[0].isDisjoint(with: owners[1]))
        #expect(owners[0].isDisjoint(with: owners[2]))
        #expect(owners[1].isDisjoint(with: owners[2]))
        for fold in folds { #expect((180...220).contains(fold.count)) }
    }

    @Test("a smaller share is part of a larger one, and of the rows not held out")
    func nestsShares() throws {
        let folds = try RowFolds(count: 4, rowCount: 2_000, unit: .row, seed: 1)
        let (all, half, tenth) = (
            folds.training(for: 2), folds.training(for: 2, share: 0.5),
            folds.training(for: 2, share: 0.1)
        )
        #expect(all.count == 1_500)
        #expect(Set(all).isDisjoint(with: folds.heldOut(in: 2)))
        #expect(Set(all).isSuperset(of: half) && Set(half).isSuperset(of: tenth))
        #expect((690...810).contains(half.count) && (110...190).contains(tenth.count))
        let groups = (0..<2_000).map { Int32($0 % 100) }
        let grouped = try RowFolds(count: 4, rowCount: 2_000, unit: .group(groups), seed: 1)
        let chosen = grouped.training(for: 0, share: 0.5)
        // Rows of a group come all or not at all.
        #expect(chosen.count == 20 * Set(chosen.map { groups[Int($0)] }).count)
    }

    @Test("fewer groups than folds are refused")
    func refusesFewGroups() {
        let groups: [Int32] = [0, 0, 1, 1, 2, 2]
        let failure = #expect(throws: JobFailure.self) {
            try folds(4, rows: 6, .group(groups))
        }
        #expect(failure?.name == .dataInvalid)
        #expect(throws: JobFailure.self) { try folds(5, rows: 4) }
    }
}
