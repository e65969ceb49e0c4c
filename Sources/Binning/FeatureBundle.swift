/// Features of which no row has two off their default bins, such as the columns that one column of
/// categories was spread into: one digit tells all their bins.
package struct FeatureBundle: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package let feature: Int
        /// The bin of most rows.
        package let defaultBin: Int
    }

    /// By ascending feature; two or more.
    package let members: [Member]

    /// Values of the digit: one for "all in their default bins", one for each other bin.
    func valueCount(_ binCounts: [Int]) -> Int {
        members.reduce(1) { $0 + binCounts[$1.feature] - 1 }
    }
}
