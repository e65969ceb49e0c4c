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
