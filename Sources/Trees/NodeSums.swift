/// What split search knows of a node besides its histogram.
struct NodeSums: Hashable, Sendable {
    /// Quantised.
    var gradient: Int64
    /// Quantised; the number of rows where every hessian is 1.
    var hessian: Int64
    var rowCount: Int
}
