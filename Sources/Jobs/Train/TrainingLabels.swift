import Synchronization

/// Labels, weights and so on of the rows to learn from.
///
/// By reference: training puts its rows into another order, and with hundreds of millions of them
/// memory holds their labels once.
final class TrainingLabels: Sendable {
    let count: Int
    private let labels: Mutex<TargetPass.Labels>

    init(_ labels: TargetPass.Labels) {
        count = labels.labels.count
        self.labels = Mutex(labels)
    }

    /// As they are now. Not to be kept for long: a copy would be a second one.
    var values: TargetPass.Labels { labels.withLock { $0 } }

    /// Takes over the order of rows that were clustered, which have neither queries nor, any more,
    /// groups.
    /// - Parameters:
    ///   - moved: the labels in the new order; so are `weights` and `startScores`.
    ///   - order: (count) the former place of each row.
    ///   - weighsClasses: whether `weights` hold more than the weight column.
    func follow(
        labels moved: [Float], weights: [Float]?, startScores: [Double]?, order: [UInt32],
        weighsClasses: Bool
    ) {
        labels.withLock { labels in
            labels.labels = moved
            labels.startScores = startScores
            labels.groups = nil
            labels.weights =
                weighsClasses
                ? labels.weights.map { own in order.map { own[Int($0)] } } : weights
        }
    }
}
