import Columns
import Models
import ObjectStores
import Shards
import StoreTestSupport
import Synchronization
import TestSupport
import Testing
import Threads

@testable import Jobs

@Suite("ValidationSplit")
struct ValidationSplitTests {
    @Test("the share of the rows is what was asked for", arguments: [0, 0.05, 0.2, 0.5, 0.9])
    func takesFraction(fraction: Double) {
        for seed in [0, 1, UInt64.max] {
            let split = ValidationSplit(fraction: fraction, seed: seed)
            let share = Double((0..<20_000).count { split.isValidation(row: $0) }) / 20_000
            // Four standard deviations of a binomial share.
            let tolerance = 4 * (fraction * (1 - fraction) / 20_000).squareRoot()
            #expect(abs(share - fraction) <= tolerance)
        }
    }

    @Test("another seed chooses other rows, the same seed the same")
    func dependsOnSeed() {
        func rows(_ seed: UInt64) -> [Int] {
            let split = ValidationSplit(fraction: 0.3, seed: seed)
            return (0..<1_000).filter { split.isValidation(row: $0) }
        }
        #expect(rows(1) == rows(1))
        #expect(rows(1) != rows(2))
    }

    @Test("a larger share contains a smaller one")
    func nests() {
        let small = ValidationSplit(fraction: 0.1, seed: 4)
        let large = ValidationSplit(fraction: 0.4, seed: 4)
        #expect(
            (0..<1_000).allSatisfy { !small.isValidation(row: $0) || large.isValidation(row: $0) })
    }
}

@Suite("RowRoles")
struct RowRolesTests {
    @Test(
        "compacting equals filtering, for every range", arguments: 0..<12 as Range<UInt64>,
        [0, 1, 7, 8, 9, 100])
    func compactsAsFilterDoes(seed: UInt64, count: Int) {
        var random = SeededGenerator(seed: seed)
        // Seeds 0 to 2 have one role only: the short way.
        let choices: [RowRoles.Role] = [.dropped, .train, .validation]
        var roles = RowRoles()
        roles.reserve(.max)
        for _ in 0..<count {
            roles.append(
                seed < 3 ? choices[Int(seed)] : choices.randomElement(using: &random) ?? .train)
        }
        let lower = Int.random(in: 0...count, using: &random)
        let range = lower..<Int.random(in: lower...count, using: &random)
        for role in choices {
            var values = range.map(Double.init)
            let kept = values.withUnsafeMutableBufferPointer {
                roles.compact($0, of: role, rows: range)
            }
            let expected = range.filter { roles[$0] == role }
            #expect(values.prefix(kept).map { Int($0) } == expected)
            #expect(roles.count(role, in: range) == expected.count)
            #expect(roles.count(role) == (0..<count).count { roles[$0] == role })
        }
    }
}

@Suite("TargetEncoder")
struct TargetEncoderTests {
    private let place = JobFailure.Place(object: "s3://in/x", rowGroup: 2, column: "y")

    @Test("numbers become floats; null and NaN have no label")
    func encodesNumbers() throws {
        let column = Column.double("y", [1.5, nil, .nan, -2])
        let encoder = try TargetEncoder(field: column.field, isClassification: false, classes: nil)
        #expect(try encoder.encode(column, place: place) == [1.5, nil, nil, -2])
        #expect(encoder.classLabels.isEmpty)
        let narrow = Column.int32("y", [3, nil])
        let integers = try TargetEncoder(field: narrow.field, isClassification: false, classes: nil)
        #expect(try integers.encode(narrow, place: place) == [3, nil])
    }

    @Test("two classes are 0 and 1, as numbers, booleans or text")
    func encodesClasses() throws {
        let cases: [(Column, [String]?, [Float?], [String])] = [
            (.int64("y", [0, 1, nil]), nil, [0, 1, nil], ["0", "1"]),
            (.boolean("y", [true, nil, false]), nil, [1, nil, 0], ["false", "true"]),
            (.string("y", ["b", nil, "a"]), ["a", "b"], [1, nil, 0], ["a", "b"]),
        ]
        for (column, classes, labels, names) in cases {
            let encoder = try TargetEncoder(
                field: column.field, isClassification: true, classes: classes)
            #expect(try encoder.encode(column, place: place) == labels)
            #expect(encoder.classLabels == names)
        }
    }

