/// Logarithm and exponential from basic arithmetic alone: the same bits on every machine, with
/// relative errors below 1e-12, which is plenty to draw random numbers with.
enum PortableMath {
    private static let ln2 = 0.693_147_180_559_945_3

    /// The natural logarithm. `x` is positive, normal and finite.
    static func log(_ x: Double) -> Double {
        let bits = x.bitPattern
        var exponent = Double(Int(bits &>> 52) &- 1_023)
        var fraction = Double(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
        // Into [1/sqrt(2), sqrt(2)), where the series converges fast.
        if fraction > 1.414_213_562_373_095 {
            fraction *= 0.5
            exponent += 1
        }
        // log(f) = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...), |s| < 0.172.
        let s = (fraction - 1) / (fraction + 1)
        let square = s * s
        var sum = 1.0 / 15
        sum = sum * square + 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        sum = sum * square + 1
        return exponent * ln2 + 2 * s * sum
    }

    /// The exponential. `x` in `-700...700`.
    static func exp(_ x: Double) -> Double {
        let power = (x / ln2).rounded(.toNearestOrEven)
        // |rest| < 0.347: the Taylor series to the 11th power leaves less than 1e-14.
        let rest = x - power * ln2
        var sum = inverseFactorials[0]
        for index in 1..<12 { sum = sum * rest + inverseFactorials[index] }
        return sum * Double(sign: .plus, exponent: Int(power), significand: 1)
    }

    /// 1/11!, 1/10!, ..., 1/0!
    private static let inverseFactorials: [12 of Double] = [
        1 / 39_916_800, 1 / 3_628_800, 1 / 362_880, 1 / 40_320, 1 / 5_040, 1 / 720, 1 / 120,
        1 / 24, 1 / 6, 1 / 2, 1, 1,
    ]
}
