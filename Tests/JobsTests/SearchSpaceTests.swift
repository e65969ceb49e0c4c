import Models
import Testing

@testable import Jobs

@Suite("Search space")
struct SearchSpaceTests {
    private func space(_ text: String) throws(JobFailure) -> SearchSpace {
        try SearchSpace(parsing: text, name: "space.json")
    }

    @Test("values lie where they may, and are spread over the range")
    func draws() throws {
        let space = try space(
            """
            {"learning_rate": {"log_uniform": [0.01, 0.3]}, "num_leaves": {"integer": [7, 12]},
             "min_child_samples": {"log_integer": [1, 1000]}, "subsample": {"uniform": [0.5, 1]},
             "grow_policy": ["lossguide", "depthwise"], "extra_trees": {"choice": [true, false]}}
            """)
        let trials = (0..<600).map { space.draw(trial: $0, seed: 4) }
        func numbers(_ name: String) -> [Double] {
            trials.compactMap { Double($0[name]?.plainText ?? "") }
        }
        let rates = numbers("learning_rate")
        #expect(rates.allSatisfy { (0.01...0.3).contains($0) })
        // Half of a logarithmic range lies below its geometric mean.
        let below = rates.count { $0 < 0.0548 }
        #expect((250...350).contains(below))
        #expect(rates.allSatisfy { "\($0)".count <= 7 })
        #expect(Set(numbers("num_leaves")) == [7, 8, 9, 10, 11, 12])
        let rows = numbers("min_data_in_leaf")
        #expect(rows.allSatisfy { (1...1_000).contains($0) && $0 == $0.rounded() })
        #expect((130...270).contains(rows.count { $0 < 10 }))
        #expect(numbers("bagging_fraction").count == 600)
        #expect(
            Set(trials.map { $0["grow_policy"] }) == [.string("lossguide"), .string("depthwise")])
        #expect(Set(trials.map { $0["extra_trees"] }) == [.bool(true), .bool(false)])
    }

    @Test("a value depends on seed, trial and name alone")
    func drawsBySeed() throws {
        let one = try space(#"{"num_leaves": {"integer": [2, 1000]}}"#)
        let two = try space(
            #"{"max_depth": {"integer": [2, 1000]}, "num_leaves": {"integer": [2, 1000]}}"#)
        for trial in 0..<20 {
            let values = two.draw(trial: trial, seed: 7)
            #expect(values["num_leaves"] == one.draw(trial: trial, seed: 7)["num_leaves"])
        }
        #expect(
            (0..<20).contains { trial in
                let values = two.draw(trial: trial, seed: 7)
                return values["num_leaves"] != values["max_depth"]
            })
        #expect(one.draw(trial: 0, seed: 7) != one.draw(trial: 0, seed: 8))
    }

    @Test(
        "four digits are kept",
        arguments: [
            (0.123_456, 0.1235), (0.000_012_345_678, 0.000_012_35), (123_456.7, 123_500),
            (1, 1), (-0.055_555, -0.055_56), (0, 0),
        ])
    func rounds(value: Double, expected: Double) {
        #expect(SearchDimension.rounded(value, in: -1e9...1e9) == expected)
    }

    @Test("a rounded value does not leave the range")
    func staysInside() {
        #expect(SearchDimension.rounded(0.123_44, in: 0.123_44...0.2) == 0.123_44)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("[1]", "not a JSON object"), ("{}", "not a JSON object"), ("{", "not a JSON object"),
            (#"{"num_leafs": [1]}"#, "Did you mean 'num_leaves'?"),
            (#"{"target": ["a"]}"#, "cannot be searched"),
            (#"{"num_leaves": {"intger": [2, 5]}}"#, "Did you mean 'integer'?"),
            (#"{"num_leaves": {"uniform": [2, 5]}}"#, "whole numbers"),
            (#"{"num_leaves": {"integer": [2.5, 5]}}"#, "whole numbers"),
            (#"{"num_leaves": {"integer": [5, 2]}}"#, "smaller one first"),
            (#"{"num_leaves": {"integer": [1, 5]}}"#, "not between 2 and 131072"),
            (#"{"learning_rate": {"log_uniform": [0, 1]}}"#, "above 0"),
            (#"{"grow_policy": ["depthwize"]}"#, "did you mean 'depthwise'?"),
            (#"{"max_bin": []}"#, "a choice needs"), (#"{"max_bin": [[1]]}"#, "a choice needs"),
            (#"{"max_bin": 3}"#, "must be a list of values"),
            (#"{"num_leaves": [7], "max_leaves": [7]}"#, "says the same as another key"),
        ])
    func refuses(text: String, message: String) {
        let failure = #expect(throws: JobFailure.self) { try space(text) }
        #expect(failure?.name == .configInvalid)
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
    }

    @Test("every parameter that can be searched is one of tune")
    func knowsParameters() {
        for name in SearchSpace.tunable {
            #expect(ParameterTable.parameter(named: name)?.name == name)
            #expect(ParameterTable.parameter(named: name)?.commands.contains(.tune) == true)
        }
        for name in SearchSpace.standard.dimensions.keys {
            #expect(SearchSpace.tunable.contains(name))
        }
    }

    @Test("rungs keep one in three, on three times the rows")
    func schedules() {
        let halving = SearchSchedule(halving: 27, factor: 3, rungCount: 3)
        #expect(halving.rungs.map(\.trialCount) == [27, 9, 3])
        let third = 1.0 / 3
        #expect(halving.rungs.map(\.share) == [third / 3, third, 1])
        #expect(
            SearchSchedule(halving: 2, factor: 3, rungCount: 3).rungs.map(\.trialCount)
                == [2, 1, 1])
        #expect(SearchSchedule(random: 5).rungs.map(\.share) == [1])
    }
}
