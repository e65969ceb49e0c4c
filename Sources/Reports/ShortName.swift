/// Names of columns as charts have room for them.
enum ShortName {
    static let lengthMax = 22

    /// The name itself, or its beginning and its end, where names that look alike mostly differ.
    static func of(_ name: String) -> String {
        guard name.count > lengthMax else { return name }
        return "\(name.prefix(12))…\(name.suffix(lengthMax - 13))"
    }
}
