import Testing

@Suite("The scanner of the tidy tests")
struct CodeTextTests {
    @Test("blanks comments and strings, keeps the lines")
    func masks() {
        let code = CodeText("let a = \"{ \\(f(\"}\")) {\" // {\n/* {\n */ let b = #\"\"{\"#\n}")
        #expect(code.bytes.count { $0 == UInt8(ascii: "{") } == 0)
        #expect(code.bytes.count { $0 == UInt8(ascii: "\n") } == 3)
        #expect(code.words.map(\.word) == ["let", "a", "let", "b"])
    }

    @Test("measures Swift functions, skips requirements and calls")
    func swiftFunctions() {
        let code = CodeText(
            """
            protocol P {
                func required(a: Int) -> Int
                init(b: Int)
            }
            struct S {
                init() {
                    self.init(b: 1)
                }
                func long(
                    a: Int
                ) throws -> Int {
                    if a > 0 { return 1 }
                    return 0
                }
            }
            """)
        #expect(
            code.swiftFunctions() == [
                FunctionExtent(firstLine: 6, lineCount: 3),
                FunctionExtent(firstLine: 9, lineCount: 6),
            ])
    }

    @Test("measures C functions, skips types and tables")
    func cFunctions() {
        let code = CodeText("struct S {\n int a;\n};\nint f(int a)\n{\n if (a) {\n }\n}\n")
        #expect(code.cFunctions() == [FunctionExtent(firstLine: 5, lineCount: 4)])
    }
}
