import ObjectStores
import Testing

@testable import Jobs

@Suite("Shutdown")
struct ShutdownTests {
    @Test("the first reason stays")
    func keepsFirstReason() throws {
        let shutdown = Shutdown()
        try shutdown.check()
        #expect(!shutdown.isRequested)
        shutdown.request(.fenced)
        shutdown.request(.signal)
        #expect(shutdown.reason == .fenced)
        let failure = #expect(throws: JobFailure.self) { try shutdown.check() }
        #expect(failure?.name == .interrupted)
    }
}
