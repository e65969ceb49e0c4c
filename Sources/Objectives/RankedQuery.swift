/// The rows of one query, the highest score first; memory that serves one query after the other.
struct RankedQuery {
    private(set) var count = 0
    /// (count) position in the query of the row of each rank.
    private(set) var order: [Int32]
    /// (count) by rank.
    private(set) var scores: [Double]
    private(set) var grades: [Int]
    var gradients: [Float]
    var hessians: [Float]

    init(capacity: Int) {
        order = [Int32](repeating: 0, count: capacity)
        scores = [Double](repeating: 0, count: capacity)
        grades = [Int](repeating: 0, count: capacity)
        gradients = [Float](repeating: 0, count: capacity)
        hessians = [Float](repeating: 0, count: capacity)
    }

    /// Takes the rows of a query and ranks them; of equal scores the earlier row comes first.
    mutating func fill(
        _ rows: UnsafeBufferPointer<UInt32>, labels: UnsafePointer<Float>,
        scores all: UnsafePointer<Double>
    ) {
        count = rows.count
        for position in 0..<count { order[position] = Int32(position) }
        order[..<count].sort {
            let (first, second) = (all[Int(rows[Int($0)])], all[Int(rows[Int($1)])])
            return first != second ? first > second : $0 < $1
        }
        for rank in 0..<count {
            let row = Int(rows[Int(order[rank])])
            scores[rank] = all[row]
            grades[rank] = Int(labels[row])
            gradients[rank] = 0
            hessians[rank] = 0
        }
    }
}
