import Columns
import Testing

@testable import Parquet

@Suite("ColumnStatistics")
struct ColumnStatisticsTests {
    @Test(
        "bounds and nulls of a file equal those of its rows",
        arguments: ["none_v1", "snappy_v1", "delta", "decimal_integers", "byte_stream_split"])
    func equalRows(name: String) throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/\(name).parquet")
        var checkedCount = 0
        for leaf in file.leaves {
            let statistics = file.metadata.statistics(of: leaf)
            var rows: [ScalarValue] = []
            var nullCount = 0
            for rowGroup in file.metadata.rowGroups.indices {
                let column = try file.column(leaf, rowGroup: rowGroup)
                rows += (0..<column.count).compactMap { ScalarValue(column, row: $0) }
                nullCount += column.nullCount
            }
            #expect(statistics.nullCount == nullCount, "\(leaf.field.name)")
            rows.removeAll { $0.description == "nan" }
            let min = rows.dropFirst().reduce(rows.first) { sofar, value in
                sofar.map { value.isLess(than: $0) ? value : $0 }
            }
            let max = rows.dropFirst().reduce(rows.first) { sofar, value in
                sofar.map { $0.isLess(than: value) ? value : $0 }
            }
            guard let statisticsMin = statistics.min else { continue }
            #expect(statisticsMin == min, "\(leaf.field.name)")
            #expect(statistics.max == max, "\(leaf.field.name)")
            checkedCount += 1
        }
        #expect(checkedCount >= 20)
    }

    @Test("deprecated bounds are not used where they compare wrongly")
    func deprecatedBounds() throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/none_v1.parquet")
        for (name, isUsed) in [("i32", true), ("u32", false), ("word", false)] {
            let leaf = try #require(file.leaves.first { $0.field.name == name })
            var chunk = file.metadata.rowGroups[0].columns[leaf.columnIndex]
            chunk.statistics?.deprecatedMin = [1, 0, 0, 0]
            chunk.statistics?.deprecatedMax = [2, 0, 0, 0]
            chunk.statistics?.minValue = nil
            chunk.statistics?.maxValue = nil
            let statistics = ColumnStatistics(chunk, column: leaf)
            #expect(statistics.min == (isUsed ? .integer(1) : nil), "\(name)")
            #expect(statistics.max == (isUsed ? .integer(2) : nil), "\(name)")
        }
    }

    private func statistics(
        _ column: String, min: [UInt8]?, max: [UInt8]?, order: ColumnOrder? = .typeDefined
    ) throws -> ColumnStatistics {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/none_v1.parquet")
        var metadata = file.metadata
        metadata.columnOrders = order.map { order in file.leaves.map { _ in order } } ?? []
        let leaf = try #require(
            try metadata.leafColumns().first { $0.field.name == column })
        var chunk = metadata.rowGroups[0].columns[leaf.columnIndex]
        chunk.statistics = Statistics(nullCount: 0, maxValue: max, minValue: min)
        return ColumnStatistics(chunk, column: leaf)
    }

    @Test("text that was cut within a character is a lower bound up to there, and no upper one")
    func brokenText() throws {
        let cut = try statistics("word", min: [0x61, 0xC3], max: [0x7A, 0xE6, 0x97])
        #expect(cut.min == .text("a"))
        #expect(!cut.isMinExact)
        #expect(cut.max == nil)
        let broken = try statistics("word", min: [0xFF] + Array("abcdefgh".utf8), max: nil)
        #expect(broken.min == .text(""))
    }

    @Test("an order that is not known, or that does not fit the type, gives no bounds")
    func orders() throws {
        let one: [UInt8] = [1, 0, 0, 0]
        #expect(try statistics("i32", min: one, max: one, order: nil).min == .integer(1))
        #expect(try statistics("u32", min: one, max: one, order: nil).min == nil)
        #expect(try statistics("u32", min: one, max: one).min == .unsigned(1))
        #expect(try statistics("i32", min: one, max: one, order: .unknown(7)).min == nil)
        #expect(try statistics("i32", min: one, max: one, order: .ieee754Total).min == nil)
        #expect(try statistics("f32", min: one, max: one, order: .ieee754Total).min != nil)
        #expect(try statistics("word", min: one, max: one, order: nil).max == nil)
    }

    @Test("NaN in one bound makes both useless")
    func nanBounds() throws {
        let nan = withUnsafeBytes(of: Float.nan.bitPattern) { [UInt8]($0) }
        let one = withUnsafeBytes(of: Float(1).bitPattern) { [UInt8]($0) }
        let statistics = try statistics("f32", min: one, max: nan)
        #expect(statistics.min == nil && statistics.max == nil)
    }

    @Test(
        "comparisons that no row can fulfil are excluded",
        arguments: [
            (.equal, 4, false), (.equal, 5, true), (.equal, 9, true), (.equal, 10, false),
            (.less, 5, false), (.less, 6, true), (.lessOrEqual, 4, false), (.lessOrEqual, 5, true),
            (.greater, 9, false), (.greater, 8, true), (.greaterOrEqual, 10, false),
            (.greaterOrEqual, 9, true), (.notEqual, 5, true), (.notEqual, 7, true),
        ] as [(Comparison, Int64, Bool)])
    func comparisons(comparison: Comparison, value: Int64, mightHold: Bool) {
        let bounds = ColumnStatistics(nullCount: 2, min: .integer(5), max: .integer(9))
        #expect(bounds.mightHold(comparison, .integer(value), rowCount: 10) == mightHold)
        // Nulls compare with nothing; a value of another kind excludes nothing.
        #expect(!bounds.mightHold(comparison, .integer(value), rowCount: 2))
        #expect(bounds.mightHold(comparison, .unsigned(UInt64(value)), rowCount: 10))
        #expect(ColumnStatistics().mightHold(comparison, .integer(value), rowCount: 10))
    }

    @Test("only exact bounds make a column constant")
    func constants() {
        var bounds = ColumnStatistics(min: .text("x"), max: .text("x"))
        #expect(!bounds.mightHold(.notEqual, .text("x"), rowCount: 10))
        #expect(bounds.mightHold(.notEqual, .text("y"), rowCount: 10))
        bounds.isMaxExact = false
        #expect(bounds.mightHold(.notEqual, .text("x"), rowCount: 10))
        // NaN is unequal to all, and is not in the bounds.
        bounds = ColumnStatistics(min: .double(1), max: .double(1))
        #expect(bounds.mightHold(.notEqual, .double(1), rowCount: 10))
        bounds.nanCount = 0
        #expect(!bounds.mightHold(.notEqual, .double(1), rowCount: 10))
    }
}
