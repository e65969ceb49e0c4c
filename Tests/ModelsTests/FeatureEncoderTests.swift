import Columns
import Models
import TestSupport
import Testing

@Suite("FeatureEncoder")
struct FeatureEncoderTests {
    private func encode(
        _ column: Column, _ encoding: Feature.Encoding = .numeric, type: ColumnType? = nil,
        rows: Range<Int>? = nil
    ) throws -> [Double] {
        let feature = Feature(
            name: column.field.name, type: type ?? column.field.type, encoding: encoding)
        let rows = rows ?? 0..<column.count
        var output = [Double](repeating: -99, count: rows.count)
        try output.withUnsafeMutableBufferPointer {
            try FeatureEncoder(feature).encode(column, rows: rows, into: $0)
        }
        return output
    }

    private func column(
        _ type: ColumnType, _ values: ColumnValues, valid: [Bool]? = nil
    ) -> Column {
        Column(
            field: Field(name: "x", type: type), values: values,
            validity: valid.map { Validity($0) })
    }

    @Test("every carrier becomes its number")
    func carriers() throws {
        let int32 = ColumnBuffer<Int32>([-1, 5])
        let int64 = ColumnBuffer<Int64>([-1, 12345])
        #expect(try encode(column(.boolean, .boolean(ColumnBuffer([0, 1])))) == [0, 1])
        #expect(try encode(column(.int32, .int32(int32))) == [-1, 5])
        #expect(try encode(column(.uint32, .int32(int32))) == [4_294_967_295, 5])
        #expect(try encode(column(.date, .int32(int32))) == [-1, 5])
        #expect(try encode(column(.int64, .int64(int64))) == [-1, 12345])
        #expect(
            try encode(column(.uint64, .int64(int64))) == [18_446_744_073_709_551_616, 12345])
        let timestamp = ColumnType.timestamp(.microseconds, isAdjustedToUTC: true)
        #expect(try encode(column(timestamp, .int64(int64))) == [-1, 12345])
        let float = try encode(column(.float, .float(ColumnBuffer([0.1, .nan]))))
        #expect(float[0] == Double(0.1 as Float) && float[1].isNaN)
    }

    @Test("codes become what their values would", arguments: [false, true])
    func codes(hasNulls: Bool) throws {
        let codes = ColumnBuffer<UInt16>([2, 1, 3, hasNulls ? 0 : 1, 3, 1])
        let valid = hasNulls ? [true, true, true, false, true, true] : nil
        let decimal = ColumnType.decimal(precision: 9, scale: 2)
        let categories = Feature.Encoding.categorical(categories: ["7", "-1", "4294967295"])
        let int32 = ColumnValues.int32(ColumnBuffer([0, -1, 7, 8]))
        let float = ColumnValues.float(ColumnBuffer([0, .nan, 0.1, 7.9]))
        let cases: [(ColumnType, ColumnValues, Feature)] = [
            (.int32, int32, Feature(name: "x", type: .int32, encoding: .numeric)),
            (.uint32, int32, Feature(name: "x", type: .uint32, encoding: .numeric)),
            (decimal, int32, Feature(name: "x", type: decimal, encoding: .numeric)),
            (.float, float, Feature(name: "x", type: .float, encoding: .numeric)),
            (
                .double, .double(ColumnBuffer([0, 0, -0.0, 1e-300])),
                Feature(name: "x", type: .double, encoding: .numeric, zeroIsMissing: true)
            ),
            (.int32, int32, Feature(name: "x", type: .int32, encoding: categories)),
            (.uint32, int32, Feature(name: "x", type: .uint32, encoding: categories)),
            (.float, float, Feature(name: "x", type: .float, encoding: categories)),
        ]
        for (type, entries, feature) in cases {
            let coded = column(type, .coded(codes: codes, entries: entries), valid: valid)
            let encoder = FeatureEncoder(feature)
            for rows in [0..<6, 2..<5] {
                var found = [[Double]](repeating: [Double](repeating: -99, count: 6), count: 2)
                for (index, column) in [coded, coded.expanded()].enumerated() {
                    try found[index].withUnsafeMutableBufferPointer {
                        try encoder.encode(
                            column, rows: rows,
                            into: UnsafeMutableBufferPointer(rebasing: $0[..<rows.count]))
                    }
                }
                #expect(found[0].map(\.bitPattern) == found[1].map(\.bitPattern), "\(type)")
            }
            let prepared = try encoder.prepare(coded)
            #expect(prepared.coded != nil && prepared.nullCount == (hasNulls ? 1 : 0))
        }
    }

    @Test("decimals are scaled to the nearest double")
    func decimals() throws {
        let type = ColumnType.decimal(precision: 9, scale: 2)
        #expect(
            try encode(column(type, .int32(ColumnBuffer([1234, -5, 0])))) == [12.34, -0.05, 0])
        let wide = ColumnType.decimal(precision: 38, scale: 2)
        var bytes = [UInt8](repeating: 0xFF, count: 16)
        bytes[15] = 0xFB  // -5
        bytes += [UInt8](repeating: 0, count: 14) + [0x04, 0xD2]  // 1234
        #expect(
            try encode(column(wide, .fixed(ColumnBuffer(bytes), byteCount: 16))) == [-0.05, 12.34])
    }

    @Test("nulls and NaN are missing, for any range of rows", arguments: 0..<40 as Range<UInt64>)
    func nulls(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...300, using: &random)
        let kind = seed % 3
        let valid = (0..<count).map { _ in
            kind == 0 ? false : kind == 1 ? true : Bool.random(using: &random)
        }
        let values = (0..<count).map { _ in
            Int.random(in: 0..<9, using: &random) == 0
                ? Double.nan : Double.random(in: -5...5, using: &random)
        }
        let start = Int.random(in: 0...count, using: &random)
        let end = Int.random(in: start...count, using: &random)
        let data = column(.double, .double(ColumnBuffer(values)), valid: valid)
        let output = try encode(data, rows: start..<end)
        for (index, row) in (start..<end).enumerated() {
            if valid[row] && !values[row].isNaN {
                #expect(output[index] == values[row])
            } else {
                #expect(output[index].isNaN)
            }
        }
    }

    @Test("text becomes codes, by dictionary and by value")
    func textCategories() throws {
        let texts = ["red", "unknown", "", "e\u{301}", "blue", "red"]
        let encoding = Feature.Encoding.categorical(categories: ["blue", "red", "\u{e9}", ""])
        let valid = [true, true, true, true, true, false]
        // The composed é is listed, the decomposed one is another value: 5 is "other".
        let expected = [1.0, 5, 3, 5, 0, 4]
        let plain = column(.string, .byteArrays(ByteArrays(texts)), valid: valid)
        #expect(try encode(plain, encoding) == expected)
        let dictionary = ByteArrays(["unknown", "red", "blue", "", "e\u{301}"])
        let codes = ColumnBuffer<Int32>([1, 0, 3, 4, 2, -1])
        let coded = column(
            .string, .dictionary(codes: codes, dictionary: dictionary), valid: valid)
        #expect(try encode(coded, encoding) == expected)
    }

    @Test("integers, booleans and dates are categories by their decimal text")
    func integerCategories() throws {
        let encoding = Feature.Encoding.categorical(categories: ["7", "-2", "5000000000"])
        let wide = ColumnBuffer<Int64>([5_000_000_000, -2, 8, 7])
        #expect(
            try encode(column(.int64, .int64(wide), valid: [true, true, true, false]), encoding)
                == [2, 1, 4, 3])
        let narrow = ColumnBuffer<Int32>([7, -2, 0])
        #expect(try encode(column(.int32, .int32(narrow)), encoding, type: .int64) == [0, 1, 4])
        #expect(try encode(column(.date, .int32(narrow)), encoding) == [0, 1, 4])
        #expect(
            try encode(
                column(.boolean, .boolean(ColumnBuffer([1, 0]))), .categorical(categories: ["1"]))
                == [0, 2])
        let largest = Feature.Encoding.categorical(categories: ["18446744073709551615"])
        #expect(try encode(column(.uint64, .int64(ColumnBuffer([-1, 1]))), largest) == [0, 2])
    }

    @Test("text that is not UTF-8 finds the category that training made of it")
    func invalidText() throws {
        let bytes: [UInt8] = [0x61, 0xFF, 0x62]
        let data = column(.string, .byteArrays(ByteArrays([bytes, Array("a".utf8)])))
        var counter = try CategoryCounter(field: data.field)
        try counter.add(data)
        let categories = counter.categories(max: 10)
        #expect(try encode(data, .categorical(categories: categories)).sorted() == [0, 1])
    }

    @Test("another type is refused")
    func anotherType() {
        let data = column(.string, .byteArrays(ByteArrays(["1"])))
        #expect {
            _ = try encode(data, .numeric, type: .double)
        } throws: { error in
            (error as? ModelError)?.code == .incompatible
        }
    }

    @Test("an empty dictionary of an all-null column")
    func allNullDictionary() throws {
        let data = column(
            .string,
            .dictionary(codes: ColumnBuffer([-1, 0]), dictionary: ByteArrays([[UInt8]]())),
            valid: [false, false])
        #expect(try encode(data, .categorical(categories: ["a"])) == [1, 1])
        #expect(try encode(data, .categorical(categories: [])) == [0, 0])
    }
}
