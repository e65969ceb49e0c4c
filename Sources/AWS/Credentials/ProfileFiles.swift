/// The two files in which profiles stand: `~/.aws/credentials` and `~/.aws/config`.
struct ProfileFiles {
    let credentialsPath: String?
    let configPath: String?
    private let profiles: [String: [String: String]]
    private let sessions: [String: [String: String]]

    init(_ environment: AWSEnvironment) {
        let home = environment["HOME"]
        func expanded(_ path: String?) -> String? {
            guard let path, path.hasPrefix("~/"), let home else { return path }
            return home + path.dropFirst(1)
        }
        credentialsPath =
            expanded(environment["AWS_SHARED_CREDENTIALS_FILE"])
            ?? home.map { $0 + "/.aws/credentials" }
        configPath = expanded(environment["AWS_CONFIG_FILE"]) ?? home.map { $0 + "/.aws/config" }
        let config = configPath.flatMap(environment.readFile) ?? []
        sessions = Self.parse(config, prefix: "sso-session ", plainName: nil)
        var profiles = Self.parse(config, prefix: "profile ")
        // The credentials file wins where both have a key.
        let credentials = Self.parse(
            credentialsPath.flatMap(environment.readFile) ?? [], prefix: "")
        for (name, settings) in credentials {
            profiles[name, default: [:]].merge(settings) { $1 }
        }
        self.profiles = profiles
    }

    /// The settings of a profile, names in small letters; nil if there is no such profile.
    func settings(of profile: String) -> [String: String]? { profiles[profile] }

    /// The settings of a section `[sso-session NAME]`; nil if there is no such section.
    func settings(ofSession name: String) -> [String: String]? { sessions[name] }

    /// - Parameters:
    ///   - prefix: of the names of the sections.
    ///   - plainName: of the one section that has no prefix.
    private static func parse(
        _ bytes: [UInt8], prefix: String, plainName: String? = "default"
    ) -> [String: [String: String]] {
        var profiles: [String: [String: String]] = [:]
        var section: String?
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            // Indented lines belong to nested settings (`s3 =`), of which none is used here.
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else {
                continue
            }
            if first == "[" {
                section = line.firstIndex(of: "]").flatMap { end in
                    let name = trimmed(line[line.index(after: line.startIndex)..<end])
                    if name == plainName { return name }
                    guard name.hasPrefix(prefix) else { return nil }
                    return trimmed(name.dropFirst(prefix.count))
                }
                if let section, profiles[section] == nil { profiles[section] = [:] }
                continue
            }
            guard let section, let equals = line.firstIndex(of: "=") else { continue }
            let name = trimmed(line[..<equals]).lowercased()
            let value = withoutComment(line[line.index(after: equals)...])
            profiles[section]?[name] = value
        }
        return profiles
    }

    /// A comment after a value begins with white space and `#` or `;`.
    private static func withoutComment(_ value: Substring) -> String {
        for index in value.indices.dropFirst() where value[index] == "#" || value[index] == ";" {
            if value[value.index(before: index)].isWhitespace { return trimmed(value[..<index]) }
        }
        return trimmed(value)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
