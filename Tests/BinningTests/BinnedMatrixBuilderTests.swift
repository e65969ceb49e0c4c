import TestSupport
import Testing
import Threads

@testable import Binning

@Suite("BinnedMatrixBuilder")
struct BinnedMatrixBuilderTests {
    @Test(
        "every cell holds its bin, whatever the blocks and threads",
        arguments: [0, 1, 7, 8, 9, 2_500], [1, 3])
    func everyCellHoldsItsBin(rowCount: Int, threadCount: Int) {
        let table = RandomTable(rowCount: rowCount, seed: UInt64(rowCount))
        let pool = ThreadPool(threadCount: threadCount)
        let builder = BinnedMatrixBuilder(features: table.bins, rowCount: rowCount)
        let blockLength = 700
        let blockCount = (rowCount + blockLength - 1) / blockLength
        pool.forEach(count: blockCount * table.bins.count) { range, _ in
            for block in range {
                let feature = block % table.bins.count
                let start = block / table.bins.count * blockLength
                let end = min(start + blockLength, rowCount)
                table.columns[feature][start..<end].withUnsafeBufferPointer {
                    builder.bin(feature: feature, values: $0, at: start)
                }
            }
        }
        let matrix = builder.finish(pool: pool)
        for feature in table.bins.indices {
            for row in 0..<rowCount {
                let value = table.columns[feature][row]
                #expect(matrix.bin(row: row, feature: feature) == table.bin(feature, value))
            }
        }
    }

    @Test(
        "cells are the same wherever they lie", arguments: [0, 1, 9, 2_500], [false, true])
    func cellsAreTheSameEverywhere(rowCount: Int, isFile: Bool) throws {
        let table = RandomTable(rowCount: rowCount, seed: 40 + UInt64(rowCount))
        let folder = try TemporaryFolder()
        let builder = try BinnedMatrixBuilder(
            features: table.bins, rowCount: rowCount,
            storage: MatrixStorage(hasColumns: false, folder: isFile ? folder.path : nil))
        let pool = ThreadPool(threadCount: 3)
        pool.forEach(count: table.bins.count) { features, _ in
            for feature in features {
                table.columns[feature].withUnsafeBufferPointer {
                    builder.bin(feature: feature, values: $0, at: 0)
                }
            }
        }
        let matrix = builder.finish(pool: pool)
        let expected = table.matrix()
        #expect(matrix.byteCodes == nil)
        for word in 0..<matrix.layout.wordCount {
            for row in 0..<rowCount {
                let index = row * matrix.wordStride(word)
                #expect(matrix.wordAddress(word)[index] == expected.wordAddress(word)[index])
            }
        }
        for feature in table.bins.indices {
            for row in stride(from: 0, to: rowCount, by: 7) {
                #expect(
                    matrix.bin(row: row, feature: feature)
                        == expected.bin(row: row, feature: feature))
            }
        }
        // The file has no name, so that nothing is left whatever happens.
        #expect(try folder.names().isEmpty)
    }

    @Test("a scratch folder that is not there is out of space")
    func missingFolderIsRefused() {
        let error = #expect(throws: BinningError.self) {
            try BinnedMatrixBuilder(
                features: [], rowCount: 1,
                storage: MatrixStorage(hasColumns: false, folder: "/nothing/here"))
        }
        #expect(error?.code == .outOfSpace && error?.message.contains("/nothing/here") == true)
    }

    @Test("a scratch disk without room is out of space")
    func fullDiskIsRefused() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: BinningError.self) {
            try LargeBuffer(byteCount: 1 << 60, folder: folder.path)
        }
        #expect(error?.code == .outOfSpace)
        #expect(try folder.names().isEmpty)
    }

    @Test("what lies in a scratch file stays while its pages are let go")
    func scratchKeepsItsContents() throws {
        let folder = try TemporaryFolder()
        let byteCount = 16 << 20
        let buffer = try LargeBuffer(byteCount: byteCount, folder: folder.path)
        let words = buffer.address.bindMemory(to: UInt64.self, capacity: byteCount / 8)
        let places = stride(from: 0, to: byteCount / 8, by: 64)
        for round in 0..<40 as Range<UInt64> {
            for place in places { words[place] = UInt64(place) &+ round }
            #expect(places.allSatisfy { words[$0] == UInt64($0) &+ round })
        }
    }

    @Test("words hold the bytes of the columns")
    func wordsHoldTheColumns() {
        let table = RandomTable(rowCount: 100, seed: 9)
        let matrix = table.matrix()
        let layout = matrix.layout
        #expect(layout.wordCount > BinnedMatrix.groupWordCount)
        for column in layout.byteColumns.indices {
            let word = column / 8
            for row in 0..<100 {
                let value = matrix.wordAddress(word)[row * matrix.wordStride(word)]
                let code = matrix.byteCodes?[column * 100 + row]
                #expect(UInt8(truncatingIfNeeded: value >> UInt64(column % 8 * 8)) == code)
            }
        }
    }
}

