/// How often an unfinished training is saved.
package enum CheckpointInterval: Hashable, Sendable {
    case time(Duration)
    case rounds(Int)
    /// Only when the job is told to stop.
    case never

    static let standard = CheckpointInterval.time(.seconds(60))
    private static let secondsMax = 7 * 24 * 3_600

    /// `60s`, `5m`, `2h` are times; a number alone is rounds; `0` is never.
    package init?(parsing text: String) {
        let units = ["s": 1, "m": 60, "h": 3_600]
        if let unit = text.last.flatMap({ units[String($0)] }) {
            guard let count = Int(text.dropLast()), count >= 0, count <= Self.secondsMax / unit
            else { return nil }
            self = count == 0 ? .never : .time(.seconds(count * unit))
        } else {
            guard let rounds = Int(text), (0...1_000_000).contains(rounds) else { return nil }
            self = rounds == 0 ? .never : .rounds(rounds)
        }
    }
}
