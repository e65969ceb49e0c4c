/// The categories with the lowest and the highest smoothed mean gradients: all that splits into
/// sets ever take from either end.
struct OrderedCategories {
    struct Category {
        let mean: Double
        let bin: Int

        /// By mean, then by bin, so that the order is total.
        func precedes(_ other: Category) -> Bool {
            mean != other.mean ? mean < other.mean : bin < other.bin
        }
    }

    /// Bins from the lowest mean up.
    let lowest: [Int]
    /// Bins from the highest mean down.
    let highest: [Int]
    /// Categories in all.
    let count: Int

    /// - Parameter countMax: of either end; fewer than half of `categories`, rounded up, are taken.
    /// - Complexity: O(categories), and O(countMax²) in rare orders.
    init(_ categories: [Category], countMax: Int) {
        count = categories.count
        let taken = min(countMax, (categories.count + 1) / 2)
        lowest = Self.first(taken, of: categories) { $0.precedes($1) }
        highest = Self.first(taken, of: categories) { $1.precedes($0) }
    }

    private static func first(
        _ count: Int, of categories: [Category], by precedes: (Category, Category) -> Bool
    ) -> [Int] {
        var chosen: [Category] = []
        chosen.reserveCapacity(count + 1)
        for category in categories {
            if chosen.count == count {
                // Nearly all categories end here.
                guard let last = chosen.last, precedes(category, last) else { continue }
                chosen.removeLast()
            }
            var position = chosen.count
            while position > 0, precedes(category, chosen[position - 1]) { position -= 1 }
            chosen.insert(category, at: position)
        }
        return chosen.map(\.bin)
    }
}
