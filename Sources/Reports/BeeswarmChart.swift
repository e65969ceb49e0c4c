/// One strip a feature, one dot a row: how far the feature moved the row's score, coloured by
/// whether the feature's value is low or high among the rows.
package struct BeeswarmChart: Drawing {
    package struct Strip: Sendable {
        package var name: String
        /// (rows) contributions.
        package var contributions: [Double]
        /// (rows) rank of the feature's value among the rows, 0 to 1; nil where it is missing or
        /// has no order.
        package var ranks: [Double?]

        /// - Precondition: as many ranks as contributions.
        package init(_ name: String, contributions: [Double], ranks: [Double?]) {
            precondition(contributions.count == ranks.count)
            self.name = name
            self.contributions = contributions
            self.ranks = ranks
        }
    }

    package var strips: [Strip]
    package var xTitle: String

    package init(xTitle: String, strips: [Strip]) {
        self.xTitle = xTitle
        self.strips = strips
    }

    private static let rowHeight = 30.0
    private static let nameWidth = 182.0
    private static let bottom = 40.0
    /// Width of the columns in which dots are stacked.
    private static let columnWidth = 3.0

    package var size: (width: Double, height: Double) {
        (480, Self.rowHeight * Double(max(strips.count, 1)) + Self.bottom + 6)
    }

    package func draw(to page: inout HTMLWriter) {
        let values = strips.flatMap(\.contributions).filter(\.isFinite)
        let axis = AxisScale(min(values.min() ?? 0, 0), max(values.max() ?? 0, 0))
        let room = size.width - Self.nameWidth - 16
        func place(_ value: Double) -> Double { Self.nameWidth + axis.position(value) * room }
        let base = Self.rowHeight * Double(strips.count) + 4
        let zero = NumberText.coordinate(place(0))
        page.raw("<line class=\"axis\" x1=\"\(zero)\" x2=\"\(zero)\" y1=\"4\" y2=\"")
        page.raw(NumberText.coordinate(base) + "\"/>\n")
        for tick in axis.ticks {
            page.raw("<text class=\"tick\" text-anchor=\"middle\" x=\"")
            page.raw(NumberText.coordinate(place(tick)) + "\" y=\"")
            page.raw(NumberText.coordinate(base + 14) + "\">")
            page.text(NumberText.write(tick))
            page.raw("</text>\n")
        }
        page.raw("<text class=\"title\" text-anchor=\"middle\" x=\"")
        page.raw(NumberText.coordinate(Self.nameWidth + room / 2) + "\" y=\"")
        page.raw(NumberText.coordinate(base + 32) + "\">")
        page.text(xTitle)
        page.raw("</text>\n")
        for (index, strip) in strips.enumerated() {
            let middle = 4 + Self.rowHeight * (Double(index) + 0.5)
            page.raw("<text class=\"tick\" text-anchor=\"end\" x=\"")
            page.raw(NumberText.coordinate(Self.nameWidth - 8) + "\" y=\"")
            page.raw(NumberText.coordinate(middle + 4) + "\">")
            page.text(ShortName.of(strip.name))
            page.raw("</text>\n")
            draw(strip, middle: middle, place: place, to: &page)
        }
    }

    private func draw(
        _ strip: Strip, middle: Double, place: (Double) -> Double, to page: inout HTMLWriter
    ) {
        // Dots that would cover one another are spread upwards and downwards in turn.
        var stacked: [Int: Int] = [:]
        let finite = strip.contributions.indices.filter { strip.contributions[$0].isFinite }
        for row in finite {
            stacked[Int(place(strip.contributions[row]) / Self.columnWidth), default: 0] += 1
        }
        let tallest = Double(stacked.values.max() ?? 1)
        let step = min(2.2, (Self.rowHeight - 6) / tallest)
        var used: [Int: Int] = [:]
        for row in finite {
            let x = place(strip.contributions[row])
            let column = Int(x / Self.columnWidth)
            let position = used[column, default: 0]
            used[column] = position + 1
            let offset = Double((position + 1) / 2) * (position % 2 == 0 ? step : -step)
            page.raw("<circle class=\"\(Self.tone(strip.ranks[row]))\" r=\"1.7\" cx=\"")
            page.raw(NumberText.coordinate(x) + "\" cy=\"")
            page.raw(NumberText.coordinate(middle + offset) + "\"/>\n")
        }
    }

    /// One of five tones from low to high; grey without an order.
    private static func tone(_ rank: Double?) -> String {
        guard let rank, rank.isFinite else { return "tone-none" }
        return "tone-\(min(max(Int(rank * 5), 0), 4))"
    }
}
