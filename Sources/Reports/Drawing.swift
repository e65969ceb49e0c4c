/// Something that draws itself as the inside of an SVG element.
///
/// Colours are the classes of `ReportStyle` (`series-0`, `axis`, `grid`, …), so that one drawing
/// serves the light and the dark theme and the printer.
package protocol Drawing: Sendable {
    /// In the units of the view box; the page scales it to the width it has.
    var size: (width: Double, height: Double) { get }
    func draw(to page: inout HTMLWriter)
}
