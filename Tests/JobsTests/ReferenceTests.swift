import Evaluation
import FoundationEssentials
import Jobs
import Testing

@Suite("Reference")
struct ReferenceTests {
    private static let folder = {
        var path = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        path.removeLast(3)
        return path.joined(separator: "/") + "/docs/reference/"
    }()

    private static func page(_ name: String) throws -> String {
        try String(contentsOfFile: folder + name, encoding: .utf8)
    }

    /// The names in backquotes that begin the rows of a page's tables.
    private static func names(in page: String) -> Set<String> {
        Set(
            page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
                String($0.dropFirst(3).prefix { $0 != "`" })
            })
    }

    @Test("the page of parameters is what the table says; `make reference` writes it")
    func options() throws {
        let environment = ProcessInfo.processInfo.environment
        if environment["MARTLET_WRITE_REFERENCE"] != nil {
            try OptionReference.markdown.write(
                toFile: Self.folder + "options.md", atomically: true, encoding: .utf8)
        }
        let written = try Self.page("options.md").split(separator: "\n")
        let expected = OptionReference.markdown.split(separator: "\n")
        let line = zip(written, expected).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(
            line == nil && written.count == expected.count,
            "docs/reference/options.md is out of date: run `make reference`")
    }

    @Test("every metric of a model is explained, and no other")
    func metrics() throws {
        let names = Self.names(in: try Self.page("evaluation.md"))
        #expect(names == Set(Metric.knownNames))
    }

    @Test("every error name is explained, and no other")
    func errors() throws {
        let names = Self.names(in: try Self.page("errors.md"))
        #expect(names == Set(JobErrorName.allCases.map(\.rawValue)))
        for name in JobErrorName.allCases {
            #expect(
                try Self.page("errors.md").contains("| `\(name.rawValue)` | \(name.exitCode) |"))
        }
    }
}
