import TestSupport
import Testing

@testable import Trees

@Suite("OrderedCategories")
struct OrderedCategoriesTests {
    @Test("both ends agree with sorting", arguments: [0, 1, 2, 7, 8, 9, 500], [1, 5, 32])
    func endsAgreeWithSorting(count: Int, countMax: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let categories = (0..<count).map { bin in
            OrderedCategories.Category(
                mean: Double(Int.random(in: 0..<20, using: &generator)), bin: bin + 1)
        }
        let ordered = OrderedCategories(categories, countMax: countMax)
        let sorted = categories.sorted { ($0.mean, $0.bin) < ($1.mean, $1.bin) }.map(\.bin)
        let taken = min(countMax, (count + 1) / 2)
        #expect(ordered.lowest == Array(sorted.prefix(taken)))
        #expect(ordered.highest == Array(sorted.reversed().prefix(taken)))
        #expect(ordered.count == count)
    }
}
