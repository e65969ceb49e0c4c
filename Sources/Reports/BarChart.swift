/// Horizontal bars with names: importances.
package struct BarChart: Drawing {
    package struct Bar: Hashable, Sendable {
        package var name: String
        package var value: Double
        /// Written behind the bar.
        package var text: String

        package init(_ name: String, _ value: Double, text: String) {
            self.name = name
            self.value = value
            self.text = text
        }
    }

    package var bars: [Bar]

    package init(_ bars: [Bar]) { self.bars = bars }

    private static let rowHeight = 22.0
    private static let nameWidth = 182.0
    private static let textWidth = 74.0

    package var size: (width: Double, height: Double) {
        (480, Self.rowHeight * Double(max(bars.count, 1)) + 8)
    }

    package func draw(to page: inout HTMLWriter) {
        let highest = bars.reduce(0) { max($0, abs($1.value)) }
        let room = size.width - Self.nameWidth - Self.textWidth
        for (index, bar) in bars.enumerated() {
            let top = 4 + Self.rowHeight * Double(index)
            let baseline = NumberText.coordinate(top + 15)
            page.raw("<text class=\"tick\" text-anchor=\"end\" x=\"")
            page.raw("\(NumberText.coordinate(Self.nameWidth - 6))\" y=\"\(baseline)\">")
            page.text(ShortName.of(bar.name))
            page.raw("</text>\n")
            let width = highest > 0 && bar.value.isFinite ? abs(bar.value) / highest * room : 0
            page.raw("<rect class=\"fill-\(bar.value < 0 ? 1 : 0)\" x=\"")
            page.raw(NumberText.coordinate(Self.nameWidth) + "\" y=\"")
            page.raw(NumberText.coordinate(top + 3) + "\" width=\"")
            page.raw(NumberText.coordinate(max(width, 0.5)) + "\" height=\"16\" rx=\"2\"/>\n")
            page.raw("<text class=\"tick\" x=\"")
            page.raw(NumberText.coordinate(Self.nameWidth + width + 6) + "\" y=\"\(baseline)\">")
            page.text(bar.text)
            page.raw("</text>\n")
        }
    }
}
