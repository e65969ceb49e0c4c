import FoundationEssentials

/// A text file of the repository.
struct RepositoryFile: Sendable {
    /// Relative to the root, with `/`.
    let path: String
    let text: String
    let lines: [Substring]

    /// Nil if the file cannot be read or is not UTF-8 text.
    init?(path: String) {
        guard let data = FileManager.default.contents(atPath: Repository.root + "/" + path),
            !data.contains(0), let text = String(validating: data, as: UTF8.self)
        else { return nil }
        self.init(path: path, text: text)
    }

    init(path: String, text: String) {
        self.path = path
        self.text = text
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The last part of the path, without its extension.
    var stem: Substring {
        let name = path.split(separator: "/").last ?? ""
        return name.split(separator: ".").first ?? name
    }

    /// The target that the file belongs to: the folder below `Sources/` or `Tests/`.
    var target: Substring {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? parts[1] : ""
    }
}
