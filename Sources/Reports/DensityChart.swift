/// How many rows lie where in a plane: predicted against actual, residual against predicted.
///
/// Rows are counted in cells, so that the size of the drawing does not grow with their number.
package struct DensityChart: Drawing {
    package var xTitle: String
    package var yTitle: String
    package var xRange: ClosedRange<Double>
    package var yRange: ClosedRange<Double>
    /// (cellCount × cellCount) row by row from the bottom: rows in the cell.
    package var counts: [Int]
    package var hasDiagonal: Bool
    package static let cellCount = 40

    /// Counts pairs; what lies outside the ranges falls into the nearest cell.
    /// - Precondition: as many ordinates as abscissae.
    package init(
        xTitle: String, yTitle: String, x: [Double], y: [Double], xRange: ClosedRange<Double>,
        yRange: ClosedRange<Double>, hasDiagonal: Bool
    ) {
        precondition(x.count == y.count)
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.hasDiagonal = hasDiagonal
        let xScale = AxisScale(xRange.lowerBound, xRange.upperBound, isTight: true)
        let yScale = AxisScale(yRange.lowerBound, yRange.upperBound, isTight: true)
        self.xRange = xScale.lower...xScale.upper
        self.yRange = yScale.lower...yScale.upper
        var counts = [Int](repeating: 0, count: Self.cellCount * Self.cellCount)
        let last = Self.cellCount - 1
        for (a, b) in zip(x, y) where a.isFinite && b.isFinite {
            let column = min(Int(xScale.position(a) * Double(Self.cellCount)), last)
            let row = min(Int(yScale.position(b) * Double(Self.cellCount)), last)
            counts[row * Self.cellCount + column] += 1
        }
        self.counts = counts
    }

    package var size: (width: Double, height: Double) { ChartFrame.size }

    package func draw(to page: inout HTMLWriter) {
        let frame = ChartFrame(
            x: AxisScale(xRange.lowerBound, xRange.upperBound, isTight: true),
            y: AxisScale(yRange.lowerBound, yRange.upperBound, isTight: true), xTitle: xTitle,
            yTitle: yTitle)
        frame.draw(to: &page)
        let highest = Double(counts.max() ?? 1).squareRoot()
        let width = (xRange.upperBound - xRange.lowerBound) / Double(Self.cellCount)
        let height = (yRange.upperBound - yRange.lowerBound) / Double(Self.cellCount)
        for (index, count) in counts.enumerated() where count > 0 {
            let x = xRange.lowerBound + Double(index % Self.cellCount) * width
            let y = yRange.lowerBound + Double(index / Self.cellCount) * height
            let left = frame.horizontal(x)
            let top = frame.vertical(y + height)
            // The root of the count: single rows stay visible beside thousands.
            let opacity = 0.12 + 0.88 * Double(count).squareRoot() / highest
            page.raw("<rect class=\"fill-0\" x=\"\(NumberText.coordinate(left))\" y=\"")
            page.raw(NumberText.coordinate(top) + "\" width=\"")
            page.raw(NumberText.coordinate(frame.horizontal(x + width) - left + 0.1))
            page.raw("\" height=\"\(NumberText.coordinate(frame.vertical(y) - top + 0.1))\"")
            page.raw(" fill-opacity=\"\(NumberText.share(opacity))\"/>\n")
        }
        guard hasDiagonal else { return }
        let low = max(xRange.lowerBound, yRange.lowerBound)
        let high = min(xRange.upperBound, yRange.upperBound)
        guard low < high else { return }
        page.raw("<polyline class=\"reference\" points=\"")
        page.raw(frame.point(low, low) + " " + frame.point(high, high) + "\"/>\n")
    }
}
