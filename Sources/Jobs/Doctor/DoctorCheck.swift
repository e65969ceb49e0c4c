/// One thing that a task needs, looked at.
package struct DoctorCheck: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Sendable {
        case ok
        case warning
        case failed
        /// Not asked for, or it does not apply here.
        case skipped
    }

    package var name: String
    package var status: Status
    package var message: String
    /// What to do; where a right is missing, which action on which resource.
    package var fix: String?

    package init(_ name: String, _ status: Status, _ message: String, fix: String? = nil) {
        self.name = name
        self.status = status
        self.message = message
        self.fix = fix
    }
}

/// A check of what lies outside of the stores; the executable brings it along.
package struct DoctorProbe: Sendable {
    let run: @Sendable () async -> DoctorCheck

    package init(_ run: @escaping @Sendable () async -> DoctorCheck) { self.run = run }
}
