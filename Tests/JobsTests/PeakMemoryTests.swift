import Testing

@testable import Jobs

@Suite("Peak memory")
struct PeakMemoryTests {
    @Test("of proc's lines the high-water mark counts")
    func highWaterMark() {
        let status = "Name:\tmartlet\nVmPeak:\t  900 kB\nVmHWM:\t   12345 kB\nVmRSS:\t 1 kB\n"
        #expect(PeakMemory.highWaterMark(status) == 12345 * 1024)
        #expect(PeakMemory.highWaterMark("VmHWM:\t12 MB\n") == nil)
        #expect(PeakMemory.highWaterMark("") == nil)
    }

    @Test("this process holds more than a page and less than a terabyte")
    func own() {
        #expect((4096..<1 << 40).contains(PeakMemory.byteCount))
    }
}
