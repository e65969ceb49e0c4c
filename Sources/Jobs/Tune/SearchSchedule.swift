/// How many trials there are, and how much of the data each of them sees.
struct SearchSchedule: Hashable, Sendable {
    /// Trials that are measured alike.
    struct Rung: Hashable, Sendable {
        let trialCount: Int
        /// Of the rows to learn from; 1 in the last rung.
        let share: Double
    }

    let rungs: [Rung]

    var trialCount: Int { rungs[0].trialCount }

    /// Every trial on all rows.
    init(random trialCount: Int) { rungs = [Rung(trialCount: trialCount, share: 1)] }

    /// Successive halving: each rung keeps one in `factor` trials, and shows them so many times the
    /// rows. Source: Jamieson and Talwalkar 2016, algorithm 1.
    init(halving trialCount: Int, factor: Int, rungCount: Int) {
        var rungs: [Rung] = []
        var count = trialCount
        for rung in 0..<rungCount {
            var share = 1.0
            for _ in rung..<rungCount - 1 { share /= Double(factor) }
            rungs.append(Rung(trialCount: count, share: share))
            count = max(1, (count + factor - 1) / factor)
        }
        self.rungs = rungs
    }

    init(_ values: JobValues) throws {
        let count = try values.integer("trials", default: 20)
        let isHalving = try values.text("strategy") == "halving"
        for name in ["halving_factor", "halving_rungs"] where values.isSet(name) && !isHalving {
            throw values.wrong(name, "it belongs to strategy halving")
        }
        guard isHalving else {
            self.init(random: count)
            return
        }
        self.init(
            halving: count, factor: try values.integer("halving_factor", default: 3),
            rungCount: try values.integer("halving_rungs", default: 3))
    }
}
