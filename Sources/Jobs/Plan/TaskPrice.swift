/// What Fargate asks for, us-east-1, Linux on x86, in US dollars. Other regions differ by up to a
/// third; estimates are estimates.
/// Source: AWS Fargate pricing.
package enum TaskPrice {
    static let processorHour = 0.04048
    static let gibibyteHour = 0.004445
    /// A task is billed for a minute at least.
    static let secondsMin = 60.0
    /// Spot's share of the price on demand; it varies with the day around this.
    package static let spotShare = 0.3

    /// - Parameter seconds: from the start of the image pull to the task's end.
    static func dollars(_ size: TaskSize, seconds: Double) -> Double {
        dollars(
            processorCount: size.processorCount, memoryGiB: Double(size.memoryMiB) / 1_024,
            seconds: seconds)
    }

    package static func dollars(processorCount: Double, memoryGiB: Double, seconds: Double)
        -> Double
    {
        let hourly = processorCount * processorHour + memoryGiB * gibibyteHour
        return max(secondsMin, seconds) / 3_600 * hourly
    }
}
