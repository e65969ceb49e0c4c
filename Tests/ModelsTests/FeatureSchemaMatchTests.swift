import Columns
import Models
import Testing

@Suite("FeatureSchema.match")
struct FeatureSchemaMatchTests {
    private let features = FeatureSchema([
        Feature(name: "a", type: .int64, encoding: .numeric),
        Feature(name: "b", type: .double, encoding: .numeric),
        Feature(name: "c", type: .string, encoding: .categorical(categories: ["x"])),
    ])

    @Test("columns are found by name, whatever the order")
    func byName() throws {
        let schema = Schema([
            Field(name: "c", type: .string), Field(name: "id", type: .int64),
            Field(name: "b", type: .float), Field(name: "a", type: .int16),
        ])
        #expect(try features.match(schema: schema) == [3, 2, 0])
    }

    @Test("every offending column is named with both types")
    func complaints() {
        let schema = Schema([Field(name: "a", type: .double), Field(name: "c", type: .binary)])
        #expect {
            _ = try features.match(schema: schema)
        } throws: { error in
            guard let error = error as? ModelError else { return false }
            return error.code == .incompatible
                && error.message.contains("`a` is double, the model expects int64")
                && error.message.contains("`b` (double) is missing")
                && error.message.contains("`c` is binary, the model expects string")
                && error.context["columns"] == "a,b,c"
        }
    }

    @Test("a column without a value and a type is any feature, missing in all rows")
    func nulls() throws {
        let schema = Schema(
            ["a", "b", "c"].map { Field(name: $0, type: .int32, holdsOnlyNulls: true) })
        #expect(try features.match(schema: schema) == [0, 1, 2])
        for (feature, missing) in zip(features.features, [Double.nan, .nan, 1]) {
            let column = Column.nulls(
                Field(name: feature.name, type: .int32, holdsOnlyNulls: true), count: 70)
            var output = [Double](repeating: 5, count: 70)
            try output.withUnsafeMutableBufferPointer { output in
                try FeatureEncoder(feature).encode(column, rows: 0..<70, into: output)
            }
            #expect(output.allSatisfy { $0 == missing || ($0.isNaN && missing.isNaN) })
        }
    }

    @Test("columns of nulls have the carrier of each type")
    func carriers() throws {
        for name in [
            "boolean", "int8", "uint64", "float16", "double", "date", "string", "binary", "uuid",
            "decimal(9,2)", "decimal(18,2)", "decimal(38,2)", "fixedBinary(3)",
            "time(milliseconds,utc)", "timestamp(nanoseconds,local)",
        ] {
            let type = try #require(ColumnType(name: name))
            #expect("\(type)" == name)
            let column = Column.nulls(Field(name: "x", type: type), count: 65)
            #expect(column.count == 65 && column.nullCount == 65 && column.isNull(64))
        }
    }

    @Test("only what keeps every value widens")
    func widening() {
        #expect(ColumnType.int32.widens(to: .int64))
        #expect(ColumnType.uint32.widens(to: .int64))
        #expect(ColumnType.float16.widens(to: .double))
        #expect(
            ColumnType.decimal(precision: 5, scale: 2).widens(
                to: .decimal(precision: 9, scale: 2)))
        #expect(!ColumnType.int64.widens(to: .int32))
        #expect(!ColumnType.uint64.widens(to: .int64))
        #expect(!ColumnType.int8.widens(to: .uint16))
        #expect(!ColumnType.int32.widens(to: .double))
        #expect(!ColumnType.double.widens(to: .float))
        #expect(
            !ColumnType.decimal(precision: 5, scale: 2).widens(
                to: .decimal(precision: 9, scale: 3)))
        #expect(
            !ColumnType.timestamp(.milliseconds, isAdjustedToUTC: true).widens(
                to: .timestamp(.microseconds, isAdjustedToUTC: true)))
        #expect(!ColumnType.date.widens(to: .int32))
    }
}
