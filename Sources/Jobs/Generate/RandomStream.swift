/// Random numbers for one row: SplitMix64, started at a place that seed and row decide.
///
/// The same on every machine: only integer arithmetic, and additions, multiplications, divisions
/// and square roots of doubles, which IEEE 754 defines to the bit; logarithm and exponential are
/// our own, as those of C libraries differ in their last digits.
/// Source: Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number Generators".
struct RandomStream: RandomNumberGenerator {
    private var state: UInt64
    /// The second of a pair of normal numbers.
    private var spareNormal: Double?

    init(seed: UInt64, row: UInt64) {
        // Two rounds, so that neighbouring rows of neighbouring seeds have nothing in common.
        state = Self.mix(Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) &+ row &* 0xD1B5_4A32_D192_ED03)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    /// Evenly from (0, 1): odd multiples of 2^-54, so that its logarithm is finite.
    mutating func uniform() -> Double {
        (Double(next() &>> 11) + 0.5) * 0x1p-53
    }

    /// Evenly from `0..<bound`; the bias is below bound / 2^64.
    mutating func integer(below bound: UInt64) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: bound).high)
    }

    // MARK: Distributions

    /// Mean 0, variance 1, by the polar method. Source: Marsaglia, Bray 1964.
    mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            guard square < 1 && square > 0 else { continue }
            let factor = (-2 * PortableMath.log(square) / square).squareRoot()
            spareNormal = y * factor
            return x * factor
        }
    }

    /// Mean 1.
    mutating func exponential() -> Double { -PortableMath.log(uniform()) }

    /// Mean 0, mean absolute value `scale`.
    mutating func laplace(scale: Double) -> Double {
        let magnitude = scale * exponential()
        return next() & 1 == 0 ? magnitude : -magnitude
    }

    /// Mean `shape`. `shape >= 1`. Source: Marsaglia, Tsang 2000.
    mutating func gamma(shape: Double) -> Double {
        let d = shape - 1.0 / 3.0
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            let u = uniform()
            // The squeeze accepts nearly always, and without logarithms.
            if u < 1 - 0.0331 * (x * x) * (x * x)
                || PortableMath.log(u) < 0.5 * x * x + d * (1 - v + PortableMath.log(v))
            {
                return d * v
            }
        }
    }

    /// In (0, 1), mean `alpha / (alpha + beta)`; both at least 1.
    mutating func beta(_ alpha: Double, _ beta: Double) -> Double {
        let x = gamma(shape: alpha)
        let y = gamma(shape: beta)
        return x / (x + y)
    }

    /// `mean` at most some 20: as many uniform numbers are multiplied. Source: Knuth, TAOCP 3.4.1.
    mutating func poisson(mean: Double) -> Int {
        let limit = PortableMath.exp(-mean)
        var product = uniform()
        var count = 0
        while product > limit {
            product *= uniform()
            count += 1
        }
        return count
    }
}
