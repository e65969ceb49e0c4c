import Models
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Convert")
struct ConvertJobTests {
    /// One split: NaN counts as 0 and goes left with it.
    private static let text = """
        tree
        version=v4
        num_class=1
        num_tree_per_iteration=1
        label_index=0
        max_feature_idx=0
        objective=regression
        feature_names=x
        feature_infos=[-5:5]

        Tree=0
        num_leaves=2
        num_cat=0
        split_feature=0
        split_gain=1
        threshold=0.5
        decision_type=0
        left_child=-1
        right_child=-2
        leaf_value=1.25 2.5
        leaf_count=7 8
        internal_count=15
        is_linear=0
        shrinkage=1


        end of trees

        """

    private func fixture() throws -> JobFixture {
        let fixture = JobFixture()
        fixture.store.put(Array(Self.text.utf8), at: "s3://m/model.txt")
        try fixture.store.put(
            [.int32("x", [nil, 0, 1]), .double("y", [1.25, 1.25, 2.5])], at: "s3://in/x")
        return fixture
    }

    @Test("a LightGBM model predicts as it is and converted", arguments: ["model.txt", "ours"])
    func predicts(name: String) async throws {
        let fixture = try fixture()
        let result = try await fixture.run(
            .convert, ["from": "lightgbm", "model": "s3://m/model.txt", "output": "s3://m/ours"])
        let converted = try #require(result as? ConvertResult)
        #expect(converted.model == "s3://m/ours/model.martlet")
        #expect(converted.source == "LightGBM text v4" && converted.trees == 1)
        _ = try await fixture.predict(
            ["model": "s3://m/\(name)", "data": "s3://in/", "output": "s3://out/p"])
        #expect(try await fixture.doubles("s3://out/p", "prediction") == [1.25, 1.25, 2.5])
        let measured = try await fixture.evaluate(
            ["model": "s3://m/\(name)", "data": "s3://in/", "target": "y", "metric": "rmse"])
        #expect(measured.metrics["rmse"]?.value == 0)
        let inspection = try await fixture.run(.inspect, ["url": "s3://m/\(name)"])
        #expect((inspection as? ModelInspection)?.trees == 1)
    }

    @Test("--target names what the model predicts")
    func target() async throws {
        let fixture = try fixture()
        try await fixture.run(
            .convert,
            ["from": "lightgbm", "model": "s3://m/model.txt", "output": "s3://m/o", "target": "y"])
        #expect(try await fixture.model("s3://m/o").target.name == "y")
    }

    @Test(
        "what cannot be converted is refused",
        arguments: [
            (["model": "s3://m/model.txt", "output": "s3://m/o"], JobErrorName.configInvalid),
            (
                ["from": "lightgbm", "model": "s3://m/none", "output": "s3://m/o"], .dataInvalid
            ),
            (["from": "lightgbm", "model": "s3://in/x", "output": "s3://m/o"], .dataInvalid),
            (
                ["from": "xgboost", "model": "s3://m/model.txt", "output": "s3://m/o"],
                .modelIncompatible
            ),
            (["from": "catboost", "model": "s3://m/model.txt"], .configInvalid),
        ])
    func refuses(parameters: [String: String], name: JobErrorName) async throws {
        let fixture = try fixture()
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.convert, parameters)
        }
        #expect(failure?.name == name)
    }
}
