import TestSupport
import Testing

@testable import Jobs

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("PortableMath")
struct PortableMathTests {
    @Test("logarithm agrees with the C library", arguments: 0..<4)
    func logarithm(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let x = Double.random(in: 0x1p-60...1, using: &generator)
            // Close to 1 the logarithm vanishes, and only the absolute error counts.
            #expect(
                isClose(PortableMath.log(x), log(x), relative: 1e-12, absolute: 1e-15),
                "log \(x)")
        }
        for x in [0x1p-54, 0.5, 1, 1.5, 2, 1e300] {
            #expect(isClose(PortableMath.log(x), log(x), relative: 1e-12), "log \(x)")
        }
    }

    @Test("exponential agrees with the C library", arguments: 0..<4)
    func exponential(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let x = Double.random(in: -60...60, using: &generator)
            #expect(isClose(PortableMath.exp(x), exp(x), relative: 1e-12), "exp \(x)")
        }
        #expect(PortableMath.exp(0) == 1)
    }
}
