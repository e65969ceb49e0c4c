import Columns
import Parquet
import Testing

/// Columns whose numbers stay codes of their dictionary.
@Suite("Coded columns")
struct CodedColumnTests {
    private func isCoded(_ column: Column) -> Bool {
        if case .coded = column.values { true } else { false }
    }

    /// Decodes every chunk both ways.
    /// - Returns: how many chunks came as codes.
    private func compare(_ file: ParquetFile, _ name: String) throws -> Int {
        var codedCount = 0
        let scratch = DecodeScratch()
        for rowGroup in file.metadata.rowGroups.indices {
            for leaf in file.leaves where leaf.skippedReason == nil && leaf.elementIndex == nil {
                let plain = try file.column(leaf, rowGroup: rowGroup, scratch: scratch)
                let coded = try file.column(
                    leaf, rowGroup: rowGroup, keepsCodes: true, scratch: scratch)
                #expect(!isCoded(plain))
                codedCount += isCoded(coded) ? 1 : 0
                for column in [coded, coded.expanded()] {
                    #expect(
                        OracleValue.values(of: column) == OracleValue.values(of: plain),
                        "\(name), \(leaf.field.name), row group \(rowGroup)")
                }
            }
        }
        return codedCount
    }

    @Test("have the values of plain ones, in every fixture", arguments: FixtureTests.files)
    func equalPlainOnes(name: String) throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/\(name)")
        let codedCount = try compare(file, name)
        // Small row groups: only `few` and `u8` repeat themselves often enough. In `fallback` some
        // dictionaries are full after a few rows, and plain pages follow.
        if ["none_v1.parquet", "snappy_v1.parquet", "zstd_v2.parquet"].contains(name) {
            #expect(codedCount > 0)
        }
        if name == "plain.parquet" { #expect(codedCount == 0) }
    }

    @Test("are those of small dictionaries, with and without nulls", arguments: [0, 3])
    func smallDictionaries(nullEvery: Int) throws {
        let rowCount = 1_000
        let validity =
            nullEvery == 0 ? nil : Validity((0..<rowCount).map { $0 % nullEvery != 0 || $0 < 300 })
        let columns: [(String, ColumnType, ColumnValues)] = [
            ("i", .int32, .int32(ColumnBuffer((0..<rowCount).map { Int32($0 % 7 - 3) }))),
            ("l", .int64, .int64(ColumnBuffer((0..<rowCount).map { Int64($0 % 300) << 40 }))),
            ("f", .float, .float(ColumnBuffer((0..<rowCount).map { Float($0 % 5) / 4 }))),
            ("d", .double, .double(ColumnBuffer((0..<rowCount).map { Double($0 % 9) }))),
            ("unique", .double, .double(ColumnBuffer((0..<rowCount).map { Double($0) }))),
        ]
        let schema = Schema(columns.map { Field(name: $0.0, type: $0.1) })
        var options = WriterOptions(compression: .snappy)
        options.pageRowCountMax = 150
        var writer = FileWriter(schema: schema, options: options)
        let batch = RecordBatch(
            schema: schema,
            columns: zip(schema.fields, columns).map {
                Column(field: $0, values: $1.2, validity: validity)
            }, rowCount: rowCount)
        let file = try ParquetFile(try writer.write(batch) + writer.finish())
        #expect(try compare(file, "written") == 4)
        for (leaf, column) in zip(file.leaves, batch.columns) {
            let read = try file.column(leaf, rowGroup: 0, keepsCodes: true)
            #expect(isCoded(read) == (leaf.field.name != "unique"))
            #expect(OracleValue.values(of: read) == OracleValue.values(of: column))
        }
    }
}
