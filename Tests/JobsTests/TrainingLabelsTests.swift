import Testing

@testable import Jobs

@Suite("Training labels")
struct TrainingLabelsTests {
    private func labels(weights: [Float]?) -> TargetPass.Labels {
        var labels = TargetPass.Labels()
        labels.labels = [10, 11, 12, 13]
        labels.weights = weights
        labels.groups = [0, 0, 1, 1]
        return labels
    }

    @Test(
        "labels and weights follow the rows; weights of classes stay apart",
        arguments: [true, false])
    func followsTheRows(weighsClasses: Bool) {
        let labels = TrainingLabels(labels(weights: [1, 2, 3, 4]))
        labels.follow(
            labels: [12, 10, 13, 11], weights: weighsClasses ? [30, 10, 40, 20] : [3, 1, 4, 2],
            startScores: [0.5, 1, 1.5, 2], order: [2, 0, 3, 1], weighsClasses: weighsClasses)
        let values = labels.values
        #expect(values.labels == [12, 10, 13, 11] && labels.count == 4)
        #expect(values.weights == [3, 1, 4, 2])
        #expect(values.startScores == [0.5, 1, 1.5, 2] && values.groups == nil)
    }

    @Test("class weights do not become a weight column")
    func classWeightsAreNoColumn() {
        let labels = TrainingLabels(labels(weights: nil))
        labels.follow(
            labels: [12, 10, 13, 11], weights: [2, 1, 2, 1], startScores: nil,
            order: [2, 0, 3, 1], weighsClasses: true)
        #expect(labels.values.weights == nil)
    }
}
