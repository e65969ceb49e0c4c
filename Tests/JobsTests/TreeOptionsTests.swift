import Columns
import Models
import StoreTestSupport
import Testing
import Trees

@testable import Jobs

/// From the names of columns to what trees may do.
@Suite("Tree options")
struct TreeOptionsTests {
    private func fixture() async throws -> JobFixture {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "800", "shards": "2", "seed": "5", "output": "s3://in/"])
        return fixture
    }

    private func parameters(_ more: [String: String]) -> [String: String] {
        [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "num_iterations": "5",
            "output": "s3://out/model/",
        ].merging(more) { _, new in new }
    }

    private func numbers(of fixture: JobFixture) async throws -> [String] {
        _ = try await fixture.train(parameters(["num_iterations": "1"]))
        return try await fixture.model("s3://out/model/").features.names
    }

    @Test("constraints by name reach the trees, and the model remembers them")
    func constraintsReachTheTrees() async throws {
        let fixture = try await fixture()
        let names = try await numbers(of: fixture)
        let groups = "[\(names[0]),\(names[1])],[\(names[2])]"
        _ = try await fixture.train(
            parameters([
                "interaction_constraints": groups, "monotone_constraints": "\(names[0])=-1",
            ]))
        let model = try await fixture.model("s3://out/model/")
        guard case .trees(let ensemble) = model.kind else { return #expect(Bool(false)) }
        let allowed = Set(names[..<3])
        let used = ensemble.trees.flatMap(\.nodes).map {
            model.features.features[Int($0.feature)].name
        }
        #expect(!used.isEmpty && Set(used).isSubset(of: allowed))
        #expect(model.parameters["monotone_constraints"] == .object([names[0]: .integer(-1)]))
        #expect(
            model.parameters["interaction_constraints"]
                == .array([
                    .array([.string(names[0]), .string(names[1])]), .array([.string(names[2])]),
                ]))
        #expect(model.parameters["grow_policy"] == .string("lossguide"))
    }

    @Test("forced bins reach the trees by name, and the model remembers them")
    func forcedBinsReachTheTrees() async throws {
        let fixture = try await fixture()
        let name = try await numbers(of: fixture)[0]
        _ = try await fixture.train(
            parameters(
                [
                    "features": name, "ignore_features": "", "forced_bins": "\(name)=12.5:3.25",
                    "max_bin": "4",
                ].filter { !$0.value.isEmpty }))
        let model = try await fixture.model("s3://out/model/")
        guard case .trees(let ensemble) = model.kind else { return #expect(Bool(false)) }
        let thresholds = Set(ensemble.trees.flatMap(\.nodes).map(\.threshold))
        // With a bin for missing values there is no room for others.
        #expect(!thresholds.isEmpty && thresholds.isSubset(of: [3.25, 12.5, .infinity]))
        #expect(
            model.parameters["forced_bins"]
                == .object([name: .array([.number(3.25), .number(12.5)])]))
    }

    @Test("wrong forced bins are refused before anything is read")
    func wrongForcedBinsAreRefused() async throws {
        let fixture = try await fixture()
        let name = try await numbers(of: fixture)[0]
        let category = try #require(
            try await fixture.model("s3://out/model/").features.features.first {
                $0.name != name && [.int32, .int64].contains($0.type)
            }
        ).name
        for value in [
            name, "\(name)=", "\(name)=1:", "\(name)=high", "\(name)=inf", "\(name)=1:1",
            "nothing=1", "\(category)=1", "\(name)=1,\(name)=2", "\(name)=1:2:3",
        ] {
            let failure = await #expect(throws: JobFailure.self) {
                _ = try await fixture.run(
                    .train,
                    parameters([
                        "forced_bins": value, "max_bin": "4", "categorical_feature": category,
                    ]))
            }
            #expect(failure?.name == .configInvalid, "\(value)")
        }
    }

    @Test("wrong constraints are refused before anything is read")
    func wrongConstraintsAreRefused() async throws {
        let fixture = try await fixture()
        let number = try await numbers(of: fixture)[0]
        let wrong = [
            ["monotone_constraints": number], ["monotone_constraints": "\(number)=2"],
            ["monotone_constraints": "\(number)=1,\(number)=1"],
            ["monotone_constraints": "\(number)x=1"], ["monotone_constraints": "age=1"],
            ["categorical_feature": number, "monotone_constraints": "\(number)=1"],
            ["interaction_constraints": number], ["interaction_constraints": "[\(number)"],
            ["interaction_constraints": "[\(number)],id"], ["interaction_constraints": "[id]"],
            ["interaction_constraints": "[[\(number)]]"], ["grow_policy": "sideways"],
            ["path_smooth": "2", "min_data_in_leaf": "1"], ["feature_fraction_bynode": "0"],
            ["max_delta_step": "-1"], ["top_rate": "0.3"], ["max_bin": "65536"],
            ["max_bin_by_feature": "\(number)"], ["max_bin_by_feature": "\(number)=1"],
            ["max_bin_by_feature": "id=9"],
            ["data_sample_strategy": "goss", "bagging_fraction": "0.5", "bagging_freq": "1"],
            ["objective": "multiclass", "monotone_constraints": "\(number)=1"],
        ]
        for more in wrong {
            let failure = await #expect(throws: JobFailure.self, "\(more)") {
                try await fixture.run(.train, parameters(more))
            }
            #expect(failure?.name == .configInvalid, "\(more)")
        }
    }

    @Test("bins and sampling reach the trees")
    func binsAndSamplingReachTheTrees() async throws {
        let fixture = try await fixture()
        let name = try await numbers(of: fixture)[0]
        _ = try await fixture.train(
            parameters([
                "max_bin": "5", "max_bin_by_feature": "\(name)=300", "learning_rate": "1",
                "data_sample_strategy": "goss", "top_rate": "0.5", "other_rate": "0.25",
                "min_data_in_leaf": "1",
            ]))
        let model = try await fixture.model("s3://out/model/")
        guard case .trees(let ensemble) = model.kind else { return #expect(Bool(false)) }
        let nodes = ensemble.trees.flatMap(\.nodes)
        for feature in 0..<model.features.features.count {
            let count = Set(nodes.filter { $0.feature == feature }.map(\.threshold)).count
            #expect(feature == 0 ? count > 5 : count < 5)
        }
        let rows = ensemble.trees.map { $0.leafRowCounts.reduce(0, +) }
        #expect(rows[0] == 800 && rows[1...].allSatisfy { $0 < 700 })
        #expect(model.parameters["max_bin_by_feature"] == .object([name: .integer(300)]))
        #expect(model.parameters["top_rate"] == .number(0.5))
    }

    @Test("a job file may hold groups as lists of lists")
    func jobFilesHoldLists() throws {
        let text = #"""
            {"interaction_constraints": [["a b", "c"], ["d"]], "data": "x", "target": "y",
             "monotone_constraints": ["a b=1", "d=-1"], "output": "o"}
            """#
        let file = try JobFile(parsing: text, name: "job.json", command: .train)
        let constraints = try TreeConstraints(JobValues(command: .train, layers: [file.values]))
        #expect(constraints.interaction == [["a b", "c"], ["d"]])
        #expect(constraints.monotone == ["a b": 1, "d": -1])
    }

    @Test(
        "depth alone limits trees that grow level by level",
        arguments: [
            ([:], 31), (["max_depth": "4"], 31), (["grow_policy": "depthwise"], 31),
            (["grow_policy": "depthwise", "max_depth": "4"], 16),
            (["grow_policy": "depthwise", "max_depth": "4", "num_leaves": "9"], 9),
        ] as [([String: String], Int)])
    func depthLimitsTrees(more: [String: String], leafCount: Int) throws {
        let spec = try TrainSpec(JobFixture.values(.train, parameters(more)))
        guard case .trees(let parameters, _) = spec.algorithm else { return #expect(Bool(false)) }
        #expect(parameters.numLeaves == leafCount)
    }
}
