import Testing

@testable import Jobs

@Suite("ProcessorCount")
struct ProcessorCountTests {
    @Test(
        "a control group's quota in processors",
        arguments: [
            ("200000 100000", 2), ("50000 100000\n", 0.5), ("max 100000", nil), ("", nil),
            ("200000", nil), ("1 0", nil), ("-1 100000", nil), ("nan 1", nil), ("1 2 3", nil),
        ] as [(String, Double?)])
    func parsesQuota(text: String, processors: Double?) {
        #expect(ProcessorCount.parseQuota(text) == processors)
    }

    @Test("a quota limits the processors, and never to none")
    func limitsProcessors() {
        let all = ProcessorCount.available(controlGroupQuota: nil)
        #expect(all >= 1)
        #expect(ProcessorCount.available(controlGroupQuota: "1000 100000") == 1)
        #expect(ProcessorCount.available(controlGroupQuota: "1e300 1") == all)
        #expect(ProcessorCount.available(controlGroupQuota: "max 100000") == all)
    }
}
