import Columns
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

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
