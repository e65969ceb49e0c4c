import Testing

@testable import Jobs

@Suite("JobValues")
struct JobValuesTests {
    private func values(
        _ content: ParameterValue.Content, for name: String,
        from source: ParameterValue.Source = .commandLine, command: JobCommand = .train
    ) -> JobValues {
        JobValues(command: command, layers: [[name: ParameterValue(content, from: source)]])
    }

    private func failure<T>(
        _ read: () throws(JobFailure) -> T, _ location: SourceLocation = #_sourceLocation
    ) -> JobFailure? {
        let failure = #expect(throws: JobFailure.self, sourceLocation: location) { try read() }
        #expect(failure?.name == .configInvalid, sourceLocation: location)
        return failure
    }

    @Test(
        "whole numbers, however they are written",
        arguments: [("31", 31), ("1e3", 1000), ("100.0", 100), ("2", 2), ("131072", 131_072)])
    func readsIntegers(text: String, number: Int) throws {
        #expect(
            try values(.text(text), for: "num_leaves").integer("num_leaves", default: 7) == number)
    }

    @Test(
        "what is no whole number in the range is refused",
        arguments: ["1", "131073", "-5", "31.5", "", "many", "nan", "inf", "1e300", "0x", "true"])
    func refusesIntegers(text: String) {
        let values = values(.text(text), for: "num_leaves")
        let failure = failure { () throws(JobFailure) in try values.optionalInteger("num_leaves") }
        #expect(failure?.message.hasPrefix("--num-leaves: ") == true)
        #expect(failure?.remedy?.contains("Default: 31") == true)
    }

    @Test(
        "what is no finite number in the range is refused, and an open end is open",
        arguments: ["0", "-1", "101", "nan", "inf", "-inf", "1e999", "", "0,1"])
    func refusesNumbers(text: String) {
        let values = values(.text(text), for: "learning_rate")
        _ = failure { () throws(JobFailure) in try values.optionalNumber("learning_rate") }
    }

    @Test("a range is said in words")
    func saysRanges() throws {
        let low = values(.text("0"), for: "learning_rate")
        let message = failure { () throws(JobFailure) in try low.optionalNumber("learning_rate") }?
            .message
        #expect(message == "--learning-rate: 0 is not above 0.0 and at most 100.0.")
        let negative = values(.text("-1"), for: "lambda_l1")
        #expect(
            failure { () throws(JobFailure) in try negative.optionalNumber("lambda_l1") }?.message
                == "--lambda-l1: -1 is not at least 0.0.")
        let few = values(.text("0"), for: "num_iterations")
        #expect(
            failure { () throws(JobFailure) in try few.optionalInteger("num_iterations") }?.message
                == "--num-iterations: 0 is not between 1 and 1000000.")
        #expect(
            try values(.text("0.05"), for: "learning_rate").number("learning_rate", default: 1)
                == 0.05)
    }

    @Test("choices are checked, and the nearest one is named")
    func checksChoices() throws {
        #expect(try values(.text("linear"), for: "algorithm").text("algorithm") == "linear")
        let wrong = values(.text("linaer"), for: "algorithm")
        #expect(
            failure { () throws(JobFailure) in try wrong.text("algorithm") }?.message
                == "--algorithm: 'linaer' is none of gbdt, linear; did you mean 'linear'?.")
        let empty = values(.text(""), for: "target")
        _ = failure { () throws(JobFailure) in try empty.text("target") }
    }

    @Test("a message names the source")
    func namesSource() {
        let sources: [(ParameterValue.Source, String)] = [
            (.commandLine, "--max-bin: "),
            (
                .environment(variable: "MARTLET_MAX_BINS"),
                "the environment variable MARTLET_MAX_BINS: "
            ),
            (.jobFile("s3://b/job.json"), "'max_bin' in the job file s3://b/job.json: "),
        ]
        for (source, prefix) in sources {
            let wrong = values(.text("x"), for: "max_bin", from: source)
            let failure = failure { () throws(JobFailure) in try wrong.optionalInteger("max_bin") }
            #expect(failure?.message == prefix + "'x' is not a whole number.")
        }
    }

    @Test(
        "flags are true or false",
        arguments: [
            (.flag(true), true), (.flag(false), false), (.text("true"), true), (.text("1"), true),
            (.text("false"), false), (.text("0"), false), (.text("yes"), nil), (.text(""), nil),
            (.list(["true"]), nil),
        ] as [(ParameterValue.Content, Bool?)])
    func readsFlags(content: ParameterValue.Content, flag: Bool?) throws {
        let values = values(content, for: "checksum", command: .inspect)
        if let flag {
            #expect(try values.flag("checksum") == flag)
        } else {
            _ = failure { () throws(JobFailure) in try values.flag("checksum") }
        }
        #expect(try JobValues(command: .inspect, layers: []).flag("checksum") == false)
    }

    @Test("commas separate the items of texts, but not those of a job file's list, nor URLs")
    func splitsLists() throws {
        #expect(try values(.text("a, b,,c"), for: "features").list("features") == ["a", "b", "c"])
        #expect(
            try values(.list(["a,b", "c"]), for: "features").list("features") == ["a", "b", "c"])
        #expect(
            try values(.list(["a,b", " c"]), for: "features", from: .jobFile("j")).list("features")
                == ["a,b", " c"])
        #expect(
            try values(.text("a,b"), for: "features", from: .jobFile("j")).list("features")
                == ["a", "b"])
        #expect(try values(.text("s3://b/x,y"), for: "data").list("data") == ["s3://b/x,y"])
        #expect(try JobValues(command: .train, layers: []).list("features").isEmpty)
        let flag = values(.flag(true), for: "features")
        _ = failure { () throws(JobFailure) in try flag.list("features") }
    }

    @Test("where one value is needed, a list of several is refused")
    func refusesListsForScalars() throws {
        #expect(try values(.list(["5"]), for: "max_bin").optionalInteger("max_bin") == 5)
        let two = values(.list(["5", "6"]), for: "max_bin")
        _ = failure { () throws(JobFailure) in try two.optionalInteger("max_bin") }
    }

    @Test("the stronger layer wins, value by value")
    func prefersStrongerLayers() throws {
        func layer(
            _ values: [String: String], _ source: ParameterValue.Source
        ) -> [String: ParameterValue] {
            values.mapValues { ParameterValue(.text($0), from: source) }
        }
        let values = JobValues(
            command: .train,
            layers: [
                layer(["seed": "1"], .commandLine),
                layer(["seed": "2", "max_bin": "20"], .environment(variable: "V")),
                layer(["seed": "3", "max_bin": "30", "num_leaves": "30"], .jobFile("j")),
            ])
        #expect(try values.integer("seed", default: 0) == 1)
        #expect(try values.integer("max_bin", default: 0) == 20)
        #expect(try values.integer("num_leaves", default: 0) == 30)
        #expect(try values.integer("max_depth", default: -1) == -1)
        #expect(values.isSet("seed") && !values.isSet("max_depth"))
    }

    @Test("every parameter's aliases lead to it, and its kind reads its own default type")
    func findsAliases() {
        for parameter in ParameterTable.all {
            for name in [parameter.name] + parameter.aliases {
                #expect(ParameterTable.parameter(named: name)?.name == parameter.name)
            }
            #expect(!parameter.commands.isEmpty && !parameter.summary.isEmpty)
        }
        #expect(ParameterTable.parameter(named: "eta")?.option == "--learning-rate")
        #expect(ParameterTable.parameter(named: "subsample")?.name == "bagging_fraction")
    }
}
