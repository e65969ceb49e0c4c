/// Shares of rows in bins of equal width, of one group of rows or of two, one before the other.
package struct HistogramChart: Drawing {
    package struct Series: Hashable, Sendable {
        package var name: String
        /// (bins) share of the group's rows.
        package var shares: [Double]

        package init(_ name: String, _ shares: [Double]) {
            self.name = name
            self.shares = shares
        }
    }

    package var xTitle: String
    /// Lower end of the first bin and upper end of the last.
    package var range: ClosedRange<Double>
    package var series: [Series]

    package init(xTitle: String, range: ClosedRange<Double>, series: [Series]) {
        self.xTitle = xTitle
        self.range = range
        self.series = series
    }

    package var size: (width: Double, height: Double) { ChartFrame.size }

    package func draw(to page: inout HTMLWriter) {
        let highest = series.flatMap(\.shares).max() ?? 1
        let frame = ChartFrame(
            x: AxisScale(range.lowerBound, range.upperBound, isTight: true),
            y: AxisScale(0, highest * 100), xTitle: xTitle, yTitle: "% of rows")
        frame.draw(to: &page)
        for (index, group) in series.enumerated() {
            let width = (range.upperBound - range.lowerBound) / Double(max(group.shares.count, 1))
            for (bin, share) in group.shares.enumerated() where share > 0 {
                let start = range.lowerBound + Double(bin) * width
                let left = frame.horizontal(start)
                let right = frame.horizontal(start + width)
                let top = frame.vertical(share * 100)
                page.raw("<rect class=\"fill-\(index) bar\" x=\"\(NumberText.coordinate(left))\"")
                page.raw(" y=\"\(NumberText.coordinate(top))\" width=\"")
                page.raw(NumberText.coordinate(max(right - left - 0.6, 0.4)) + "\" height=\"")
                page.raw(NumberText.coordinate(frame.vertical(0) - top) + "\"/>\n")
            }
        }
        ChartFrame.drawLegend(series.map(\.name), to: &page)
    }
}
