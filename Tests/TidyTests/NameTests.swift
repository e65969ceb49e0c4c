import Testing

@Suite("Names")
struct NameTests {
    /// Words that never say what is inside.
    private static let bannedWords: Set<String> = [
        "Utils", "Util", "Utilities", "Helper", "Helpers", "Manager", "Common", "Misc", "Base",
        "Info",
    ]
    /// The field's own terms.
    private static let allowedNames: Set<String> = ["SplitInfo"]
    private static let typeKeywords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    @Test("no file has a name that says nothing")
    func files() {
        let violations = (Repository.swiftFiles + Repository.cFiles)
            .filter { file in file.stem.split(separator: "+").contains { Self.isBanned($0) } }
            .map(\.path)
        expectNone(violations, "name the thing after what it holds")
    }

    @Test("no type has a name that says nothing")
    func types() {
        let violations = Repository.swiftFiles.flatMap { file in
            let code = CodeText(file.text)
            let words = code.words
            return zip(words, words.dropFirst())
                .filter { Self.typeKeywords.contains($0.word) && Self.isBanned($1.word[...]) }
                .map { "\(file.path):\(code.lineNumber(at: $1.offset)): \($1.word)" }
        }
        expectNone(violations, "name the thing after what it holds")
    }

    @Test("splits names into words", arguments: [("HTTPHelper", true), ("Base64", false)])
    func splits(name: String, banned: Bool) {
        #expect(Self.isBanned(name[...]) == banned)
    }

    private static func isBanned(_ name: Substring) -> Bool {
        !allowedNames.contains(String(name))
            && camelWords(name).contains { bannedWords.contains($0) }
    }

    /// `HTTPHelper` is `HTTP`, `Helper`; digits stay with the word before them.
    private static func camelWords(_ name: Substring) -> [String] {
        var words: [String] = []
        var current = ""
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : nil
            let isStart =
                character.isUppercase
                && (current.last?.isUppercase == false || next?.isLowercase == true)
            if isStart, !current.isEmpty {
                words.append(current)
                current = ""
            }
            current.append(character)
        }
        return words + [current]
    }
}
