/// A report: one HTML file that needs nothing else, not even a network.
///
/// Tiles with the figures that matter come first, then sections of figures and tables.
package struct Report: Sendable {
    /// A figure that is read at a glance.
    package struct Tile: Hashable, Sendable {
        package var title: String
        package var value: String
        /// What puts the value in its place: an interval, a comparison; may be empty.
        package var note: String

        package init(_ title: String, _ value: String, note: String = "") {
            self.title = title
            self.value = value
            self.note = note
        }
    }

    package struct Section: Sendable {
        package var title: String
        /// One or two sentences that say how to read what follows.
        package var lead: String
        package var items: [Item]

        package init(_ title: String, lead: String = "", items: [Item]) {
            self.title = title
            self.lead = lead
            self.items = items
        }
    }

    package enum Item: Sendable {
        case figure(Figure)
        case table(ReportTable)
        case note(String)
    }

    package var title: String
    package var subtitle: String
    package var tiles: [Tile]
    package var sections: [Section]
    /// The last line: which program wrote this, and when.
    package var footer: String

    package init(
        title: String, subtitle: String, tiles: [Tile], sections: [Section], footer: String
    ) {
        self.title = title
        self.subtitle = subtitle
        self.tiles = tiles
        self.sections = sections
        self.footer = footer
    }

    /// The whole file.
    package var html: String {
        var page = HTMLWriter()
        page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
        // An icon of its own, so that browsers ask no server for one.
        page.raw("<link rel=\"icon\" href=\"data:,\">\n")
        page.element("title", title)
        page.raw("\n<style>\(ReportStyle.css)</style>\n</head>\n<body>\n<header>\n")
        page.element("h1", title)
        page.element("p", subtitle)
        page.raw("\n</header>\n<main>\n")
        writeTiles(to: &page)
        if sections.count > 2 { writeContents(to: &page) }
        for (index, section) in sections.enumerated() {
            page.raw("<section id=\"section-\(index)\" aria-labelledby=\"title-\(index)\">\n")
            page.raw("<h2 id=\"title-\(index)\">")
            page.text(section.title)
            page.raw("</h2>\n")
            if !section.lead.isEmpty { page.element("p", section.lead) }
            page.raw("\n<div class=\"items\">\n")
            for (position, item) in section.items.enumerated() {
                write(item, id: "figure-\(index)-\(position)", to: &page)
            }
            page.raw("</div>\n</section>\n")
        }
        page.raw("</main>\n<footer>\n")
        page.element("p", footer)
        page.raw("\n</footer>\n</body>\n</html>\n")
        return page.html
    }

    private func writeTiles(to page: inout HTMLWriter) {
        guard !tiles.isEmpty else { return }
        page.raw("<dl class=\"tiles\">\n")
        for tile in tiles {
            page.raw("<div>")
            page.element("dt", tile.title)
            page.element("dd", tile.value)
            if !tile.note.isEmpty { page.element("dd", tile.note, class: "note") }
            page.raw("</div>\n")
        }
        page.raw("</dl>\n")
    }

    private func writeContents(to page: inout HTMLWriter) {
        page.raw("<nav aria-label=\"Sections\"><ul>\n")
        for (index, section) in sections.enumerated() {
            page.raw("<li><a href=\"#section-\(index)\">")
            page.text(section.title)
            page.raw("</a></li>\n")
        }
        page.raw("</ul></nav>\n")
    }

    private func write(_ item: Item, id: String, to page: inout HTMLWriter) {
        switch item {
        case .figure(let figure): figure.write(id: id, to: &page)
        case .table(let table): table.write(to: &page)
        case .note(let text): page.element("p", text, class: "remark")
        }
    }
}
