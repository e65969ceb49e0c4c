import Columns
import Parquet
import Testing

@Suite("Lists of one length")
struct FixedLengthListTests {
    static let names = ["lists_v1", "lists_v2"]

    private func list(_ file: ParquetFile, _ name: String) throws -> LeafColumn {
        try #require(file.leaves.first { $0.path[0] == name })
    }

    @Test("each position is a column, missing where the list is null", arguments: names)
    func vector(name: String) throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/\(name).parquet")
        let elements = try list(file, "vector").elements()
        #expect(elements.map(\.field.name) == ["vector[0]", "vector[1]", "vector[2]"])
        for (position, element) in elements.enumerated() {
            let values = try file.values(element)
            let expected = (0..<150).map { row -> OracleValue in
                row % 7 == 3 ? .null : .text(hex(Float(100 * row + position)))
            }
            #expect(values == expected, "\(element.field.name)")
        }
    }

    @Test("a row group without the list's chunk is refused", arguments: names)
    func missingChunk(name: String) throws {
        var file = try ParquetFile(path: "\(FixtureTests.folder)/\(name).parquet")
        file.metadata.rowGroups[1].columns.removeAll()
        let error = #expect(throws: ParquetError.self) { try file.metadata.leafColumns() }
        #expect(error?.code == .outOfSpec)
    }

    @Test("a null element is missing alone", arguments: names)
    func holes(name: String) throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/\(name).parquet")
        let elements = try list(file, "holes").elements()
        #expect(elements.count == 2)
        let columns = try elements.map { try file.column($0, rowGroup: 1) }
        for row in 0..<50 {
            #expect(columns[0].isNull(row) == false)
            #expect(columns[1].isNull(row) == ((row + 100) % 5 == 0))
            #expect(ScalarValue(columns[0], row: row) == .double(Double(100 * (row + 100))))
        }
    }

    @Test("other lists and their flat siblings stay as they are", arguments: names)
    func others(name: String) throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/\(name).parquet")
        #expect(try list(file, "texts").list == nil)
        #expect(try file.values(list(file, "flat")) == (0..<150).map { .integer(Int128($0)) })
    }

    @Test("a list of another length is refused with its row", arguments: names)
    func otherLength(name: String) throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/\(name).parquet")
        // Lists of 1 and 3 elements in turn: their count allows 2 for each.
        let leaf = try list(file, "other")
        #expect(leaf.list?.length == 2)
        let error = #expect(throws: ParquetError.self) {
            try file.column(leaf.elements()[0], rowGroup: 1)
        }
        #expect(error?.code == .unsupported)
        #expect(error?.context.column == "other")
        #expect(error?.context.rowGroupIndex == 1)
        #expect(error?.message.contains("the list in row 0 has 1 elements") == true)
    }

    private func hex(_ value: Float) -> String {
        let digits = String(value.bitPattern, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
