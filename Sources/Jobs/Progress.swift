/// Where a job says how far it is; the executable decides how that looks.
package struct Progress: Sendable {
    private let report: @Sendable (_ stage: String, _ done: Int, _ total: Int) -> Void

    package init(_ report: @escaping @Sendable (_ stage: String, _ done: Int, _ total: Int) -> Void)
    {
        self.report = report
    }

    package static let silent = Progress { _, _, _ in }

    /// - Parameters:
    ///   - stage: a constant, like `reading`.
    ///   - done: rows or rounds done, at most `total`.
    package func callAsFunction(_ stage: String, _ done: Int, of total: Int) {
        report(stage, done, total)
    }
}
