import FoundationEssentials
import Testing

@Suite("Fixtures")
struct FixtureTests {
    private static let bytesMax = 64 << 10

    @Test("none is larger than 64 KiB")
    func sizes() throws {
        let violations = try Repository.fixturePaths.compactMap { path -> String? in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: Repository.root + "/" + path)
            let size = attributes[.size] as? Int ?? 0
            return size > Self.bytesMax ? "\(path): \(size) bytes" : nil
        }
        expectNone(violations, "generate it from a seed in the test")
    }

    /// A fixture counts as used if a test of its target names it, or names the folder that it is
    /// walked with. Scripts and notes explain the others.
    @Test("each is used by a test")
    func used() {
        let violations = Repository.fixturePaths.filter { path in
            if path.hasSuffix(".py") || path.hasSuffix(".md") { return false }
            let parts = path.split(separator: "/")
            let folders = parts.drop { $0 != "Fixtures" }.dropFirst().dropLast()
            let stem = parts.last?.split(separator: ".").first
            let names = folders + (stem.map { [$0] } ?? [])
            let texts = Repository.swiftFiles.filter { $0.path.hasPrefix("Tests/\(parts[1])/") }
            return !texts.contains { file in names.contains { file.text.contains($0) } }
        }
        expectNone(violations, "delete it, or test it")
    }
}
