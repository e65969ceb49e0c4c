import Models
import TestSupport
import Testing

@Suite("ModelFormat")
struct ModelFormatTests {
    private static let digestByteCount = 32

    /// Corrects the checksum, so that a mutation reaches the checks behind it.
    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= Self.digestByteCount else { return bytes }
        return ModelFormat.sealed(Array(bytes.dropLast(Self.digestByteCount)))
    }

    @Test("trees survive a round trip", arguments: 0..<30 as Range<UInt64>)
    func treesRoundTrip(seed: UInt64) throws {
        let artifact = RandomArtifact.trees(seed: seed, outputCount: seed % 3 == 0 ? 3 : 1)
        let bytes = try ModelFormat.encode(artifact)
        let decoded = try ModelFormat.decode(bytes)
        // NaN differs from itself: metrics are compared by the bytes they encode to.
        var comparable = decoded
        comparable.metrics = artifact.metrics
        var expected = artifact
        expected.metrics = comparable.metrics
        #expect(comparable.kind == expected.kind)
        #expect(comparable.features == expected.features)
        #expect(comparable.parameters == expected.parameters)
        #expect(comparable.provenance == expected.provenance)
        #expect(decoded.metrics["train"] == artifact.metrics["train"])
        #expect(decoded.metrics["valid"]?["r2"]?.isNaN == true)
        #expect(decoded.profiles == artifact.profiles)
        #expect(decoded.importances == artifact.importances)
        #expect(decoded.bestIteration == 7 && decoded.alpha == 0.1)
        #expect(try ModelFormat.encode(decoded) == bytes)
    }

    @Test("a linear model survives a round trip")
    func linearRoundTrip() throws {
        let artifact = RandomArtifact.linear()
        let decoded = try ModelFormat.decode(ModelFormat.encode(artifact))
        #expect(decoded.kind == artifact.kind)
        #expect(decoded.target == artifact.target)
    }

    @Test("a calibration survives a round trip", arguments: 0..<5)
    func calibrationRoundTrip(index: Int) throws {
        let artifact = RandomArtifact.calibrated()[index]
        let bytes = try ModelFormat.encode(artifact)
        let decoded = try ModelFormat.decode(bytes)
        #expect(decoded.calibration == artifact.calibration && decoded.calibration != nil)
        #expect(try ModelFormat.encode(decoded) == bytes)
    }

    @Test("several quantiles survive a round trip, as version 3")
    func quantilesRoundTrip() throws {
        let artifact = RandomArtifact.quantiles(levels: [0.025, 0.5, 0.975])
        let bytes = try ModelFormat.encode(artifact)
        #expect(bytes[12] == 3)
        let decoded = try ModelFormat.decode(bytes)
        #expect(decoded.quantileLevels == [0.025, 0.5, 0.975] && decoded.alpha == nil)
        #expect(decoded.transform == .ascending && decoded.centralOutput == 1)
        #expect(decoded.outputNames == ["q2_5", "q50", "q97_5"])
        #expect(try ModelFormat.encode(decoded) == bytes)
        var calibrated = artifact
        calibrated.calibration = .interval(
            IntervalCalibration(
                method: .quantiles, level: 0.9, margin: -0.5, rowCount: 7,
                bounds: .init(lower: artifact.quantile(0).kind, upper: artifact.quantile(2).kind)))
        let calibratedBytes = try ModelFormat.encode(calibrated)
        #expect(try ModelFormat.decode(calibratedBytes).calibration == calibrated.calibration)
        let single = decoded.quantile(2)
        #expect(single.alpha == 0.975 && single.outputCount == 1)
        #expect(try ModelFormat.encode(single)[12] == 1)
    }

    @Test("quantiles are named by percentiles, in letters that Athena allows")
    func quantilesAreNamed() {
        let names = [0.1: "q10", 0.07: "q7", 0.999: "q99_9", 0.025: "q2_5", 1e-6: "q0_0001"]
        for (level, name) in names { #expect(ModelArtifact.quantileName(level) == name) }
    }

    @Test("the quantile nearest the median stands for all")
    func centralQuantile() {
        let central = { ModelArtifact.centralLevel(of: $0) }
        #expect(central([0.1, 0.4, 0.9]) == 1 && central([0.25, 0.75]) == 0)
        #expect(central([0.9, 0.95]) == 0 && central([]) == 0)
    }

    @Test("quantiles that break their rules are neither written nor read")
    func refusesQuantiles() {
        for levels in [[0.5], [0.1, 0.5], [0.5, 0.1, 0.9], [0, 0.5, 0.9], [0.1, 0.1, 0.9]] {
            let artifact = RandomArtifact.quantiles(levels: levels, outputCount: 3)
            #expect(throws: ModelError.self) { try ModelFormat.encode(artifact) }
        }
        var classes = RandomArtifact.quantiles(levels: [0.1, 0.5, 0.9])
        classes.target.classLabels = ["a", "b", "c"]
        #expect(throws: ModelError.self) { try ModelFormat.encode(classes) }
        var other = RandomArtifact.quantiles(levels: [0.1, 0.5, 0.9])
        other.transform = .identity
        #expect(throws: ModelError.self) { try ModelFormat.encode(other) }
        var single = RandomArtifact.trees(seed: 3)
        single.transform = .ascending
        #expect(throws: ModelError.self) { try ModelFormat.encode(single) }
    }

    @Test("calibrations that break their rules are neither written nor read")
    func refusesCalibrations() throws {
        let interval = IntervalCalibration(method: .split, level: 0.8, margin: 1, rowCount: 3)
        var wrong: [ModelCalibration] = []
        for (level, margin) in [(0.0, 1.0), (1, 1), (0.8, -1), (0.8, .nan), (0.8, .infinity)] {
            var broken = interval
            broken.level = level
            broken.margin = margin
            wrong.append(.interval(broken))
        }
        var withoutBounds = interval
        withoutBounds.method = .quantiles
        wrong.append(.interval(withoutBounds))
        wrong.append(
            .probability(
                ProbabilityCalibration(
                    method: .platt, curves: [.platt(slope: 1, intercept: 0)], rowCount: 1)))
        for calibration in wrong {
            var artifact = RandomArtifact.trees(seed: 1)
            artifact.calibration = calibration
            #expect(throws: ModelError.self) { try ModelFormat.encode(artifact) }
        }
        var classes = RandomArtifact.trees(seed: 1)
        classes.target.classLabels = ["a", "b"]
        for curve: ProbabilityCalibration.Curve in [
            .isotonic(inputs: [], outputs: []), .isotonic(inputs: [0.5, 0.5], outputs: [0, 1]),
            .isotonic(inputs: [0.1, 0.5], outputs: [0.5, 0.4]),
            .isotonic(inputs: [0.1, 1.5], outputs: [0.5, 0.6]),
            .platt(slope: .nan, intercept: 0),
        ] {
            let method: ProbabilityCalibration.Method =
                if case .platt = curve { .platt } else { .isotonic }
            classes.calibration = .probability(
                ProbabilityCalibration(method: method, curves: [curve], rowCount: 1))
            #expect(throws: ModelError.self) { try ModelFormat.encode(classes) }
        }
    }

    @Test("the header can be read with head")
    func headerIsReadable() throws {
        let bytes = try ModelFormat.encode(RandomArtifact.linear())
        let text = String(decoding: bytes.prefix(400), as: UTF8.self)
        #expect(text.hasPrefix("MARTLETMODEL"))
        #expect(text.contains("{\"algorithm\":\"gbdt\",\"alpha\":0.1,\"best_iteration\":7"))
    }

    @Test("another version is refused by both numbers")
    func anotherVersion() throws {
        var bytes = try ModelFormat.encode(RandomArtifact.linear())
        bytes[12] = 9
        #expect {
            _ = try ModelFormat.decode(sealed(bytes), source: "s3://m/model")
        } throws: { error in
            guard let error = error as? ModelError else { return false }
            return error.code == .unsupported && error.message.contains("9")
                && error.message.contains("reads 1") && error.message.contains("s3://m/model")
        }
    }

    @Test("every truncation is refused")
    func everyTruncation() throws {
        let bytes = try ModelFormat.encode(RandomArtifact.trees(seed: 5))
        for count in stride(from: 0, to: bytes.count, by: 3) {
            #expect(throws: ModelError.self) { try ModelFormat.decode(Array(bytes[..<count])) }
            #expect(throws: ModelError.self) {
                try ModelFormat.decode(sealed(Array(bytes[..<count])))
            }
        }
    }

    @Test("every changed byte breaks the checksum", arguments: 0..<200 as Range<UInt64>)
    func everyChangedByte(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try ModelFormat.encode(RandomArtifact.trees(seed: 5))
        let offset = Int.random(in: 0..<bytes.count, using: &random)
        bytes[offset] ^= UInt8.random(in: 1...255, using: &random)
        #expect(throws: ModelError.self) { try ModelFormat.decode(bytes) }
    }

    @Test("hostile bytes behind a right checksum never crash", arguments: 0..<40 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let original = try ModelFormat.encode(
            seed % 4 == 0 ? RandomArtifact.linear() : RandomArtifact.trees(seed: seed))
        for _ in 0..<40 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let offset = Int.random(in: 12..<bytes.count - 32, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[offset] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[offset] = 0xFF
                case 2: bytes.remove(at: offset)
                default: bytes.insert(UInt8(ascii: "9"), at: offset)
                }
            }
            do {
                // What is still a model must be one that can be written again.
                _ = try ModelFormat.encode(ModelFormat.decode(sealed(bytes)))
            } catch {
                #expect(error.code == .outOfSpec || error.code == .unsupported)
            }
        }
    }

    @Test("an artifact that breaks its own rules is not written")
    func invalidArtifacts() {
        var cyclic = RandomArtifact.trees(seed: 1)
        let node = Tree.Node(
            feature: 0, threshold: 0, categorySet: -1, missingGoesLeft: true, left: 0, right: -1,
            gain: 0, rowCount: 0)
        cyclic.kind = .trees(
            TreeEnsemble(
                outputCount: 1, baseScores: [0],
                trees: [Tree(nodes: [node], leafValues: [1, 2], leafRowCounts: [1, 1])]))
        var duplicate = RandomArtifact.linear()
        duplicate.features.features.append(duplicate.features.features[0])
        var infinite = RandomArtifact.linear()
        infinite.kind = .linear(
            LinearModel(terms: [], outputCount: 1, intercepts: [.infinity], coefficients: []))
        var categories = RandomArtifact.linear()
        categories.features.features[2].encoding = .categorical(categories: ["a", "b", "a"])
        var labels = RandomArtifact.linear()
        labels.target.classLabels = ["only one"]
        var text = RandomArtifact.linear()
        text.features.features[2].encoding = .numeric
        for artifact in [cyclic, duplicate, infinite, categories, labels, text] {
            #expect {
                _ = try ModelFormat.encode(artifact)
            } throws: { error in
                (error as? ModelError)?.code == .invalidParameter
            }
        }
    }

    @Test(
        "type names are read back",
        arguments: [
            "boolean", "int8", "uint64", "float16", "double", "date", "string", "binary", "uuid",
            "decimal(38,7)", "fixedBinary(12)", "time(milliseconds,local)",
            "timestamp(nanoseconds,utc)",
        ])
    func typeNames(name: String) throws {
        #expect(try #require(ColumnTypeName.roundTrip(name)) == name)
    }

    @Test(
        "type names that are none",
        arguments: [
            "", "int", "decimal(0,0)", "decimal(9)", "decimal(2,3)", "fixedBinary(-1)", "time(utc)",
            "timestamp(hours,utc)", "decimal(9,2", "timestamp(nanoseconds,utc),",
        ])
    func badTypeNames(name: String) {
        #expect(ColumnTypeName.roundTrip(name) == nil)
    }
}
