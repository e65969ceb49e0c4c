/// A table of a report: one row of titles, then rows whose first cell names them.
package struct ReportTable: Hashable, Sendable {
    package var caption: String
    package var titles: [String]
    package var rows: [[String]]
    /// Rows beyond this many are folded away until asked for.
    package static let shownRowCount = 25

    /// - Precondition: every row has as many cells as there are titles.
    package init(_ caption: String, titles: [String], rows: [[String]]) {
        precondition(rows.allSatisfy { $0.count == titles.count })
        self.caption = caption
        self.titles = titles
        self.rows = rows
    }

    func write(to page: inout HTMLWriter) {
        if rows.count > Self.shownRowCount {
            write(rows[..<Self.shownRowCount], caption: caption, to: &page)
            let rest = rows.count - Self.shownRowCount
            page.raw("<details class=\"wide\"><summary>")
            page.text("\(rest) more rows: \(caption)")
            page.raw("</summary>\n")
            write(rows[Self.shownRowCount...], caption: caption + ", continued", to: &page)
            page.raw("</details>\n")
        } else {
            write(rows[...], caption: caption, to: &page)
        }
    }

    private func write(
        _ rows: ArraySlice<[String]>, caption: String, to page: inout HTMLWriter
    ) {
        // A region that scrolls must be reached with the keyboard, and have a name.
        page.raw("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"")
        page.text(caption)
        page.raw("\"><table>\n")
        page.element("caption", caption)
        page.raw("\n<thead><tr>")
        for title in titles {
            page.raw("<th scope=\"col\">")
            page.text(title)
            page.raw("</th>")
        }
        page.raw("</tr></thead>\n<tbody>\n")
        for row in rows {
            page.raw("<tr>")
            for (column, cell) in row.enumerated() {
                page.raw(column == 0 ? "<th scope=\"row\">" : "<td>")
                page.text(cell)
                page.raw(column == 0 ? "</th>" : "</td>")
            }
            page.raw("</tr>\n")
        }
        page.raw("</tbody></table></div>\n")
    }
}
