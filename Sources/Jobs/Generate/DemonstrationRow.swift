/// One row of the demonstration table: a made-up person's professional profile.
///
/// Behind it stands one normal number, seniority. Age, education, titles and activity follow it
/// with noise, so features are correlated as in real profiles; graduation years are often filled
/// in with one value, and some ages are grossly wrong.
struct DemonstrationRow {
    var tenureMonths: Int32 = 0
    var jobLevel: Int32 = 0
    var jobSeniority: Int32 = 0
    var compensation: Int32 = 0
    var companySize: Int32 = 0
    var linkedinActivity = 0.0
    var daysSinceUpdate: Int32 = 0
    var socialMediaPresence = 0.0
    var emailEngagement = 0.0
    var industryTypicalAge: Int32 = 0
    var jobFunction: Int32 = 0
    var companyRevenue: Int32 = 0
    var quarter: Int32 = 0
    var educationLevel: Int32 = 0
    var graduationYear: Int32 = 0
    var jobCount: Int32 = 0
    var skillCount: Int32 = 0
    var totalCareerYears = 0.0
    var profileCompleteness = 0.0
    /// Years, to one decimal; never null.
    var age = 0.0

    var jobChurnRate: Double { Double(jobCount) / max(totalCareerYears, 0.3) }
    var tenureLevelInteraction: Int32 { tenureMonths &* jobLevel }
    var compensationSizeInteraction: Int32 { compensation &* companySize }

    init(_ stream: inout RandomStream) {
        let seniority = stream.normal()
        let trueAge = Self.clip(40 + 9.5 * seniority + 2.5 * stream.normal(), 18, 75)
        drawCareer(&stream, trueAge: trueAge)
        drawPosition(&stream, seniority: seniority)
        drawActivity(&stream, seniority: seniority)
        // The core of the noise is Laplace's; one age in twenty is grossly wrong.
        var reported = trueAge + stream.laplace(scale: 0.8)
        if stream.uniform() < 0.05 { reported += 9 * stream.normal() }
        age = (Self.clip(reported, 18, 75) * 10).rounded(.toNearestOrEven) / 10
    }

    private mutating func drawCareer(_ stream: inout RandomStream, trueAge: Double) {
        educationLevel = Self.rounded(2.4 + 0.9 * stream.normal(), 1, 5)
        let graduationAge = 22.5 + 1.2 * (Double(educationLevel) - 2)
        graduationYear = Self.rounded(
            2025 - (trueAge - graduationAge) + 1.8 * stream.normal(), 1965, 2025)
        // A year filled in where it is not known, as pipelines do: the signal breaks off there.
        if stream.uniform() < 0.35 { graduationYear = 2010 }
        let career = Self.clip(trueAge - 22 - 1.6 * stream.gamma(shape: 1.5), 0.5, 50)
        jobCount = Int32(min(max(stream.poisson(mean: 1 + career / 5.5), 1), 18))
        tenureMonths = Int32(Self.clip(career * 12 * stream.beta(1.3, 2.4), 0, 600))
        totalCareerYears = Self.clip(
            Double(tenureMonths) / 12 + Double(jobCount - 1) * 2.5 + 0.8 * stream.normal(), 0.1, 50)
        skillCount = Int32(min(stream.poisson(mean: 6 + 0.25 * career), 60))
    }

    private mutating func drawPosition(_ stream: inout RandomStream, seniority: Double) {
        let level =
            0.9 * seniority + 0.5 * (Double(educationLevel) - 2.5) + 0.9 * stream.normal()
        jobLevel = Int32(Self.bin(level, [-0.6, 0.9, 2.1])) + 1
        jobSeniority = min(max(jobLevel - 1 + Int32(stream.integer(below: 4)), 1), 5)
        compensation = Self.rounded(3.6 + 0.9 * level + 0.9 * stream.normal(), 1, 8)
        companySize = Self.rounded(5.5 + 2 * stream.normal(), 1, 9)
        companyRevenue = Self.rounded(
            Double(companySize) * 0.75 + 1 + 1.2 * stream.normal(), 1, 9)
        let industry = stream.normal() + 0.45 * seniority
        industryTypicalAge =
            switch Self.bin(industry, [-1.3, -0.8, -0.3, 0.1, 0.5, 0.9, 1.4]) {
            case 0: 35
            case 1: 38
            case 2: 42
            case 3: 45
            case 4: 48
            case 5: 50
            case 6: 40
            default: 32
            }
        jobFunction = Int32(stream.integer(below: 8))
        quarter = Int32(stream.integer(below: 4)) + 1
    }

    private mutating func drawActivity(_ stream: inout RandomStream, seniority: Double) {
        linkedinActivity =
            switch Self.bin(stream.normal() - 0.25 * seniority, [-0.4, 0.3, 0.9]) {
            case 0: 0.3
            case 1: 0.6
            case 2: 0.8
            default: 1
            }
        daysSinceUpdate = Int32(min(260 * stream.exponential(), 3_000))
        socialMediaPresence =
            switch Self.bin(stream.normal() - 0.35 * seniority, [-0.5, 0.6, 1.4]) {
            case 0: 0.2
            case 1: 0.5
            case 2: 0.7
            default: 1
            }
        emailEngagement = Double(stream.integer(below: 3)) * 0.5
        profileCompleteness = Self.clip(
            Self.secondLargestOfFive(&stream) + 0.02 * seniority, 0, 1)
    }

    /// Beta(4, 2): the distribution of the fourth of five ordered uniform numbers.
    private static func secondLargestOfFive(_ stream: inout RandomStream) -> Double {
        var largest = stream.uniform()
        var second = 0.0
        for _ in 0..<4 {
            let value = stream.uniform()
            second = max(second, min(value, largest))
            largest = max(largest, value)
        }
        return second
    }

    private static func clip(_ value: Double, _ low: Double, _ high: Double) -> Double {
        min(max(value, low), high)
    }

    private static func rounded(_ value: Double, _ low: Double, _ high: Double) -> Int32 {
        Int32(clip(value.rounded(.toNearestOrEven), low, high))
    }

    /// How many of the ascending `edges` are at most `value`.
    @inline(__always)
    private static func bin<let edgeCount: Int>(
        _ value: Double, _ edges: [edgeCount of Double]
    ) -> Int {
        var count = 0
        for index in 0..<edgeCount where edges[index] <= value { count &+= 1 }
        return count
    }
}
