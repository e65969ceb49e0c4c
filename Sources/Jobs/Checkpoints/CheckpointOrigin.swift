/// What a training works on. Only a checkpoint of the same origin may be gone on from: then the
/// model is, byte for byte, the one that an undisturbed run gives.
struct CheckpointOrigin: Hashable, Sendable, Codable {
    /// Version of the program.
    var program: String
    /// `JobValues.identity`
    var parameters: [String: String]
    /// Of the versions of all objects that are learned from and validated on.
    var inputsSHA256: String

    private enum CodingKeys: String, CodingKey {
        case program, parameters
        case inputsSHA256 = "inputsSha256"
    }

    /// How `other` differs, in words; nil if it does not.
    func difference(to other: CheckpointOrigin) -> String? {
        if program != other.program {
            return "it was written by version \(other.program), this is \(program)"
        }
        for name in Set(parameters.keys).union(other.parameters.keys).sorted()
        where parameters[name] != other.parameters[name] {
            return "\(name) was \(other.parameters[name] ?? "not set"), now it is "
                + (parameters[name] ?? "not set")
        }
        return inputsSHA256 == other.inputsSHA256 ? nil : "the shards have changed"
    }
}
