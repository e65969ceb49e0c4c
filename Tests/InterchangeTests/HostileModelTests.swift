import FoundationEssentials
import Models
import TestSupport
import Testing

@testable import Interchange

@Suite("Hostile models")
struct HostileModelTests {
    /// Rounds of each fixture; `MARTLET_FUZZ_ROUNDS` for more.
    private static let roundCount =
        ProcessInfo.processInfo.environment["MARTLET_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 250

    private static let paths = [
        "lightgbm/4.7.0-pandas.txt", "lightgbm/2.3.1-multiclass.txt", "lightgbm/3.3.5-forest.txt",
        "xgboost/3.2.0-frame.json", "xgboost/1.3.3-dart.json", "xgboost/2.1.4-softprob.ubj",
        "xgboost/3.2.0-dart.ubj", "onnx/boosting-classes.onnx", "onnx/forest-binary.onnx",
    ]

    @Test("mutated files are refused or read, and never trap", arguments: paths)
    func mutants(path: String) throws {
        let original = try ForeignFixture.bytes(path)
        var random = SeededGenerator(seed: UInt64(path.count))
        var readCount = 0
        for _ in 0..<Self.roundCount {
            let mutant = Self.mutated(original, using: &random)
            guard let model = Self.read(mutant) else { continue }
            readCount += 1
            // What was read is a model like any other.
            #expect(try ModelFormat.decode(ModelFormat.encode(model)) == model)
        }
        #expect(readCount < Self.roundCount)
    }

    @Test("every truncation is refused", arguments: paths)
    func truncations(path: String) throws {
        let original = try ForeignFixture.bytes(path)
        let end =
            path.hasSuffix(".txt")
            ? Self.position(of: "end of trees", in: original)
            : path.hasSuffix(".onnx")
                ? Self.position(of: "ai.onnx.ml\u{10}", in: original) : original.count - 2
        for count in stride(from: 0, to: end, by: max(end / 60, 1)) {
            #expect(throws: InterchangeError.self) {
                try ForeignModel.decode(Array(original[..<count]))
            }
        }
    }

    /// What stands behind the trees of LightGBM's file, or the operators that ONNX names, a file
    /// may lack.
    private static func position(of text: String, in bytes: [UInt8]) -> Int {
        let mark = Array(text.utf8)
        return bytes.indices.first { bytes[$0...].starts(with: mark) } ?? 0
    }

    private static func read(_ bytes: [UInt8]) -> ModelArtifact? {
        do {
            return try ForeignModel.decode(bytes)
        } catch {
            #expect(!error.message.isEmpty)
            return nil
        }
    }

    /// One to three changes: a byte, a number, a stretch taken out or doubled, the end.
    private static func mutated(
        _ original: [UInt8], using random: inout SeededGenerator
    ) -> [UInt8] {
        let words = ["-1", "0", "2147483648", "1e999", "nan", "9223372036854775808", "", "[", "{"]
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(position + Int.random(in: 1...40, using: &random), bytes.count)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(position..<end)
            case 3: bytes.insert(contentsOf: Array(bytes[position..<end]), at: position)
            case 4:
                replaceNumber(near: position, in: &bytes, by: words.randomElement(using: &random))
            default: bytes.removeSubrange(end...)
            }
        }
        return bytes
    }

    /// Replaces the digits that follow `position`.
    private static func replaceNumber(near position: Int, in bytes: inout [UInt8], by word: String?)
    {
        let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
        guard let start = bytes[position...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Array((word ?? "").utf8))
    }
}

