/// What `doctor` prints.
package struct DoctorResult: JobResult {
    package var command = "doctor"
    /// Whether nothing failed.
    package var isReady: Bool
    package var checks: [DoctorCheck]
    package var peakRssBytes: Int
    package var commit: CommitReference?

    package var rowsIn: Int { 0 }
    package var rowsOut: Int { 0 }
    package var rowsQuarantined: Int { 0 }
    package var shardCount: Int { 0 }

    init(checks: [DoctorCheck], peakRssBytes: Int) {
        self.checks = checks
        self.peakRssBytes = peakRssBytes
        isReady = !checks.contains { $0.status == .failed }
    }

    package var failure: JobFailure? {
        guard let failed = checks.first(where: { $0.status == .failed }) else { return nil }
        return JobFailure(.configInvalid, "\(failed.name): \(failed.message)", remedy: failed.fix)
    }

    package var summary: [SummaryLine] {
        checks.map { check in
            let fix = check.status == .ok ? nil : check.fix
            return SummaryLine(
                check.name,
                ["\(check.status.rawValue): \(check.message)", fix].compactMap { $0 }
                    .joined(separator: " "))
        }
    }
}
