import CKernels

/// How many processors this process may use.
package enum ProcessorCount {
    /// The processors of the affinity mask, or the control group's quota where that is less.
    /// - Parameter controlGroupQuota: the text of `/sys/fs/cgroup/cpu.max`, e.g. `200000 100000`.
    package static func available(controlGroupQuota: String?) -> Int {
        let allowed = affinity ?? 1
        guard let quota = controlGroupQuota.flatMap(parseQuota) else { return allowed }
        return max(1, Int(min(Double(allowed), quota.rounded(.up))))
    }

    /// Processors' worth of time, or nil for `max` (no limit) and for anything else.
    static func parseQuota(_ text: String) -> Double? {
        let parts = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard parts.count == 2, let quota = parts[0], let period = parts[1], quota > 0,
            period > 0, (quota / period).isFinite
        else { return nil }
        return quota / period
    }

    private static var affinity: Int? {
        let count = Int(martlet_processor_count())
        return count > 0 ? count : nil
    }
}
