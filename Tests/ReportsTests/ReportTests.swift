import Reports
import Testing

@Suite("Reports")
struct ReportTests {
    private static let hostile = "<script>alert('x')</script> & \"quoted\" \u{0}\u{1b}[31m"

    private static func report(_ name: String) -> Report {
        let line = LineChart(
            xTitle: name, yTitle: name,
            series: [
                .init(name, [(1, 2), (2, .nan), (3, 4)], hasDots: true), .init("b", [(1, 1)]),
            ], mark: (2, name), reference: ((1, 1), (3, 3)))
        let drawings: [any Drawing] = [
            line, BarChart([.init(name, 3, text: name), .init("x", -.infinity, text: "")]),
            HistogramChart(xTitle: name, range: 0...1, series: [.init(name, [0.5, 0, 0.5])]),
            DensityChart(
                xTitle: name, yTitle: name, x: [1, 2, .nan], y: [1, .infinity, 2],
                xRange: 1...2, yRange: 1...2, hasDiagonal: true),
            BeeswarmChart(
                xTitle: name,
                strips: [
                    .init(name, contributions: [0.1, -0.2, .nan], ranks: [0, 1, nil])
                ]),
        ]
        let table = ReportTable(
            name, titles: [name, "b"], rows: (0..<40).map { [name, "\($0)"] })
        return Report(
            title: name, subtitle: name, tiles: [.init(name, name, note: name)],
            sections: [
                .init(
                    name, lead: name,
                    items: drawings.map {
                        .figure(Figure(name, description: name, drawing: $0, table: table))
                    } + [.table(table), .note(name)]), .init("2", items: []), .init("3", items: []),
            ], footer: name)
    }

    @Test("what comes from outside never becomes markup")
    func escaping() {
        let html = Self.report(Self.hostile).html
        #expect(!html.contains("<script"))
        #expect(!html.contains("\u{0}") && !html.contains("\u{1b}"))
        #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted"))
    }

    @Test("no number that is none reaches a drawing")
    func finiteCoordinates() {
        let html = Self.report("plain").html
        for word in ["nan", "inf"] { #expect(!html.lowercased().contains("\"\(word)")) }
    }

    @Test("every element that is opened is closed, in order")
    func balance() {
        let html = Self.report("plain").html
        let empty: Set<String> = ["meta", "link", "!doctype"]
        var open: [String] = []
        for part in html.split(separator: "<").dropFirst() {
            let tag = part.prefix { $0 != ">" }
            if tag.hasSuffix("/") { continue }
            let name = tag.prefix { $0 != " " }.lowercased()
            if empty.contains(name) { continue }
            if name.hasPrefix("/") {
                #expect(open.popLast() == String(name.dropFirst()))
            } else {
                open.append(name)
            }
        }
        #expect(open.isEmpty)
    }

    @Test("nothing is asked of a network; figures have names and descriptions")
    func selfContained() {
        let html = Self.report("plain").html
        #expect(!html.contains("http") && !html.contains("url(") && !html.contains("@import"))
        #expect(html.components(of: "role=\"img\"") == html.components(of: "<svg "))
        #expect(html.components(of: "<desc ") == html.components(of: "<svg "))
        #expect(html.components(of: "<desc ") == 5)
    }

    @Test("identifiers are unique, and references have their targets")
    func identifiers() {
        let html = Self.report("plain").html
        let ids = html.values(after: " id=\"")
        #expect(Set(ids).count == ids.count)
        let references =
            html.values(after: "aria-labelledby=\"").flatMap { $0.split(separator: " ") }
            .map(String.init) + html.values(after: "href=\"#")
        #expect(!references.isEmpty && references.allSatisfy(Set(ids).contains))
    }
}

extension String {
    fileprivate func components(of text: String) -> Int { values(after: text).count }

    /// What stands between each occurrence of `prefix` and the next quotation mark.
    fileprivate func values(after prefix: String) -> [String] {
        var values: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: prefix) {
            rest = rest[range.upperBound...]
            values.append(String(rest.prefix { $0 != "\"" }))
        }
        return values
    }
}
