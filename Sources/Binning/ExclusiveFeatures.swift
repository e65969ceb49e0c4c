import CKernels
import Threads

/// Finds features of a matrix that exclude each other: at most one of them is off its default bin
/// in any row. Every row is looked at, so nothing is lost when they share a digit.
struct ExclusiveFeatures: @unchecked Sendable {
    // Sendable: only read.
    let matrix: BinnedMatrix
    /// (columns × rowCount)
    let byteCodes: UnsafeMutablePointer<UInt8>
    let pool: ThreadPool

    /// Rows that candidates are chosen from.
    private static let sampleRowCount = 16_384
    /// Rows that a worker looks at together.
    private static let blockRowCount = 16_384
    /// Bundles that a feature is tried in.
    private static let bundleCountMax = 64
    /// Times that features which the sample misjudged are tried elsewhere.
    private static let roundCountMax = 4

    /// A feature that is in its default bin in at least half of the sample.
    private struct Candidate: Sendable {
        let feature: Int
        let column: Int
        let defaultBin: Int
        let binCount: Int
        /// (256) 1 for codes with another bin.
        let isOff: [UInt8]
        /// (sample) a bit for each row with another bin.
        let sample: [UInt64]
    }

    private struct Tentative {
        /// Into the candidates, ascending.
        var members: [Int] = []
        var valueCount = 1
        var sample: [UInt64]

        mutating func add(_ index: Int, _ candidate: Candidate) {
            members.append(index)
            valueCount += candidate.binCount - 1
            for word in sample.indices { sample[word] |= candidate.sample[word] }
        }
    }

    /// - Returns: the bundles, in the order of their first features.
    func bundles() -> [FeatureBundle] {
        let candidates = self.candidates()
        guard candidates.count > 1 else { return [] }
        var tentative: [Tentative] = []
        var refused = [Set<Int>](repeating: [], count: candidates.count)
        var open = Array(candidates.indices)
        for round in 0..<Self.roundCountMax where !open.isEmpty {
            for index in open {
                place(index, candidates, in: &tentative, except: refused[index])
            }
            open = []
            for (bundle, index) in conflicts(tentative, candidates) {
                tentative[bundle].members.removeAll { $0 == index }
                tentative[bundle].valueCount -= candidates[index].binCount - 1
                refused[index].insert(bundle)
                if round < Self.roundCountMax - 1 { open.append(index) }
            }
        }
        return tentative.filter { $0.members.count > 1 }.map { bundle in
            FeatureBundle(
                members: bundle.members.sorted().map {
                    FeatureBundle.Member(
                        feature: candidates[$0].feature, defaultBin: candidates[$0].defaultBin)
                })
        }
    }

    // MARK: The sample

    private func candidates() -> [Candidate] {
        let members = matrix.layout.byteColumns.enumerated().flatMap { index, column in
            column.members.map { (column: index, member: $0) }
        }
        let found = pool.map(count: members.count) { index, _ in
            candidate(members[index].member, column: members[index].column)
        }
        return found.compactMap(\.self).sorted { $0.feature < $1.feature }
    }

    private func candidate(_ member: BinLayout.Member, column: Int) -> Candidate? {
        let rowCount = matrix.rowCount
        let sampleCount = min(rowCount, Self.sampleRowCount)
        let codes = byteCodes + column * rowCount
        let bins = (0..<BinLayout.byteCodeCountMax).map { member.bin(code: $0) }
        var counts = [Int](repeating: 0, count: member.binCount)
        for row in 0..<sampleCount { counts[bins[Int(codes[row * rowCount / sampleCount])]] += 1 }
        guard let most = counts.max(), let bin = counts.firstIndex(of: most),
            2 * most >= sampleCount
        else { return nil }
        var sample = [UInt64](repeating: 0, count: (sampleCount + 63) / 64)
        for row in 0..<sampleCount where bins[Int(codes[row * rowCount / sampleCount])] != bin {
            sample[row / 64] |= 1 << UInt64(row % 64)
        }
        return Candidate(
            feature: member.feature, column: column, defaultBin: bin, binCount: member.binCount,
            isOff: bins.map { $0 == bin ? 0 : 1 }, sample: sample)
    }

    /// Puts a candidate into the first bundle that has no row of the sample in common with it.
    private func place(
        _ index: Int, _ candidates: [Candidate], in bundles: inout [Tentative],
        except refused: Set<Int>
    ) {
        let candidate = candidates[index]
        for bundle in bundles.indices.prefix(Self.bundleCountMax) where !refused.contains(bundle) {
            guard
                bundles[bundle].valueCount + candidate.binCount - 1 <= BinLayout.byteCodeCountMax,
                zip(bundles[bundle].sample, candidate.sample).allSatisfy({ $0 & $1 == 0 })
            else { continue }
            bundles[bundle].add(index, candidate)
            return
        }
        var bundle = Tentative(sample: [UInt64](repeating: 0, count: candidate.sample.count))
        bundle.add(index, candidate)
        bundles.append(bundle)
    }

    // MARK: All rows

    /// The members that are off their default bins in a row where an earlier member is, too.
    private func conflicts(
        _ bundles: [Tentative], _ candidates: [Candidate]
    ) -> [(bundle: Int, member: Int)] {
        let members = bundles.enumerated().flatMap { bundle, tentative in
            tentative.members.count > 1 ? tentative.members.map { (bundle, $0) } : []
        }
        let blockCount = (matrix.rowCount + Self.blockRowCount - 1) / Self.blockRowCount
        let ofBlocks = pool.map(count: blockCount) { block, _ in
            let start = block * Self.blockRowCount
            return conflicts(
                members, candidates,
                rows: start..<min(start + Self.blockRowCount, matrix.rowCount))
        }
        return members.indices.filter { index in ofBlocks.contains { $0[index] } }
            .map { (bundle: members[$0].0, member: members[$0].1) }
    }

    /// - Returns: (members) whether each shares a row with an earlier one of its bundle.
    private func conflicts(
        _ members: [(bundle: Int, candidate: Int)], _ candidates: [Candidate], rows: Range<Int>
    ) -> [Bool] {
        let wordCount = (rows.count + 63) / 64
        var seen = [UInt64](repeating: 0, count: wordCount)
        var (off, rest) = (seen, seen)
        var result = [Bool](repeating: false, count: members.count)
        for (index, member) in members.enumerated() {
            if index == 0 || members[index - 1].bundle != member.bundle {
                for word in 0..<wordCount { seen[word] = 0 }
            }
            let candidate = candidates[member.candidate]
            _ = martlet_divide_bytes(
                byteCodes + candidate.column * matrix.rowCount + rows.lowerBound, 1, nil,
                rows.count, candidate.isOff, &off, &rest)
            var common: UInt64 = 0
            for word in 0..<wordCount {
                common |= seen[word] & off[word]
                seen[word] |= off[word]
            }
            result[index] = common != 0
        }
        return result
    }
}
