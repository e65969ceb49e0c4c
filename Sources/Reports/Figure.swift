/// A drawing with its caption, its description for those who cannot see it, and its numbers.
package struct Figure: Sendable {
    package var title: String
    /// What the drawing shows, in words: its shape, its extremes.
    package var description: String
    package var drawing: any Drawing
    /// The numbers behind the drawing, folded away; nil when the description holds them all.
    package var table: ReportTable?

    package init(
        _ title: String, description: String, drawing: any Drawing, table: ReportTable? = nil
    ) {
        self.title = title
        self.description = description
        self.drawing = drawing
        self.table = table
    }

    func write(id: String, to page: inout HTMLWriter) {
        let size = drawing.size
        page.raw("<figure>\n<figcaption>")
        page.text(title)
        page.raw("</figcaption>\n<svg viewBox=\"0 0 ")
        page.raw("\(NumberText.coordinate(size.width)) \(NumberText.coordinate(size.height))\"")
        page.raw(" role=\"img\" aria-labelledby=\"\(id)-title \(id)-text\">\n")
        page.raw("<title id=\"\(id)-title\">")
        page.text(title)
        page.raw("</title>\n<desc id=\"\(id)-text\">")
        page.text(description)
        page.raw("</desc>\n")
        drawing.draw(to: &page)
        page.raw("</svg>\n")
        page.element("p", description, class: "description")
        if let table {
            page.raw("\n<details><summary>")
            page.text("Numbers: \(title)")
            page.raw("</summary>\n")
            table.write(to: &page)
            page.raw("</details>")
        }
        page.raw("\n</figure>\n")
    }
}
