import Columns
import Models
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Training linear models")
struct LinearTrainingTests {
    private func fixture() async throws -> JobFixture {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "4000", "shards": "2", "seed": "8", "output": "s3://in/"])
        return fixture
    }

    private func parameters(_ more: [String: String]) -> [String: String] {
        [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "algorithm": "linear",
            "output": "s3://out/model/",
        ].merging(more) { _, new in new }
    }

    @Test("penalties are chosen, and the choice is reported")
    func choosesPenalties() async throws {
        let fixture = try await fixture()
        let ridge = try await fixture.train(parameters(["lambda_l2": "auto"]))
        #expect(ridge.linear?.path?.count == 41 && ridge.linear?.method == "cholesky")
        let net = try await fixture.train(
            parameters(["objective": "elasticnet", "l1_ratio": "0.9"]))
        #expect(net.linear?.isConverged == true && (net.linear?.lambdaL1 ?? 0) > 0)
        #expect(net.linear?.method == "coordinate descent")
        let model = try await fixture.model("s3://out/model/")
        #expect(model.objective == "elasticnet")
    }

    @Test("training metrics come from the sums and agree with scoring")
    func metricsAgree() async throws {
        let fixture = try await fixture()
        let trained = try await fixture.train(parameters([:]))
        let measured = try await fixture.evaluate([
            "model": "s3://out/model/", "data": "s3://in/",
        ])
        for name in ["rmse", "r2"] {
            let a = try #require(trained.metrics["train"]?[name]?.value)
            let b = try #require(measured.metrics[name]?.value)
            #expect(abs(a - b) < 1e-9 * abs(b))
        }
        let held = try await fixture.train(
            parameters(["valid_fraction": "0.25", "metric": "mae"]))
        #expect(held.validRows > 800 && held.rows + held.validRows == 4000)
        #expect(held.metrics["valid"]?["mae"]?.value != nil)
        #expect(held.metrics["train"]?["mae"]?.value != nil)
    }

    @Test("Poisson predicts means above 0; logistic needs 0 and 1")
    func generalized() async throws {
        let fixture = try await fixture()
        let poisson = try await fixture.train(parameters(["objective": "poisson"]))
        #expect(poisson.linear?.isConverged == true && poisson.linear?.method == "newton")
        _ = try await fixture.predict([
            "model": "s3://out/model/", "data": "s3://in/", "output": "s3://out/p/",
        ])
        let ages = try await fixture.doubles("s3://out/p/", "prediction")
        #expect(ages.count == 4000 && ages.allSatisfy { $0 > 10 && $0 < 120 })
        let error = await #expect(throws: JobFailure.self) {
            try await fixture.train(parameters(["objective": "logistic"]))
        }
        #expect(error?.name == .dataInvalid)
    }

    @Test(
        "parameters that do not belong together are refused",
        arguments: [
            ["objective": "ridge", "lambda_l1": "1"], ["objective": "lasso", "lambda_l2": "1"],
            ["objective": "logistic", "lambda_l2": "auto"], ["l1_ratio": "0.5"],
            ["objective": "elasticnet", "lambda_l1": "1", "l1_ratio": "0.5"],
            ["objective": "quantile"], ["lambda_l2": "-1"],
        ])
    func refusals(more: [String: String]) async throws {
        let fixture = try await fixture()
        let error = await #expect(throws: JobFailure.self) {
            try await fixture.train(parameters(more))
        }
        #expect(error?.name == .configInvalid)
    }
}
