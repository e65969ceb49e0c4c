import CKernels
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Exponential and logarithm")
struct ExponentialTests {
    @Test(
        "exp is within 1e-15 of the system's, which errs by less", arguments: 0..<4 as Range<UInt64>
    )
    func expIsAccurate(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let limit = [1e-3, 1.0, 40, 700][Int(seed)]
        for _ in 0..<20_000 {
            let x = Double.random(in: -limit...limit, using: &generator)
            #expect(isClose(martlet_exp(x), exp(x), relative: 1e-15))
        }
    }

    @Test("log is within 1e-15 of the system's", arguments: 0..<3 as Range<UInt64>)
    func logIsAccurate(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let exponent = Double.random(in: -300...300, using: &generator)
            let x = seed == 0 ? Double.random(in: 0.9...1.1, using: &generator) : exp2(exponent)
            #expect(isClose(martlet_log(x), log(x), relative: 1e-15))
        }
    }

    @Test("the edges of their domains")
    func edgesOfDomains() {
        #expect(martlet_exp(0) == 1)
        #expect(martlet_exp(.nan).isNaN)
        #expect(martlet_exp(-.infinity) == martlet_exp(-708))
        #expect(martlet_exp(.infinity) == martlet_exp(709))
        #expect(martlet_exp(709).isFinite)
        #expect(martlet_exp(-708) >= Double.leastNormalMagnitude)
        #expect(martlet_log(1) == 0)
        #expect(martlet_log(0) == -.infinity)
        #expect(martlet_log(.infinity) == .infinity)
        #expect(martlet_log(-1).isNaN)
        #expect(martlet_log(.nan).isNaN)
        #expect(
            isClose(
                martlet_log(Double.leastNonzeroMagnitude), log(Double.leastNonzeroMagnitude),
                relative: 1e-15))
    }

    @Test("sigmoids have the same bits whatever the length", arguments: [0, 1, 7, 8, 9, 33])
    func sigmoidsDoNotDependOnLength(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let scores = (0..<count).map { _ in Double.random(in: -50...50, using: &generator) }
        var result = scores
        result.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { martlet_sigmoid(start, count, start) }
        }
        for (score, value) in zip(scores, result) {
            #expect(value == 1 / (1 + martlet_exp(-score)))
        }
    }
}
