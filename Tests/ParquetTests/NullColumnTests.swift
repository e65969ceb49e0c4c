import Columns
import Testing

@testable import Parquet

@Suite("Columns of nulls")
struct NullColumnTests {
    @Test("a column of nulls has the carrier that reading one gives, of every type")
    func carriers() throws {
        let table = InterchangeTable(rowCount: 100, nulls: .all)
        var writer = FileWriter(schema: table.schema, options: WriterOptions())
        let bytes = try writer.write(table.batch(0..<table.rowCount)) + writer.finish()
        let file = try ParquetFile(bytes)
        for leaf in file.leaves {
            let read = try file.column(leaf, rowGroup: 0)
            let made = Column.nulls(read.field, count: read.count)
            #expect(Self.carrier(made.values) == Self.carrier(read.values), "\(leaf.field.type)")
            #expect((made.count, made.nullCount) == (100, 100))
            #expect(OracleValue.values(of: made) == OracleValue.values(of: read))
        }
    }

    /// Text and bytes are read with a dictionary or without.
    private static func carrier(_ values: ColumnValues) -> String? {
        let name = Mirror(reflecting: values).children.first?.label
        return name == "byteArrays" ? "dictionary" : name
    }
}
