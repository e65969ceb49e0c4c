import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Doctor")
struct DoctorJobTests {
    private func check(
        _ fixture: JobFixture, _ parameters: [String: String], probes: [DoctorProbe] = []
    ) async throws -> [String: DoctorCheck] {
        var context = fixture.context
        context.probes = probes
        let result = try await DoctorJob(
            spec: DoctorSpec(JobFixture.values(.doctor, parameters)), context: context
        ).run()
        #expect(result.isReady == (result.failure == nil))
        return Dictionary(result.checks.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    @Test("where everything is there, everything is ok, and nothing is left behind")
    func allIsWell() async throws {
        var fixture = JobFixture()
        fixture.memoryByteCountMax = 4 << 30
        try await fixture.run(.generate, ["rows": "50", "output": "s3://in/"])
        let before = fixture.store.urls
        let checks = try await check(
            fixture, ["data": "s3://in/", "output": "s3://out/model/"],
            probes: [DoctorProbe { DoctorCheck("clock", .ok, "right") }])
        for name in ["threads", "memory", "clock", "data", "output", "output again"] {
            #expect(checks[name]?.status == .ok)
        }
        #expect(checks["data"]?.message.contains("50 rows") == true)
        #expect(checks["model"]?.status == .skipped)
        #expect(fixture.store.urls == before)
    }

    @Test("what is missing is named, with the right that is needed")
    func namesWhatIsMissing() async throws {
        let fixture = JobFixture()
        try await fixture.run(.generate, ["rows": "50", "output": "s3://in/"])
        fixture.store.forgetReads()
        fixture.store.fail(read: 0, with: .accessDenied)
        let checks = try await check(fixture, ["data": "s3://in/", "model": "s3://none/m"])
        #expect(checks["memory"]?.status == .warning)
        #expect(checks["data"]?.status == .failed)
        #expect(checks["data"]?.fix?.contains("s3:GetObject") == true)
        #expect(checks["model"]?.status == .failed)
        #expect(checks["output"]?.status == .skipped)
    }
}
