import Models
import TestSupport
import Testing

@Suite("TargetStatistic")
struct TargetStatisticTests {
    /// Trees that read a statistic of `job`, one of `job` and `zip`, and one of a class.
    private func artifact(outputCount: Int = 1) -> ModelArtifact {
        var artifact = RandomArtifact.trees(seed: 3, outputCount: outputCount)
        artifact.features.statistics = [
            TargetStatistic(features: [2], prior: 0.5, cells: [0, 3, 71], values: [1, -2, 0.25]),
            TargetStatistic(
                features: [2, 3], prior: 1.5, cells: [5, 6, 287], values: [7, 8, 9]),
            TargetStatistic(features: [2, 3], prior: 0, cells: [], values: []),
        ]
        if outputCount > 1 { artifact.features.statistics[2].classIndex = 1 }
        artifact.kind = .trees(
            TreeEnsemble(
                outputCount: outputCount, baseScores: Array(repeating: 0, count: outputCount),
                trees: (0..<outputCount).map { index in
                    Tree(
                        nodes: [
                            Tree.Node(
                                feature: Int32(4 + index), threshold: 0.75, categorySet: -1,
                                missingGoesLeft: false, left: -1, right: -2, gain: 2, rowCount: 5)
                        ], leafValues: [1, 2], leafRowCounts: [2, 3])
                }))
        artifact.importances = []
        return artifact
    }

    @Test("statistics survive a round trip, in version 3", arguments: [1, 3])
    func roundTrip(outputCount: Int) throws {
        let artifact = artifact(outputCount: outputCount)
        let bytes = try ModelFormat.encode(artifact)
        #expect(bytes[12] == 3)
        let decoded = try ModelFormat.decode(bytes)
        #expect(decoded.features == artifact.features && decoded.kind == artifact.kind)
        #expect(try ModelFormat.encode(decoded) == bytes)
    }

    @Test("models without statistics stay in version 1")
    func versionOne() throws {
        #expect(try ModelFormat.encode(RandomArtifact.trees(seed: 3))[12] == 1)
    }

    @Test("tables that break their rules are neither written nor read")
    func refusesBrokenTables() throws {
        let broken: [(inout TargetStatistic) -> Void] = [
            { $0.features = [] }, { $0.features = [3, 2] }, { $0.features = [2, 2] },
            { $0.features = [0] }, { $0.features = [9] }, { $0.features = [-1] },
            { $0.cells = [3, 0, 71] }, { $0.cells = [0, 3, 72] }, { $0.cells = [-1, 3, 4] },
            { $0.values = [1] }, { $0.values[1] = .nan }, { $0.prior = .infinity },
            { $0.classIndex = 0 },
        ]
        for (index, change) in broken.enumerated() {
            var artifact = artifact()
            change(&artifact.features.statistics[0])
            #expect(throws: ModelError.self, "\(index)") { try ModelFormat.encode(artifact) }
        }
        var classes = artifact(outputCount: 3)
        classes.features.statistics[2].classIndex = 3
        #expect(throws: ModelError.self) { try ModelFormat.encode(classes) }
        var large = artifact()
        large.features.features[2].encoding = .categorical(
            categories: (0..<200_000).map { "\($0)" })
        #expect(throws: ModelError.self) { try ModelFormat.encode(large) }
        var linear = RandomArtifact.linear()
        linear.features.statistics = artifact().features.statistics
        #expect(throws: ModelError.self) { try ModelFormat.encode(linear) }
    }

    @Test("a damaged file is refused or read, never trusted", arguments: 0..<40 as Range<UInt64>)
    func damagedFiles(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try ModelFormat.encode(artifact())
        for _ in 0..<20 {
            let position = Int.random(in: 16..<bytes.count - 32, using: &random)
            let old = bytes[position]
            bytes[position] = UInt8.random(in: 0...255, using: &random)
            let sealed = ModelFormat.sealed(Array(bytes.dropLast(32)))
            if let decoded = try? ModelFormat.decode(sealed) {
                #expect(throws: Never.self) { try decoded.validate() }
            }
            bytes[position] = old
        }
    }

    @Test("terms are features and combinations")
    func terms() {
        let features = artifact(outputCount: 3).features
        #expect(features.termNames == ["height", "born", "job", "zip", "job×zip"])
        #expect(features.termOfColumn == [0, 1, 2, 3, 2, 4, 4])
        #expect(features.sources(ofColumn: 5) == [2, 3] && features.codeCount(ofColumn: 5) == 0)
        guard case .trees(let ensemble) = artifact(outputCount: 3).kind else { return }
        let importances = ensemble.importances(of: features)
        #expect(importances.map(\.splitCount) == [0, 0, 1, 0, 2])
        #expect(importances.map(\.gain) == [0, 0, 2, 0, 4])
    }

    @Test("encodes the cells of a block; what is not listed has the prior")
    func encodesBlocks() {
        let features = artifact().features
        let stride = 4
        var block = [Double](repeating: .nan, count: features.columnCount * stride)
        let jobs = [3.0, 1, 71], zips = [0.0, 2, 3]
        for row in 0..<3 {
            block[2 * stride + row] = jobs[row]
            block[3 * stride + row] = zips[row]
        }
        let encoder = StatisticEncoder(features)
        #expect(encoder.byteCount == (72 + 2 * 72 * 4) * 8 && !encoder.isEmpty)
        block.withUnsafeMutableBufferPointer {
            encoder.encode($0, rowCount: 3, stride: stride)
        }
        #expect(Array(block[16..<19]) == [-2, 0.5, 0.25])
        #expect(Array(block[20..<23]) == [1.5, 8, 9])
        #expect(Array(block[24..<27]) == [0, 0, 0])
        #expect(block[19].isNaN && block[0].isNaN)
    }
}
