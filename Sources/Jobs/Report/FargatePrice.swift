/// What a task on Fargate costs: Linux on x86-64, on demand, us-east-1, as listed in 2026.
///
/// Other regions differ by up to a half; Spot takes off up to 70 %.
enum FargatePrice {
    static let dollarsPerVcpuHour = 0.04048
    static let dollarsPerGigabyteHour = 0.004445
    /// A task is billed for a minute at least.
    private static let secondsMin = 60.0

    static func dollars(seconds: Double, vcpu: Double, memoryBytes: Int) -> Double {
        let hours = max(seconds, secondsMin) / 3_600
        return hours
            * (vcpu * dollarsPerVcpuHour
                + Double(memoryBytes) / 1e9 * dollarsPerGigabyteHour)
    }
}
