/// Curves over a common axis: learning curves, ROC, reliability, coverage.
package struct LineChart: Drawing {
    package struct Series: Sendable {
        package var name: String
        /// Drawn in this order; pairs that are not finite are left out.
        package var points: [(x: Double, y: Double)]
        /// Draws a dot at each point too.
        package var hasDots: Bool

        package init(_ name: String, _ points: [(x: Double, y: Double)], hasDots: Bool = false) {
            self.name = name
            self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
            self.hasDots = hasDots
        }
    }

    package var xTitle: String
    package var yTitle: String
    package var series: [Series]
    /// A vertical line with a word: the best iteration.
    package var mark: (x: Double, text: String)?
    /// A dashed line from one end to the other: chance, or perfect agreement.
    package var reference: (from: (x: Double, y: Double), to: (x: Double, y: Double))?
    /// Both axes go from 0 to 1.
    package var isUnitSquare: Bool

    package init(
        xTitle: String, yTitle: String, series: [Series], mark: (x: Double, text: String)? = nil,
        reference: (from: (x: Double, y: Double), to: (x: Double, y: Double))? = nil,
        isUnitSquare: Bool = false
    ) {
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.series = series
        self.mark = mark
        self.reference = reference
        self.isUnitSquare = isUnitSquare
    }

    package var size: (width: Double, height: Double) { ChartFrame.size }

    package func draw(to page: inout HTMLWriter) {
        let frame = frame
        frame.draw(to: &page)
        if let reference {
            page.raw("<polyline class=\"reference\" points=\"")
            page.raw(frame.point(reference.from.x, reference.from.y) + " ")
            page.raw(frame.point(reference.to.x, reference.to.y) + "\"/>\n")
        }
        if let mark {
            let place = NumberText.coordinate(frame.horizontal(mark.x))
            let isRight = frame.horizontal(mark.x) > size.width * 0.6
            page.raw("<line class=\"mark\" x1=\"\(place)\" x2=\"\(place)\" y1=\"22\" y2=\"250\"/>")
            page.raw("\n<text class=\"legend\" text-anchor=\"\(isRight ? "end" : "start")\" x=\"")
            page.raw(NumberText.coordinate(frame.horizontal(mark.x) + (isRight ? -5 : 5)))
            page.raw("\" y=\"36\">")
            page.text(mark.text)
            page.raw("</text>\n")
        }
        for (index, line) in series.enumerated() {
            page.raw("<polyline class=\"line-\(index)\" points=\"")
            page.raw(line.points.map { frame.point($0.x, $0.y) }.joined(separator: " "))
            page.raw("\"/>\n")
            guard line.hasDots else { continue }
            for point in line.points {
                page.raw("<circle class=\"fill-\(index)\" r=\"3\" cx=\"")
                page.raw(NumberText.coordinate(frame.horizontal(point.x)) + "\" cy=\"")
                page.raw(NumberText.coordinate(frame.vertical(point.y)) + "\"/>\n")
            }
        }
        ChartFrame.drawLegend(series.map(\.name), to: &page)
    }

    private var frame: ChartFrame {
        guard !isUnitSquare else {
            return ChartFrame(
                x: AxisScale(0, 1), y: AxisScale(0, 1), xTitle: xTitle, yTitle: yTitle)
        }
        var points = series.flatMap(\.points)
        if let reference { points += [reference.from, reference.to] }
        let xs = points.map(\.x)
        let ys = points.map(\.y)
        return ChartFrame(
            x: AxisScale(xs.min() ?? 0, xs.max() ?? 1, isTight: true),
            y: AxisScale(ys.min() ?? 0, ys.max() ?? 1), xTitle: xTitle, yTitle: yTitle)
    }
}
