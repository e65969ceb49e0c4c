import FoundationEssentials

/// The files of this checkout that people wrote, read once.
enum Repository {
    /// Every text file, by path relative to the root, sorted.
    static let files: [RepositoryFile] = paths(under: "").compactMap(RepositoryFile.init(path:))

    /// The Swift files under `Sources/` and `Tests/`.
    static let swiftFiles = files.filter { $0.path.hasSuffix(".swift") }

    /// The Swift files of the program itself.
    static let sourceFiles = swiftFiles.filter { $0.path.hasPrefix("Sources/") }

    static let cFiles = files.filter {
        $0.path.hasPrefix("Sources/") && ($0.path.hasSuffix(".c") || $0.path.hasSuffix(".h"))
    }

    /// Paths of every file below a `Fixtures` folder, text or not.
    static let fixturePaths = paths(under: "Tests").filter { $0.contains("/Fixtures/") }

    /// The absolute path of the root: this file lies two folders below it.
    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// What builds and runs leave behind, and other people's files.
    private static let skippedNames: Set<String> = ["demo", "LICENSE", "__pycache__"]
    private static let hiddenNamesKept: Set<String> = [".ci", ".github", ".gitignore"]

    private static func paths(under folder: String) -> [String] {
        let absolute = folder.isEmpty ? root : root + "/" + folder
        let names = (try? FileManager.default.contentsOfDirectory(atPath: absolute)) ?? []
        return names.sorted().flatMap { name -> [String] in
            if skippedNames.contains(name) { return [] }
            if name.hasPrefix("."), !hiddenNamesKept.contains(name) { return [] }
            let path = folder.isEmpty ? name : folder + "/" + name
            var isFolder = false
            guard FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder)
            else { return [] }
            return isFolder ? paths(under: path) : [path]
        }
    }
}
