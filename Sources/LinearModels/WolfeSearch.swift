/// A line search for the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6):
/// doubles the step until it brackets a minimum, then narrows the bracket by cubics.
struct WolfeSearch: Sendable {
    enum Outcome: Sendable {
        /// Both conditions hold at the step at hand.
        case found
        /// Measure at this step.
        case measure
        /// No step of those tried is better than none, as far as rounding lets it be seen.
        case failed
    }

    private struct Point: Sendable {
        var step: Double
        var value: Double
        var slope: Double
    }

    private static let decrease = 1e-4
    private static let curvature = 0.9
    private static let stepCountMax = 30

    private let start: Point
    private var low: Point
    private var high: Point?
    private var stepCount = 0
    /// The step to measure at.
    private(set) var step = 1.0

    /// - Parameters: value and directional derivative, below 0, of no step.
    init(value: Double, slope: Double) {
        start = Point(step: 0, value: value, slope: slope)
        low = start
    }

    /// Takes what was measured at `step`.
    mutating func accept(value: Double, slope: Double) -> Outcome {
        stepCount += 1
        let point = Point(step: step, value: value, slope: slope)
        // What rounding may have done to a sum over all rows.
        let slack = 1e-14 * abs(start.value)
        let bound = start.value + Self.decrease * step * start.slope + slack
        if !value.isFinite || value > bound || (low.step > 0 && value >= low.value + slack) {
            high = point
        } else if abs(slope) <= -Self.curvature * start.slope {
            return .found
        } else if let high {
            if slope * (high.step - low.step) >= 0 { self.high = low }
            low = point
        } else if slope >= 0 {
            high = low
            low = point
        } else {
            low = point
        }
        guard stepCount < Self.stepCountMax else { return .failed }
        if let high {
            step = Self.between(low, high)
            guard abs(high.step - low.step) > 1e-12 * max(high.step, low.step) else {
                return .failed
            }
        } else {
            step *= 2
        }
        return .measure
    }

    /// The minimum of the cubic through both ends, kept a tenth away from them.
    private static func between(_ low: Point, _ high: Point) -> Double {
        let width = high.step - low.step
        var share = 0.5
        if high.value.isFinite, high.slope.isFinite {
            let a = low.slope + high.slope - 3 * (high.value - low.value) / width
            let square = a * a - low.slope * high.slope
            if square >= 0 {
                let b = width > 0 ? square.squareRoot() : -square.squareRoot()
                let candidate = 1 - (high.slope + b - a) / (high.slope - low.slope + 2 * b)
                if candidate.isFinite { share = candidate }
            }
        }
        return low.step + width * min(max(share, 0.1), 0.9)
    }
}