    @Test("values that are no class, and infinite ones, are refused with row and place")
    func refusesOtherValues() throws {
        let cases: [(Column, Bool, [String]?)] = [
            (.double("y", [0, 0.5]), true, nil), (.int64("y", [1, 2]), true, nil),
            (.double("y", [0, .infinity]), false, nil), (.double("y", [0, 1e39]), false, nil),
            (.string("y", ["a", "z"]), true, ["a", "b"]), (.string("y", [nil, "z"]), true, []),
        ]
        for (column, isClassification, classes) in cases {
            let encoder = try TargetEncoder(
                field: column.field, isClassification: isClassification, classes: classes)
            let failure = #expect(throws: JobFailure.self) {
                try encoder.encode(column, place: place)
            }
            #expect(failure?.name == .dataInvalid)
            #expect(failure?.place == place)
            #expect(failure?.message.contains("row 1 ") == true)
        }
        #expect(throws: JobFailure.self) {
            try TargetEncoder(
                field: Field(name: "y", type: .string), isClassification: false, classes: nil)
        }
    }
}

@Suite("WeightColumn")
struct WeightColumnTests {
    @Test("numbers from 0 on pass as they are; the first other one is named by row")
    func checksWeights() throws {
        #expect(
            try WeightColumn.values(.int32("w", [0, 3]), place: .init()) == [0, 3])
        for wrong in [nil, -1, .nan, .infinity, 1e300] as [Double?] {
            let failure = #expect(throws: JobFailure.self) {
                try WeightColumn.values(.double("w", [1, wrong, wrong]), place: .init(column: "w"))
            }
            #expect(failure?.name == .dataInvalid)
            #expect(failure?.message.contains("row 1 ") == true)
        }
    }
}

@Suite("FeatureFeed")
struct FeatureFeedTests {
    @Test("every row of a role comes once, in order, at its place", arguments: [1, 3])
    func feedsEveryRowOnce(threads: Int) async throws {
        let rowCount = 20_000
        let store = MemoryStore()
        let numbers = (0..<rowCount).map { $0 % 11 == 0 ? nil : Double($0) }
        let texts = (0..<rowCount).map { ["a", "b", nil, "z"][$0 % 4] }
        // Two shards with row groups of more than one block.
        for (index, rows) in [0..<12_345, 12_345..<rowCount].enumerated() {
            try store.put(
                [.double("x", Array(numbers[rows])), .string("s", Array(texts[rows]))],
                at: "s3://in/\(index)", rowGroupRowCount: 9_000)
        }
        var random = SeededGenerator(seed: 3)
        var roles = RowRoles()
        for _ in 0..<rowCount {
            roles.append(RowRoles.Role(rawValue: UInt8.random(in: 0...2, using: &random)) ?? .train)
        }
        let features = [
            Feature(name: "x", type: .double, encoding: .numeric),
            Feature(name: "s", type: .string, encoding: .categorical(categories: ["a", "b"])),
        ]
        let manifest = try await ShardManifest.resolve(
            [try ObjectURL(parsing: "s3://in/")], in: store)
        let pool = ThreadPool(threadCount: threads)
        let reader = try ShardReader(
            table: try await ShardTable.open(manifest, in: store), columns: ["x", "s"],
            store: store, pool: pool)
        let feed = FeatureFeed(
            encoders: features.map { FeatureEncoder($0) }, roles: roles, pool: pool)
        for role in [RowRoles.Role.train, .validation] {
            let rows = (0..<rowCount).filter { roles[$0] == role }
            let collected = Collected(rowCount: rows.count)
            var position = 0
            try await reader.read { batch in
                try await feed.feed(batch, role: role, firstRow: position) { feature, values, row in
                    collected.put(feature, Array(values), at: row)
                }
                position += roles.count(
                    role, in: batch.firstRow..<batch.firstRow + batch.batch.rowCount)
            }
            #expect(position == rows.count)
            // Missing is code 2, other is code 3.
            let expected = [
                rows.map { numbers[$0] ?? -1 },
                rows.map { Double([0, 1, 2, 3][$0 % 4]) },
            ]
            #expect(collected.values == expected)
            #expect(collected.isComplete)
        }
    }

    /// What was fed, by position; NaN becomes -1.
    private final class Collected: Sendable {
        private let state: Mutex<(values: [[Double]], counts: [[Int]])>

        init(rowCount: Int) {
            state = Mutex(
                (
                    [[Double]](repeating: .init(repeating: -9, count: rowCount), count: 2),
                    [[Int]](repeating: .init(repeating: 0, count: rowCount), count: 2)
                ))
        }

        func put(_ feature: Int, _ values: [Double], at row: Int) {
            state.withLock { state in
                for (index, value) in values.enumerated() {
                    state.values[feature][row + index] = value.isNaN ? -1 : value
                    state.counts[feature][row + index] += 1
                }
            }
        }

        var values: [[Double]] { state.withLock { $0.values } }
        var isComplete: Bool {
            state.withLock { $0.counts.allSatisfy { $0.allSatisfy { $0 == 1 } } }
        }
    }
}
