import Testing

@Suite("Lengths")
struct LengthTests {
    private static let fileLinesMax = 600
    private static let functionLinesMax = 70
    private static let columnsMax = 100

    @Test("no source file is longer than 600 lines")
    func files() {
        let violations = (Repository.swiftFiles + Repository.cFiles)
            .filter { $0.lines.count - 1 > Self.fileLinesMax }
            .map { "\($0.path): \($0.lines.count - 1) lines" }
        expectNone(violations, "split each by topic: Type+Topic.swift")
    }

    @Test("no function is longer than 70 lines")
    func functions() {
        let swift = Repository.swiftFiles.flatMap { file in
            CodeText(file.text).swiftFunctions().map { (file.path, $0) }
        }
        let c = Repository.cFiles.flatMap { file in
            CodeText(file.text).cFunctions().map { (file.path, $0) }
        }
        #expect(swift.count > 1, "the scanner found no functions at all")
        let violations = (swift + c)
            .filter { $0.1.lineCount > Self.functionLinesMax }
            .map { "\($0.0):\($0.1.firstLine): \($0.1.lineCount) lines" }
        expectNone(violations, "name the steps, and make a function of each")
    }

    /// swift-format looks after Swift.
    @Test("no line of C or shell is wider than 100 columns")
    func columns() {
        let scripts = Repository.files.filter {
            let isScript =
                $0.path.hasSuffix(".sh") || $0.path.hasSuffix(".py") || $0.path == ".ci/run"
            return isScript && !$0.path.contains("/Fixtures/")
        }
        let violations = (Repository.cFiles + scripts).flatMap { file in
            file.lines.enumerated()
                .filter { $0.element.count > Self.columnsMax }
                .map { "\(file.path):\($0.offset + 1): \($0.element.count) columns" }
        }
        expectNone(violations, "break the line")
    }
}
