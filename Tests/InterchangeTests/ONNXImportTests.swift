import FoundationEssentials
import Models
import TestSupport
import Testing

@testable import Interchange

@Suite("ONNXImport")
struct ONNXImportTests {
    static let fixtures = ForeignFixture.all(in: "onnx", suffixes: [".onnx"])

    @Test("there are boosted trees and forests, for numbers, two classes and three")
    func kinds() { #expect(Self.fixtures.count == 6) }

    /// ONNX Runtime adds leaves in floats.
    @Test("predicts what ONNX Runtime does, to the rounding of floats", arguments: fixtures)
    func predicts(fixture: ForeignFixture) throws {
        let model = try ForeignModel.decode(fixture.bytes(), expected: .onnx)
        let stem = fixture.path.dropLast(".onnx".count)
        let expected = try JSONDecoder().decode(
            [[Double]].self, from: Data(try ForeignFixture.bytes(stem + ".expected.json")))
        let ours = try ForeignFixture.predictions(model, raw: false)
        #expect(ours.count == expected.count)
        var comparedCount = 0
        for (row, (ours, theirs)) in zip(ours, expected).enumerated() where !theirs.isEmpty {
            #expect(ours.count == theirs.count)
            for (a, b) in zip(ours, theirs) {
                #expect(abs(a - b) <= 1e-6 * max(abs(b), 1), "row \(row)")
                comparedCount += 1
            }
        }
        #expect(comparedCount >= 80)
        #expect(try ModelFormat.decode(ModelFormat.encode(model)) == model)
    }

    @Test(
        "reads what it wrote: the same trees",
        arguments: [
            "xgboost/1.3.3-regression.json", "xgboost/1.3.3-binary.json",
            "xgboost/1.3.3-softprob.json", "xgboost/1.3.3-gamma.json",
        ])
    func ownExport(path: String) throws {
        let model = try ForeignModel.decode(ForeignFixture.bytes(path))
        let again = try ForeignModel.decode(ONNXExport.encode(model))
        #expect(again.transform == model.transform)
        #expect(again.features.names == model.features.names)
        #expect(
            try ForeignFixture.predictions(again, raw: true)
                == ForeignFixture.predictions(model, raw: true))
    }

    @Test(
        "what cannot be read is refused by name",
        arguments: [
            ("LOGISTIC", "PROBIT!!", "PROBIT"), ("BRANCH_LEQ", "BRANCH_NEQ", "BRANCH_NEQ"),
            ("TreeEnsembleClassifier", "SVMClassifierssssssssss", "0 tree ensembles"),
            ("nodes_values", "nodes_valuez", "nodes_values"),
            ("class_nodeids", "class_nodeidz", "class_nodeids"),
            ("nodes_modes", "nodes_modez", "nodes_modes"),
        ])
    func refusals(text: String, change: String, word: String) throws {
        var bytes = try ForeignFixture.bytes("onnx/boosting-binary.onnx")
        let mark = Array(text.utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: mark) }
        #expect(!places.isEmpty)
        for place in places {
            bytes.replaceSubrange(
                place..<place + mark.count, with: change.utf8.prefix(mark.count))
        }
        let error = #expect(throws: InterchangeError.self) { try ForeignModel.decode(bytes) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
}
