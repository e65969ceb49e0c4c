import Testing

/// Fails with one violation a line, and what to do about them.
func expectNone(
    _ violations: [String], _ advice: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    let list = violations.joined(separator: "\n")
    #expect(violations.isEmpty, "\(list)\n\(advice)", sourceLocation: sourceLocation)
}
