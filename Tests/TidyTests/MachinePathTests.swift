import Testing

@Suite("Paths of one machine")
struct MachinePathTests {
    /// Assembled, so that this file does not contain them.
    private static let forbidden = [
        ["", "work", ""], ["", "farm", ""], ["", "opt", "swift"], ["", "root", ""],
        ["", "home", ""], ["", "Users", ""],
    ].map { $0.joined(separator: "/") }

    @Test("no file names a place that only one machine has")
    func none() {
        let violations = Repository.files
            .filter { !$0.path.contains("/Fixtures/") && !$0.path.hasPrefix(".github/workflows") }
            .flatMap { file in
                file.lines.enumerated()
                    .filter { line in Self.forbidden.contains { line.element.contains($0) } }
                    .map { "\(file.path):\($0.offset + 1)" }
            }
        expectNone(violations, "say it relative to the repository, or through the environment")
    }
}
