import Columns
import Parquet
import Testing

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
}
