import Testing

@Suite("Imports")
struct ImportTests {
    /// Imports point down, never sideways: a target may import only targets of a lower level.
    private static let levels: [String: Int] = [
        "CBuild": 0, "CDeflate": 0, "CKernels": 0, "CLAPACKE": 0, "COpenBLAS": 0, "CZstd": 0,
        "Memory": 0,

        "Callbacks": 1, "Columns": 1, "Evaluation": 1, "ObjectStores": 1, "Objectives": 1,
        "Threads": 1,

        "Binning": 2, "Calibration": 2, "Filters": 2, "Models": 2, "Parquet": 2, "SigV4": 2,

        "Interchange": 3, "LinearModels": 3, "Predictions": 3, "Reports": 3, "Shards": 3,
        "Trees": 3,

        "AWS": 4, "Jobs": 4,

        "Functions": 5,

        "martlet": 6, "martlet-bench": 6,
    ]

    @Test("every target has a level, and imports only from below it")
    func pointDown() {
        let violations = Repository.sourceFiles.flatMap { file -> [String] in
            guard let level = Self.levels[String(file.target)] else {
                return ["\(file.path): target \(file.target) has no level in this test"]
            }
            return Self.imports(of: file).compactMap { module, line in
                guard let imported = Self.levels[module], imported >= level else { return nil }
                return "\(file.path):\(line): \(file.target) (\(level)) imports "
                    + "\(module) (\(imported))"
            }
        }
        expectNone(violations, "move what both need down, or hand it in from above")
    }

    /// Full Foundation brings ICU and four times the size of the program.
    @Test("FoundationEssentials, never Foundation, in Sources")
    func foundation() {
        let violations = Repository.sourceFiles.flatMap { file in
            Self.imports(of: file)
                .filter { $0.module == "Foundation" }
                .map { "\(file.path):\($0.line)" }
        }
        expectNone(violations, "import FoundationEssentials")
    }

    @Test("reads imports with their modifiers")
    func reads() {
        let file = RepositoryFile(
            path: "Sources/A/B.swift",
            text: "// import X\nimport A\n@preconcurrency package import B\n"
                + "import struct C.D\nlet importance = 1\n")
        #expect(Self.imports(of: file).map(\.module) == ["A", "B", "C"])
    }

    private static func imports(of file: RepositoryFile) -> [(module: String, line: Int)] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
        return file.lines.enumerated().compactMap { index, line in
            guard !line.hasPrefix("//") else { return nil }
            var words = line.split(separator: " ")[...]
            guard let start = words.prefix(3).firstIndex(of: "import") else { return nil }
            words = words[(start + 1)...]
            if let kind = words.first, kinds.contains(String(kind)) { words.removeFirst() }
            guard let module = words.first?.split(separator: ".").first else { return nil }
            return (String(module), index + 1)
        }
    }
}
