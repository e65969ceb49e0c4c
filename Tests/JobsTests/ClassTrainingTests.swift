import Columns
import Models
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Training linear models of several classes")
struct ClassTrainingTests {
    private func train(
        _ fixture: JobFixture, _ more: [String: String]
    ) async throws -> TrainResult {
        try await fixture.train(
            [
                "data": "s3://in/", "algorithm": "linear", "ignore_features": "id",
                "output": "s3://out/model/",
            ].merging(more) { _, new in new })
    }

    @Test("trained, scored and measured; probabilities sum to 1")
    func wholeWay() async throws {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "3000", "shards": "2", "seed": "8", "output": "s3://in/"])
        let result = try await train(
            fixture,
            ["objective": "multinomial", "target": "quarter", "valid_fraction": "0.25"])
        #expect(result.linear?.isConverged == true && result.linear?.method == "l-bfgs")
        #expect(result.metrics["train"]?["logloss"]?.value != nil)
        let valid = try #require(result.metrics["valid"]?["logloss"]?.value)
        let model = try await fixture.model("s3://out/model/")
        #expect(model.outputCount == model.target.classLabels.count && model.outputCount > 2)
        #expect(model.transform == .softmax && valid.isFinite)
        _ = try await fixture.predict([
            "model": "s3://out/model/", "data": "s3://in/", "output": "s3://out/p/",
        ])
        var sums = [Double](repeating: 0, count: 3000)
        for label in model.target.classLabels {
            for (row, p) in try await fixture.doubles("s3://out/p/", "probability_" + label)
                .enumerated()
            {
                sums[row] += p
            }
        }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-12 })
        let measured = try await fixture.evaluate([
            "model": "s3://out/model/", "data": "s3://in/",
        ])
        #expect(measured.metrics["logloss"]?.value?.isFinite == true)
        #expect(measured.metrics["error"]?.value != nil)
    }

    @Test("what does not belong is refused")
    func refusals() async throws {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "500", "shards": "1", "seed": "8", "output": "s3://in/"])
        for more in [
            ["objective": "multinomial", "num_class": "17"],
            ["objective": "ridge", "num_class": "3"],
            ["objective": "multinomial", "partial": "true"],
            ["objective": "multinomial", "class_weight": "balanced"],
            ["objective": "multinomial", "lambda_l2": "auto"],
            ["objective": "multinomial", "interval": "0.8"],
        ] {
            let error = await #expect(throws: JobFailure.self) {
                try await train(fixture, more.merging(["target": "quarter"]) { $1 })
            }
            #expect(error?.name == .configInvalid, "\(more)")
        }
    }
}
