import Testing

/// `make documentation` has DocC check the same and more; this needs no build.
@Suite("Documentation")
struct DocumentationTests {
    /// Executables and C are documented by the command line and by comments.
    private static let targets = Set(
        Repository.sourceFiles.map { String($0.target) }
    ).filter { $0.first?.isUppercase == true }.sorted()

    private static func catalog(of target: String) -> [RepositoryFile] {
        Repository.files.filter {
            $0.path.hasPrefix("Sources/\(target)/\(target).docc/") && $0.path.hasSuffix(".md")
        }
    }

    @Test("every target has a page that says what it is for")
    func pages() {
        let violations = Self.targets.filter { target in
            let path = "Sources/\(target)/\(target).docc/\(target).md"
            guard let page = Repository.files.first(where: { $0.path == path }) else {
                return true
            }
            return !page.text.hasPrefix("# ``\(target)``\n") || !page.text.contains("## Topics")
        }
        expectNone(violations, "write Sources/X/X.docc/X.md, like the other targets'")
    }

    @Test("every link of a page names a type of its target, or a page beside it")
    func links() {
        let violations = Self.targets.flatMap { target -> [String] in
            let catalog = Self.catalog(of: target)
            let pages = Set(catalog.compactMap { $0.path.split(separator: "/").last })
            let names = Self.declaredNames(in: target).union([target])
            return catalog.flatMap { page -> [String] in
                let symbols = Self.texts(of: page.text, from: "``", to: "``")
                    .filter { !names.contains($0) }
                let documents = Self.texts(of: page.text, from: "<doc:", to: ">")
                    .filter { !pages.contains("\($0).md") }
                return (symbols + documents).map { "\(page.path): \($0)" }
            }
        }
        expectNone(violations, "name what is there")
    }

    @Test("finds what stands between marks")
    func marks() {
        #expect(Self.texts(of: "a ``B`` and ``C``, <doc:D>", from: "``", to: "``") == ["B", "C"])
        #expect(Self.texts(of: "a ``B`` and <doc:D>", from: "<doc:", to: ">") == ["D"])
    }

    private static func declaredNames(in target: String) -> Set<String> {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        let files = Repository.sourceFiles.filter { $0.target == target }
        return Set(
            files.flatMap(\.lines).flatMap { line -> [String] in
                let words = line.split { $0 == " " || $0 == ":" || $0 == "<" }
                return zip(words, words.dropFirst()).compactMap { kind, name in
                    kinds.contains(kind) ? String(name) : nil
                }
            })
    }

    private static func texts(of text: String, from opening: String, to closing: String)
        -> [String]
    {
        var rest = text[...]
        var found: [String] = []
        while let start = rest.firstRange(of: opening) {
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: closing) else { break }
            found.append(String(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return found
    }
}
