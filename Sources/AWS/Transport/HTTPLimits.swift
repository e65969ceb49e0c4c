/// What a request may cost at most, whatever the other side does.
package struct HTTPLimits: Hashable, Sendable {
    /// From the first attempt to connect to the last byte of the answer.
    package var totalTime: Duration
    package var bodyByteCountMax: Int

    /// - Parameters:
    ///   - totalTime: one minute moves 8 MiB even at 1.2 Mbit/s.
    ///   - bodyByteCountMax: enough for an error or a small document.
    package init(totalTime: Duration = .seconds(60), bodyByteCountMax: Int = 1 << 20) {
        self.totalTime = totalTime
        self.bodyByteCountMax = bodyByteCountMax
    }
}
