import Binning
import FoundationEssentials
import TestSupport
import Testing
import Threads

/// Bins with bounds that the caller chose, beside LightGBM's (`Fixtures/write_forced_bins.py`).
@Suite("Forced bins reference")
struct ForcedBinsReferenceTests {
    private struct Reference: Decodable {
        struct Case: Decodable {
            let seed: UInt64
            /// Different values; 0 for as many as rows.
            let levels: Double
            let forced: [Double]
            let maxBin: Int
            let bounds: [Double]
        }

        let rows: Int
        let cases: [Case]
    }

    @Test("bounds are LightGBM's", arguments: 0..<7)
    func boundsAreLightGBMs(index: Int) throws {
        let reference = try load()
        let item = reference.cases[index]
        let values = values(of: item, count: reference.rows)
        var parameters = BinningParameters()
        // LightGBM keeps a bin for numbers below 1e-35, of which there are none.
        parameters.maxBin = item.maxBin - 1
        parameters.forcedBounds = [0: item.forced]
        let sampler = try ValueSampler(
            kinds: [.numeric], rowCount: values.count, parameters: parameters)
        values.withUnsafeBufferPointer { sampler.add(feature: 0, values: $0, at: 0) }
        let bins = sampler.makeBins(pool: ThreadPool(threadCount: 1))
        guard case .numeric(let edges) = bins[0] else { return #expect(Bool(false)) }
        #expect(Set(item.forced).isSubset(of: edges.upperBounds))
        // A model shows the bounds that part some of the numbers.
        let sorted = values.sorted()
        let parting = edges.upperBounds.filter { sorted[0] <= $0 && $0 < sorted[sorted.count - 1] }
        #expect(parting.count == item.bounds.count)
        for (own, expected) in zip(parting, item.bounds) {
            // LightGBM's are the next number above the middle.
            #expect(isClose(own, expected, relative: 1e-12))
        }
    }

    private func values(of item: Reference.Case, count: Int) -> [Double] {
        var generator = SeededGenerator(seed: item.seed)
        return (0..<count).map { _ in
            let u = Double(generator.next() >> 11) * 0x1p-53
            return item.levels > 0
                ? ((u * item.levels).rounded(.down) + 1) / (item.levels + 1) : u + 1 / 1024
        }
    }

    private func load(file: String = #filePath) throws -> Reference {
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        let bytes = try Data(contentsOf: URL(filePath: "/\(folder)/Fixtures/forced_bins.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Reference.self, from: bytes)
    }
}
