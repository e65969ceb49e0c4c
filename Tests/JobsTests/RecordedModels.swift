import FoundationEssentials

/// `Fixtures/models.json`: trainings on the demonstration table, and what became of them. Trees are
/// recorded as the digest of the text that LightGBM reads, which holds every bit of them and
/// nothing of the program's version.
struct RecordedModels: Codable {
    struct Case: Codable {
        let name: String
        /// Besides the common ones.
        let parameters: [String: String]
        var sha256: String
    }

    /// Parameters of `generate`.
    let table: [String: String]
    let common: [String: String]
    var cases: [Case]

    private static let url = URL(
        filePath: "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
            + "/Fixtures/models.json")

    static func load() throws -> RecordedModels {
        try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }

    /// Whether digests are written down instead of compared.
    static var isRecording: Bool {
        ProcessInfo.processInfo.environment["MARTLET_WRITE_REFERENCE"] != nil
    }

    func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (encoder.encode(self) + Data("\n".utf8)).write(to: Self.url)
    }
}
