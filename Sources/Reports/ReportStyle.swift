/// The look of a report: light and dark, narrow and wide, screen and paper.
enum ReportStyle {
    static let css = """

        :root{--paper:#fff;--ink:#1b2430;--soft:#5a6675;--line:#dde2e8;--card:#f5f7f9;\
        --link:#1a5fb4;--c0:#2166ac;--c1:#b8500f;--c2:#237a3b;--c3:#7b3fa0;\
        --t0:#2166ac;--t1:#6a8fc0;--t2:#8a7f98;--t3:#c46f74;--t4:#b2182b;--none:#8a939e}
        @media (prefers-color-scheme:dark){:root{--paper:#12171d;--ink:#e6ebf1;--soft:#a3afbd;\
        --line:#303a46;--card:#1b222b;--link:#8ab8f2;--c0:#6aaef0;--c1:#f0955a;--c2:#6cc985;\
        --c3:#c497e8;--t0:#6aaef0;--t1:#93b7e4;--t2:#b9aecb;--t3:#e39a9c;--t4:#f2777f;\
        --none:#8a939e}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1120px;padding:24px 20px;background:var(--paper);\
        color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        h1{font-size:1.7rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:1.25rem;margin:40px 0 4px;padding-top:12px;border-top:1px solid var(--line)}
        p{margin:4px 0 12px;max-width:75ch;overflow-wrap:anywhere}
        header p,footer p,.description,.note,.remark{color:var(--soft)}
        footer{margin-top:40px;border-top:1px solid var(--line);font-size:.875rem}
        a{color:var(--link)}
        nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:16px 0 0;padding:0}
        nav a{display:inline-block;padding:4px 0}
        .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px;\
        margin:20px 0 0}
        .tiles div{background:var(--card);border-radius:8px;padding:12px 14px;min-width:0}
        .tiles dt{color:var(--soft);font-size:.875rem}
        .tiles dd{margin:0;font-size:1.35rem;font-weight:600;overflow-wrap:anywhere}
        .tiles dd.note{font-size:.8125rem;font-weight:400}
        .items{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));\
        gap:20px 28px;align-items:start}
        .items>*{min-width:0}
        figure{margin:0}
        figcaption,caption{font-weight:600;text-align:left;padding:6px 0}
        svg{display:block;width:100%;height:auto;font:13px system-ui,sans-serif}
        .description{font-size:.875rem;margin:6px 0}
        details{font-size:.875rem}
        summary{cursor:pointer;color:var(--link);padding:4px 0}
        .wide,.table{grid-column:1/-1}
        figure .table,details .table{grid-column:auto}
        .table{overflow-x:auto}
        table{border-collapse:collapse;font-size:.875rem;min-width:50%;\
        font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:5px 14px 5px 0;border-bottom:1px solid var(--line);\
        white-space:nowrap}
        th[scope=row],th:first-child{text-align:left;font-weight:400}
        thead th{color:var(--soft);font-weight:600}
        svg .grid{stroke:var(--line)}
        svg .axis{stroke:var(--soft)}
        svg .mark{stroke:var(--soft);stroke-dasharray:3 3}
        svg .reference{fill:none;stroke:var(--soft);stroke-dasharray:5 4}
        svg .tick,svg .legend,svg .title{fill:var(--soft)}
        svg .bar{fill-opacity:.65}
        \(series)
        @media print{body{max-width:none;padding:0;font-size:11pt}nav,details{display:none}\
        figure,.tiles div,tr{break-inside:avoid}h2{break-after:avoid}}

        """

    private static let series: String = {
        let lines = (0..<4).map {
            "svg .line-\($0){fill:none;stroke:var(--c\($0));stroke-width:2;stroke-linejoin:round}"
                + "svg .fill-\($0){fill:var(--c\($0))}"
        }
        let tones = (0..<5).map { "svg .tone-\($0){fill:var(--t\($0))}" }
        return (lines + tones + ["svg .tone-none{fill:var(--none)}"]).joined(separator: "\n")
    }()
}
