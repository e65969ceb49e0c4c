import Testing

@testable import Binning

@Suite("CategoryBins")
struct CategoryBinsTests {
    @Test("frequent codes come first, rare ones share bin 0")
    func frequentCodesComeFirst() {
        // Codes 0...4, missing 5, other 6.
        let bins = CategoryBins.find(
            counts: [10, 500, 2, 300, 1, 40, 5], parameters: BinningParameters())
        #expect(bins.codes == [1, 3, 5, 0])
        #expect(bins.bin(of: 1) == 1)
        #expect(bins.bin(of: 5) == 3)
        #expect(bins.bin(of: 2) == 0)
        #expect(bins.bin(of: 6) == 0)
    }

    @Test("what is not a code is unseen", arguments: [-1, 7, 1e300, .nan, .infinity])
    func otherValuesAreUnseen(value: Double) {
        let bins = CategoryBins(codes: [0, 1, 2], codeCount: 7)
        #expect(bins.bin(of: value) == 0)
    }

    @Test("beyond maxBin, codes are kept until they cover 99% of the rows")
    func coverageGoesBeyondMaxBin() {
        var parameters = BinningParameters()
        parameters.maxBin = 4
        let even = CategoryBins.find(
            counts: [Int](repeating: 100, count: 300) + [0, 0], parameters: parameters)
        #expect(even.codes.count == 297)
        let skewed = CategoryBins.find(
            counts: [10_000, 90, 10, 10, 10, 10, 0, 0], parameters: parameters)
        #expect(skewed.codes == [0, 1, 2])
    }

    @Test("ties are broken by code")
    func tiesAreBrokenByCode() {
        let bins = CategoryBins.find(counts: [5, 9, 5, 9, 0, 0], parameters: BinningParameters())
        #expect(bins.codes == [1, 3, 0, 2])
    }

    @Test("one code in all rows splits nothing")
    func oneCodeIsUseless() {
        let bins = CategoryBins.find(counts: [50, 0, 0], parameters: BinningParameters())
        #expect(!FeatureBins.categorical(bins).isUsable)
        let withOthers = CategoryBins.find(counts: [50, 0, 9], parameters: BinningParameters())
        #expect(FeatureBins.categorical(withOthers).isUsable)
    }
}