extension HostileModelTests {
    @Test(
        "what cannot be carried over is refused by name",
        arguments: [
            ("is_linear=0", "is_linear=1", "linear_tree"),
            ("version=v4", "version=v9", "v9"),
            ("objective=regression", "objective=cross_entropy_lambda", "cross_entropy_lambda"),
            ("objective=regression", "objective=regression sqrt", "reg_sqrt"),
            ("decision_type=", "decision_type=30", "decision_type"),
            ("left_child=1", "left_child=0", "child"),
            ("left_child=1", "left_child=900", "child"),
            ("num_leaves=7", "num_leaves=1073741825", "num_leaves"),
            ("max_feature_idx=4", "max_feature_idx=5", "feature_names"),
        ])
    func lightGBM(text: String, change: String, word: String) throws {
        let bytes = try ForeignFixture.bytes("lightgbm/4.7.0-pandas.txt")
        let changed = Self.replacing(text, by: change, in: bytes)
        let error = #expect(throws: InterchangeError.self) { try ForeignModel.decode(changed) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test(
        "XGBoost: the same",
        arguments: [
            (#""name":"gbtree""#, #""name":"gblinear""#, "gblinear"),
            (#""size_leaf_vector":"1""#, #""size_leaf_vector":"3""#, "leaves of 3 values"),
            (#""name":"reg:squarederror""#, #""name":"survival:cox""#, "survival:cox"),
            (#""num_target":"1""#, #""num_target":"2""#, "different numbers of trees"),
            (
                #""num_feature":"5","num_target""#, #""num_feature":"2000000000","num_target""#,
                "2000000000"
            ),
            (
                #""num_feature":"5","num_target""#, #""num_feature":"1048576","num_target""#,
                "200000"
            ),
            (#""tree_info":[0"#, #""tree_info":[7"#, "tree_info"),
            (#""left_children":[1"#, #""left_children":[0"#, "node 0"),
            (#""num_class":"0""#, #""num_class":"1000000000""#, "1000000000"),
            (
                #""num_class":"0","num_feature":"5","num_target":"1""#,
                #""num_class":"2","num_feature":"5","num_target":"2""#, "2 targets of 2 classes"
            ),
            (#""categories":["#, #""categories":[99999999,"#, "categor"),
        ])
    func xgboost(text: String, change: String, word: String) throws {
        let bytes = try ForeignFixture.bytes("xgboost/3.2.0-frame.json")
        let changed = Self.replacing(text, by: change, in: bytes)
        let error = #expect(throws: InterchangeError.self) { try ForeignModel.decode(changed) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test(
        "XGBoost: leaves of several values",
        arguments: [
            (#""leaf_weights":["#, #""leaf_weights":[1],"other":["#, "values are not there"),
            (#""leaf_weights":["#, #""base_weights":[1],"other":["#, "base_weights"),
            (#""size_leaf_vector":"3""#, #""size_leaf_vector":"2""#, "leaves of 2 values"),
        ])
    func leafVectors(text: String, change: String, word: String) throws {
        let bytes = try ForeignFixture.bytes("xgboost/3.2.0-vector.json")
        let changed = Self.replacing(text, by: change, in: bytes)
        let error = #expect(throws: InterchangeError.self) { try ForeignModel.decode(changed) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test(
        "other files are named for what they are",
        arguments: [
            ("binf\u{0}", "binary format"), ("\u{80}\u{4}", "begin"), ("CBM1", "CatBoost"),
            ("", "0 bytes"), ("PAR1", "begin"), ("{", "XGBoost"), ("[1]", "begin"),
            (#"{"name":"tree","tree_info":[]}"#, "dump_model"), ("\u{8}\u{7}", "opset_import"),
        ])
    func others(text: String, word: String) {
        let error = #expect(throws: InterchangeError.self) {
            try ForeignModel.decode(Array(text.utf8))
        }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test("nesting without end is refused")
    func nesting() {
        for opening in ["[", #"{"a":"#] {
            let text = #"{"learner":"# + String(repeating: opening, count: 100_000)
            #expect(throws: InterchangeError.self) { try ForeignModel.decode(Array(text.utf8)) }
        }
        let binary =
            Array("{U".utf8) + [1] + Array("a".utf8)
            + [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: InterchangeError.self) { try ForeignModel.decode(binary) }
    }

    private static func replacing(_ text: String, by change: String, in bytes: [UInt8]) -> [UInt8] {
        let mark = Array(text.utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else {
            Issue.record("the fixture has no \(text)")
            return bytes
        }
        return bytes[..<start] + Array(change.utf8) + bytes[(start + mark.count)...]
    }
}
