/// The axes of a chart: where values lie, and the lines and labels around them.
struct ChartFrame: Sendable {
    let x: AxisScale
    let y: AxisScale
    let xTitle: String
    let yTitle: String

    static let size = (width: 480.0, height: 300.0)
    private static let left = 72.0
    private static let right = 14.0
    private static let top = 22.0
    private static let bottom = 50.0

    func horizontal(_ value: Double) -> Double {
        Self.left + x.position(value) * (Self.size.width - Self.left - Self.right)
    }

    func vertical(_ value: Double) -> Double {
        Self.size.height - Self.bottom
            - y.position(value) * (Self.size.height - Self.top - Self.bottom)
    }

    /// `x,y` of a point, as SVG writes it.
    func point(_ x: Double, _ y: Double) -> String {
        NumberText.coordinate(horizontal(x)) + "," + NumberText.coordinate(vertical(y))
    }

    /// Grid, ticks and titles; drawn before the data.
    func draw(to page: inout HTMLWriter) {
        let base = NumberText.coordinate(Self.size.height - Self.bottom)
        let leftEnd = NumberText.coordinate(Self.left)
        let rightEnd = NumberText.coordinate(Self.size.width - Self.right)
        for tick in y.ticks {
            let place = NumberText.coordinate(vertical(tick))
            page.raw("<line class=\"grid\" x1=\"\(leftEnd)\" x2=\"\(rightEnd)\"")
            page.raw(" y1=\"\(place)\" y2=\"\(place)\"/>\n")
            let label = NumberText.coordinate(vertical(tick) + 4.5)
            page.raw("<text class=\"tick\" text-anchor=\"end\" x=\"")
            page.raw("\(NumberText.coordinate(Self.left - 6))\" y=\"\(label)\">")
            page.text(NumberText.write(tick))
            page.raw("</text>\n")
        }
        for tick in x.ticks {
            let place = NumberText.coordinate(horizontal(tick))
            page.raw("<text class=\"tick\" text-anchor=\"middle\" x=\"\(place)\" y=\"")
            page.raw(NumberText.coordinate(Self.size.height - Self.bottom + 18) + "\">")
            page.text(NumberText.write(tick))
            page.raw("</text>\n")
        }
        page.raw("<line class=\"axis\" x1=\"\(leftEnd)\" x2=\"\(rightEnd)\"")
        page.raw(" y1=\"\(base)\" y2=\"\(base)\"/>\n")
        drawTitles(to: &page)
    }

    private func drawTitles(to page: inout HTMLWriter) {
        let middle = (Self.left + Self.size.width - Self.right) / 2
        page.raw("<text class=\"title\" text-anchor=\"middle\" x=\"")
        page.raw("\(NumberText.coordinate(middle))\" y=\"")
        page.raw("\(NumberText.coordinate(Self.size.height - 8))\">")
        page.text(xTitle)
        page.raw("</text>\n")
        let center = NumberText.coordinate((Self.top + Self.size.height - Self.bottom) / 2)
        page.raw("<text class=\"title\" text-anchor=\"middle\" ")
        page.raw("transform=\"translate(12 \(center)) rotate(-90)\">")
        page.text(yTitle)
        page.raw("</text>\n")
    }

    /// The names of the series, in a row at the top.
    static func drawLegend(_ names: [String], to page: inout HTMLWriter) {
        guard names.count > 1 else { return }
        var x = left + 8
        for (index, name) in names.enumerated() {
            let place = NumberText.coordinate(x)
            page.raw("<rect class=\"fill-\(index)\" x=\"\(place)\" y=\"4\" ")
            page.raw("width=\"10\" height=\"10\" rx=\"2\"/>\n")
            page.raw("<text class=\"legend\" x=\"\(NumberText.coordinate(x + 14))\" y=\"13.5\">")
            page.text(name)
            page.raw("</text>\n")
            // A rough width of the text; letters of the legend are some seven units wide.
            x += 32 + 7.2 * Double(name.count)
        }
    }
}