@Suite("ValueSampler")
struct ValueSamplerTests {
    @Test("bins do not depend on blocks and threads", arguments: [17, 1_000, 5_000])
    func binsDoNotDependOnBlocks(blockLength: Int) throws {
        let table = RandomTable(rowCount: 5_000, seed: 1)
        var parameters = BinningParameters()
        parameters.binConstructSampleCount = 800
        let whole = try bins(of: table, parameters, blockLength: 5_000, threadCount: 1)
        let parts = try bins(of: table, parameters, blockLength: blockLength, threadCount: 3)
        #expect(whole == parts)
        #expect(whole.allSatisfy { $0.binCount > 1 })
    }

    @Test("a missing value counts even where it is not sampled")
    func missingIsNoticedEverywhere() throws {
        var parameters = BinningParameters()
        parameters.binConstructSampleCount = 10
        let sampler = try ValueSampler(
            kinds: [.numeric], rowCount: 1_000, parameters: parameters)
        let sampled = Set((0..<sampler.rows.count).map(sampler.rows.row))
        var values = (0..<1_000).map(Double.init)
        let unsampled = try #require(values.indices.first { !sampled.contains($0) })
        values[unsampled] = .nan
        values.withUnsafeBufferPointer { sampler.add(feature: 0, values: $0, at: 0) }
        let bins = sampler.makeBins(pool: ThreadPool(threadCount: 1))
        guard case .numeric(let edges) = bins[0] else { return #expect(Bool(false)) }
        #expect(edges.hasMissing)
    }

    @Test("numbers keep their 64 bits")
    func doublesStayExact() throws {
        let levels: [Double] = [0, 1, 2, 0.1, 0.1 + 1e-12, 0.1 + 2e-12]
        let values = (0..<300).map { levels[$0 / 50] }
        let sampler = try ValueSampler(
            kinds: [.numeric], rowCount: 300, parameters: BinningParameters())
        values.withUnsafeBufferPointer { sampler.add(feature: 0, values: $0, at: 0) }
        #expect(sampler.makeBins(pool: ThreadPool(threadCount: 1))[0].binCount == 6)
    }

    @Test("parameters out of range are refused", arguments: [1, 65_536])
    func badParametersAreRefused(maxBin: Int) {
        var parameters = BinningParameters()
        parameters.maxBin = maxBin
        let error = #expect(throws: BinningError.self) {
            try ValueSampler(kinds: [], rowCount: 1, parameters: parameters)
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains("max_bin is \(maxBin)") ?? false)
    }

    private func bins(
        of table: RandomTable, _ parameters: BinningParameters, blockLength: Int, threadCount: Int
    ) throws -> [FeatureBins] {
        let sampler = try ValueSampler(
            kinds: table.kinds, rowCount: 5_000, parameters: parameters)
        for feature in table.kinds.indices {
            for start in stride(from: 0, to: 5_000, by: blockLength) {
                let block = start..<min(start + blockLength, 5_000)
                table.columns[feature][block].withUnsafeBufferPointer {
                    sampler.add(feature: feature, values: $0, at: start)
                }
            }
        }
        return sampler.makeBins(pool: ThreadPool(threadCount: threadCount))
    }
}

/// Numeric and categorical columns of low and high cardinality, with missing values.
struct RandomTable: Sendable {
    let kinds: [FeatureKind]
    let columns: [[Double]]
    let bins: [FeatureBins]

    init(rowCount: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var kinds: [FeatureKind] = []
        var columns: [[Double]] = []
        var bins: [FeatureBins] = []
        for feature in 0..<64 {
            if feature % 4 == 3 {
                let codeCount = feature == 31 ? 402 : 12
                kinds.append(.categorical(codeCount: codeCount))
                columns.append(
                    (0..<rowCount).map { _ in
                        Double(Int.random(in: 0..<codeCount, using: &generator))
                    })
                let codes = Array((0..<(codeCount - 1)).shuffled(using: &generator).dropLast(2))
                bins.append(.categorical(CategoryBins(codes: codes, codeCount: codeCount)))
            } else {
                kinds.append(.numeric)
                let index = feature % 3 + (feature > 24 ? 1 : 0)
                let levels: Int = [3, 40, 200, 1_000_000][index]
                columns.append(
                    (0..<rowCount).map { _ in
                        let level = Double(Int.random(in: 0..<levels, using: &generator))
                        return Int.random(in: 0..<20, using: &generator) == 0 ? .nan : level / 7
                    })
                let bounds = (0..<min(levels - 1, 254)).map {
                    Double($0) * Double(levels) / 255 / 7
                }
                bins.append(
                    .numeric(BinEdges(upperBounds: bounds, hasMissing: feature % 2 == 0)))
            }
        }
        self.kinds = kinds
        self.columns = columns
        self.bins = bins
    }

    func bin(_ feature: Int, _ value: Double) -> Int {
        switch bins[feature] {
        case .numeric(let edges): edges.bin(of: value)
        case .categorical(let categories): categories.bin(of: value)
        }
    }

    func matrix() -> BinnedMatrix {
        let builder = BinnedMatrixBuilder(features: bins, rowCount: columns[0].count)
        for (feature, values) in columns.enumerated() {
            values.withUnsafeBufferPointer { builder.bin(feature: feature, values: $0, at: 0) }
        }
        return builder.finish()
    }
}
