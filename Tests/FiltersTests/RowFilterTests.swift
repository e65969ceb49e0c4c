import Columns
import TestSupport
import Testing

@testable import Filters

@Suite("RowFilter")
struct RowFilterTests {
    @Test("keeps the rows that the naive evaluation keeps", arguments: 0..<400 as Range<UInt64>)
    func equalsNaive(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rowCount = [0, 1, 7, 8, 9, 63, 64, 65, 130][Int(seed % 9)]
        let cells = FilterTable.cells(rowCount: rowCount, using: &generator)
        let columns = zip(FilterTable.fields, cells).map { FilterTable.column($0, $1) }
        for _ in 0..<5 {
            let text = FilterTable.filter(using: &generator)
            let filter = try RowFilter(text, schema: FilterTable.schema)
            let used = filter.columnNames.compactMap { FilterTable.schema.index(of: $0) }
            let selection = filter.selection(of: used.map { columns[$0] }, rowCount: rowCount)
            let expression = try RowFilter.parse(text)
            for row in 0..<rowCount {
                let truth = FilterTable.truth(expression) { name in
                    FilterTable.schema.index(of: name).flatMap { cells[$0][row] }
                }
                #expect(selection.isKept(row) == (truth == true), "\(text), row \(row)")
            }
        }
    }

    @Test("never rules out what a row comes to", arguments: 0..<300 as Range<UInt64>)
    func outcomesHold(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 1_000)
        let rowCount = Int.random(in: 1...6, using: &generator)
        let cells = FilterTable.cells(rowCount: rowCount, using: &generator)
        for _ in 0..<10 {
            let text = FilterTable.filter(using: &generator)
            let filter = try RowFilter(text, schema: FilterTable.schema)
            let hidesBounds = Bool.random(using: &generator)
            let outcomes = filter.outcomes { index in
                let column = FilterTable.schema.index(of: filter.columnNames[index]) ?? 0
                return Self.evidence(cells[column], hidesBounds: hidesBounds)
            }
            let expression = try RowFilter.parse(text)
            for row in 0..<rowCount {
                let truth = FilterTable.truth(expression) { name in
                    FilterTable.schema.index(of: name).flatMap { cells[$0][row] }
                }
                let found: Outcomes = truth.map { $0 ? .yes : .no } ?? .unknown
                #expect(outcomes.contains(found), "\(text), row \(row)")
            }
        }
    }

    @Test("what is known is used")
    func usesEvidence() throws {
        var tens = ColumnEvidence()
        tens.bounds = .integers(10...19)
        tens.mayBeNull = false
        tens.mayBeNaN = false
        var nulls = ColumnEvidence.constant(nil)
        nulls.mayBeNaN = false
        let cases: [(String, Outcomes)] = [
            ("x < 10", .no), ("x <= 10", [.no, .yes]), ("x >= 10", .yes), ("x > 9.5", .yes),
            ("x IN (1, 20)", .no), ("NOT x IN (1, 20)", .yes), ("x = 15.5", .no),
            ("x != 20", .yes), ("x IS NULL", .no), ("y IS NULL", .yes), ("y = 3", .unknown),
            ("x < 10 AND y = 3", .no), ("x < 10 OR y = 3", .unknown), ("x > 9 OR y = 3", .yes),
        ]
        for (text, expected) in cases {
            let filter = try RowFilter(text, schema: FilterTable.schema)
            let found = filter.outcomes { filter.columnNames[$0] == "x" ? tens : nulls }
            #expect(found == expected, "\(text)")
        }
        var partial = try RowFilter(
            partially: "x < 10 AND s = 'a'", schema: Schema([Field(name: "x", type: .int64)]))
        #expect(partial.outcomes { _ in tens } == .no)
        partial = try RowFilter(
            partially: "x > 9 AND s = 'a'", schema: Schema([Field(name: "x", type: .int64)]))
        #expect(partial.outcomes { _ in tens } == .any)
    }

    @Test("a literal of another type, and a column that is not there, are named")
    func refuses() {
        let cases: [(String, FilterError.Code)] = [
            ("x = 'a'", .typeMismatch), ("s = 3", .typeMismatch), ("flag = 1", .typeMismatch),
            ("x", .typeMismatch), ("day = '2024-02-30'", .typeMismatch),
            ("day = '24-01-01'", .typeMismatch), ("at = '2024-01-01 25:00'", .typeMismatch),
            ("d = 1e999", .typeMismatch), ("f = 1e39", .typeMismatch), ("b = 'a'", .typeMismatch),
            ("x = 1234567890123456789012345678901234567890", .typeMismatch),
            ("day = TIMESTAMP '2024-01-01 00:00'", .typeMismatch), ("X = 1", .unknownColumn),
            ("nothing = 1", .unknownColumn),
        ]
        for (text, code) in cases {
            let error = #expect(throws: FilterError.self) {
                try RowFilter(text, schema: FilterTable.schema)
            }
            #expect(error?.code == code, "\(text): \(String(describing: error))")
        }
        let alike = #expect(throws: FilterError.self) {
            try RowFilter("S = 'a'", schema: FilterTable.schema)
        }
        #expect(alike?.message.contains("did you mean \"s\"?") == true)
    }

    @Test(
        "dates and times in ISO 8601",
        arguments: [
            ("1970-01-01", 0, false), ("1969-12-31T23:59:59.999999999", -1, false),
            ("2000-02-29 00:00", 951_782_400_000_000_000, false),
            ("2024-01-31T12:30:00.25Z", 1_706_704_200_250_000_000, true),
            ("2024-01-31 14:30:00.25+02:00", 1_706_704_200_250_000_000, true),
            ("0000-03-01", -62_162_035_200_000_000_000, false),
        ] as [(String, Int128, Bool)])
    func readsMoments(text: String, nanoseconds: Int128, hasZone: Bool) {
        #expect(
            CivilTime.moment(text) == CivilTime.Moment(nanoseconds: nanoseconds, hasZone: hasZone))
    }

    /// The tightest evidence there is for these cells.
    private static func evidence(
        _ cells: [FilterTable.Cell?], hidesBounds: Bool
    ) -> ColumnEvidence {
        var evidence = ColumnEvidence()
        let present = cells.compactMap { $0 }
        let reals = present.compactMap { cell -> Double? in
            if case .number(let value) = cell { value } else { nil }
        }
        evidence.mayBeNull = present.count < cells.count
        evidence.mayBeNaN = reals.contains { $0.isNaN }
        evidence.mayBeValue = present.count > reals.count { $0.isNaN }
        guard !hidesBounds else { return evidence }
        let exact = present.compactMap { cell -> Int128? in
            if case .exact(let value, _) = cell { value } else { nil }
        }
        let bytes = present.compactMap { cell -> [UInt8]? in
            if case .bytes(let value) = cell { value } else { nil }
        }
        let numbers = reals.filter { !$0.isNaN }
        if let low = exact.min(), let high = exact.max() { evidence.bounds = .integers(low...high) }
        if let low = numbers.min(), let high = numbers.max() {
            evidence.bounds = .numbers(low...high)
        }
        if let low = bytes.min(by: { $0.lexicographicallyPrecedes($1) }),
            let high = bytes.max(by: { $0.lexicographicallyPrecedes($1) })
        {
            evidence.bounds = .texts(first: low, last: high)
        }
        return evidence
    }
}
