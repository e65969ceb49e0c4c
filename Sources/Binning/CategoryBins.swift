/// The bins of a categorical feature.
///
/// Bin 0 collects the codes that are too rare to learn from; it is on the right side of every
/// split, as are codes never seen. Bin `b > 0` is the code `codes[b - 1]`.
package struct CategoryBins: Hashable, Sendable {
    /// Codes that have a bin of their own, the most frequent first.
    package let codes: [Int]
    package let codeCount: Int
    /// (codeCount) the bin of each code.
    package let binOfCode: [UInt16]

    package init(codes: [Int], codeCount: Int) {
        precondition(codes.count <= Int(UInt16.max))
        var binOfCode = [UInt16](repeating: 0, count: codeCount)
        for (index, code) in codes.enumerated() {
            precondition(binOfCode[code] == 0, "a code has one bin")
            binOfCode[code] = UInt16(index + 1)
        }
        self.codes = codes
        self.codeCount = codeCount
        self.binOfCode = binOfCode
    }

    package var binCount: Int { codes.count + 1 }

    /// The bin of one code; 0 for what is not a code.
    package func bin(of value: Double) -> Int {
        guard value >= 0, value < Double(codeCount) else { return 0 }
        return Int(binOfCode[Int(value)])
    }
}
