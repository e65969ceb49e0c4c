import Testing

@Suite("Code that can take a running job down")
struct ForbiddenCodeTests {
    @Test("no forced try, forced cast or deliberate trap in Sources")
    func traps() {
        let forbidden = ["try!", "as!", "fatalError(", ".unsafelyUnwrapped", "unowned(unsafe)"]
        expectNone(
            Self.violations { line in forbidden.first { Self.contains($0, in: line) } },
            "throw the target's error instead")
    }

    @Test("no forced unwrap in Sources")
    func forcedUnwraps() {
        expectNone(
            Self.violations { Self.hasForcedUnwrap($0) ? "forced unwrap" : nil },
            "bind with `if let` or `guard let`, and throw otherwise")
    }

    @Test("what is claimed to be Sendable says why beside it")
    func uncheckedClaims() {
        let violations = Repository.sourceFiles.flatMap { file in
            let code = CodeText(file.text).lines
            return code.indices
                .filter { Self.contains("@unchecked Sendable", in: code[$0]) }
                .filter { index in
                    let near = max(0, index - 4)...min(file.lines.count - 1, index + 1)
                    return !file.lines[near].contains { $0.contains("//") }
                }
                .map { "\(file.path):\($0 + 1)" }
        }
        expectNone(violations, "a comment must prove it")
    }

    @Test("nothing is left to do later in silence")
    func unfinished() {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        let violations = Repository.files
            .filter { file in
                ["Sources/", "Tests/", "terraform/"].contains { file.path.hasPrefix($0) }
                    && !file.path.contains("/Fixtures/")
            }
            .flatMap { file in
                file.lines.enumerated()
                    .filter { line in marks.contains { line.element.contains($0) } }
                    .map { "\(file.path):\($0.offset + 1)" }
            }
        expectNone(violations, "finish it, or open an issue and delete the mark")
    }

    @Test(
        "recognises a forced unwrap",
        arguments: [
            ("let a = b!", true), ("f(b!.c)", true), ("var a: Int!", true), ("a[0]!", true),
            ("if a != b {", false), ("if !a {", false), ("f(!a)", false), ("a! = 1", true),
        ])
    func recognises(line: String, expected: Bool) {
        #expect(Self.hasForcedUnwrap(Array(line.utf8)[...]) == expected)
    }

    private static func violations(
        _ find: (ArraySlice<UInt8>) -> String?
    ) -> [String] {
        Repository.sourceFiles.flatMap { file in
            CodeText(file.text).lines.enumerated().compactMap { index, line in
                find(line).map { "\(file.path):\(index + 1): \($0)" }
            }
        }
    }

    /// Finds the text where no word runs into its first letter: `as!` but not `has!`.
    private static func contains(_ text: String, in line: ArraySlice<UInt8>) -> Bool {
        let wanted = Array(text.utf8)
        guard line.count >= wanted.count else { return false }
        return (line.startIndex...(line.endIndex - wanted.count)).contains { start in
            guard line[start..<(start + wanted.count)].elementsEqual(wanted) else { return false }
            return start == line.startIndex || !CodeText.isWordByte(wanted[0])
                || !CodeText.isWordByte(line[start - 1])
        }
    }

    /// An exclamation mark right after a value or a type, unless it begins `!=`.
    private static func hasForcedUnwrap(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.contains(UInt8(ascii: "!")) else { return false }
        return line.indices.dropFirst().contains { index in
            guard line[index] == UInt8(ascii: "!") else { return false }
            let before = line[index - 1]
            let closes = [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(before)
            guard closes || CodeText.isWordByte(before) else { return false }
            let next = index + 1 < line.endIndex ? line[index + 1] : 0
            let word = line[..<index].suffix(while: { CodeText.isWordByte($0) })
            return next != UInt8(ascii: "=") && !word.elementsEqual("try".utf8)
        }
    }
}

extension ArraySlice<UInt8> {
    /// The longest tail whose bytes all satisfy the condition.
    fileprivate func suffix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        var start = endIndex
        while start > startIndex, condition(self[start - 1]) { start -= 1 }
        return self[start...]
    }
}
