import Testing

@testable import Filters

@Suite("Filter language")
struct FilterParserTests {
    @Test("a mistake is named with its place")
    func places() {
        let cases: [(String, FilterError.Code, Range<Int>)] = [
            ("", .syntax, 0..<0), ("age >", .syntax, 5..<5), ("age > > 3", .syntax, 6..<7),
            ("age == 3", .syntax, 4..<6), ("age > 3 AND", .syntax, 11..<11),
            ("(age > 3", .syntax, 8..<8), ("age > 3)", .syntax, 7..<8),
            ("age > 'x", .syntax, 6..<8), ("age IN ()", .syntax, 8..<9),
            ("age IN (1,)", .syntax, 10..<11), ("age NOT 3", .syntax, 8..<9),
            ("age = NULL", .syntax, 6..<10), ("age = other", .syntax, 6..<11),
            ("age BETWEEN 1 OR 2", .syntax, 14..<16), ("age # 3", .syntax, 4..<5),
            ("age = 12ab", .syntax, 6..<8), ("b = X'0'", .syntax, 4..<8),
            ("and = 3", .syntax, 0..<3), ("1 2", .syntax, 2..<3), ("age 3", .syntax, 4..<5),
        ]
        for (text, code, place) in cases {
            let error = #expect(throws: FilterError.self) { try FilterParser.parse(text) }
            #expect(error?.code == code, "\(text)")
            #expect(error?.place == place, "\(text): \(String(describing: error))")
        }
    }

    @Test("carets stand under the mistake")
    func carets() throws {
        let error = #expect(throws: FilterError.self) { try FilterParser.parse("age == 3") }
        #expect(
            error?.description.split(separator: "\n").dropFirst().joined(separator: "\n")
                == "    age == 3\n        ^^")
        let long = String(repeating: "a = 1 AND ", count: 50) + "b ~ 1"
        let shown = #expect(throws: FilterError.self) { try FilterParser.parse(long) }
        let lines = shown?.description.split(separator: "\n") ?? []
        #expect(lines.count == 3)
        #expect(lines.last?.count == 4 + 1 + 60 + 1)
    }

    @Test("NOT binds tighter than AND, AND tighter than OR")
    func binds() throws {
        let same = [
            ("NOT flag AND x = 1 OR y = 2", "((NOT flag) AND x = 1) OR y = 2"),
            ("flag OR x = 1 AND y = 2", "flag OR (x = 1 AND y = 2)"),
            ("not not flag", "NOT (NOT (flag))"), ("x != 3", "x <> 3"), ("3 < x", "x > 3"),
            ("x BETWEEN 1 AND 2 AND y IS NULL", "(x >= 1 AND x <= 2) AND y IS NULL"),
            ("\"x\" not in (1, 2)", "NOT (x IN (1,2))"), ("x is not null", "NOT x IS NULL"),
        ]
        for (left, right) in same {
            let schema = FilterTable.schema
            // Columns are numbered by their first mention, which is the same on both sides.
            #expect(
                try RowFilter(left, schema: schema).root == RowFilter(right, schema: schema).root,
                "\(left)")
        }
    }

    @Test("depth and length have limits")
    func limits() {
        let deep = String(repeating: "(", count: 5_000) + "a" + String(repeating: ")", count: 5_000)
        let error = #expect(throws: FilterError.self) { try FilterParser.parse(deep) }
        #expect(error?.code == .limitExceeded)
        let long = String(repeating: " ", count: (1 << 20) + 1)
        let tooLong = #expect(throws: FilterError.self) { try FilterParser.parse(long) }
        #expect(tooLong?.code == .limitExceeded)
    }

    @Test("no text makes the parser do more than throw")
    func neverTraps() {
        let pieces = [
            "a", "\"", "'", "(", ")", ",", "=", "<", ">", "!", "AND", "OR", "NOT", "IN", "IS",
            "NULL", "BETWEEN", "DATE", "TRUE", "1", "-", ".", "e", "X'", "é", "\n", "#", "1e5",
        ]
        var generator = FilterTable.generator(seed: 5)
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0..<12, using: &generator))
                .compactMap { _ in pieces.randomElement(using: &generator) }
                .joined(separator: Bool.random(using: &generator) ? " " : "")
            do {
                _ = try RowFilter(text, schema: FilterTable.schema)
            } catch {
                #expect(!error.description.isEmpty)
                #expect(error.place.upperBound <= max(text.count, 0), "\(text)")
            }
        }
    }
}
