import Objectives

/// The unit in which a run with squared error keeps its rows' gradients, which are scores less
/// labels: a power of two, so that scores, leaf values and gradients all are exact multiples.
///
/// Adding a tree then moves the gradients of a leaf's rows by one integer, and sums of gradients by
/// that integer times the rows: no score is read, no gradient rounded again, and the histogram of
/// the next root is the sum of the leaves'.
struct ResidualQuantum: Hashable, Sendable {
    let size: Double
    /// The score that boosting starts from, a multiple of what the largest score can still show.
    let baseScore: Double
    /// At least the largest |gradient| at the start, in quanta.
    let startBound: Int64

    /// Gradients of 28 bits at the start; they may grow fourfold.
    private static let startBoundMax = 0x1p28
    /// More quanta do not fit into packed sums; see `GradientPacking.unit`.
    static let boundMax: Int64 = 1 << 30 - 1
    /// Gradients whose largest is so many times their root mean square keep 19 bits of that.
    private static let spreadMax = 512.0

    /// - Parameters:
    ///   - baseScore: where boosting starts.
    ///   - isFixed: whether the base score may not be rounded.
    /// - Returns: nil where some gradients would be too coarse.
    init?(labels: UnsafePointer<Float>, count: Int, baseScore: Double, isFixed: Bool) {
        var largest = 0.0
        var squares = 0.0
        for row in 0..<count {
            let gradient = abs(baseScore - Double(labels[row]))
            largest = max(largest, gradient)
            squares += gradient * gradient
        }
        let mean = (squares / Double(count)).squareRoot()
        guard largest > 0, mean.isFinite, largest <= Self.spreadMax * mean else { return nil }
        size = Self.powerOfTwo(atLeast: largest / Self.startBoundMax)
        startBound = Int64((largest / size).rounded(.up)) + 1
        // Scores stay below this as long as gradients fit.
        let scoreMax = abs(baseScore) + 64 * largest
        let step = Self.powerOfTwo(atLeast: scoreMax * 0x1p-52)
        self.baseScore = (baseScore / step).rounded(.toNearestOrEven) * step
        guard step <= size, !isFixed || self.baseScore == baseScore else { return nil }
    }

    /// The gradient of a row that no tree has moved yet.
    @inline(__always)
    func startQuanta(label: Float) -> Int64 {
        Int64(((baseScore - Double(label)) / size).rounded(.toNearestOrEven))
    }

    /// The multiple that is nearest to a leaf's value.
    func quanta(nearest value: Double) -> Int64 {
        Int64((value / size).rounded(.toNearestOrEven))
    }

    /// nil for a value that is no multiple.
    func quanta(exactly value: Double) -> Int64? {
        let quanta = value / size
        guard abs(quanta) <= Double(Self.boundMax), quanta.rounded() == quanta else { return nil }
        return Int64(quanta)
    }

    /// The score of a row whose gradient is now `quanta`.
    @inline(__always)
    func score(label: Float, quanta: Int64) -> Double {
        baseScore + Double(quanta &- startQuanta(label: label)) * size
    }

    private static func powerOfTwo(atLeast value: Double) -> Double {
        let power = value.binade
        return power < value ? 2 * power : power
    }
}
