"""Opens reports in a real browser: no error on the console, no request, nothing that axe finds.

    make accessibility

wants `chromium` on the path; axe comes with the package axe-playwright-python. Screenshots of a
desk and a phone, light and dark, lie beside the reports, to be looked at.
"""

import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import axe_playwright_python

SIZES = {"desk": "1280,1800", "phone": "390,1800"}
THEMES = {"light": "1", "dark": "0"}
RUNNER = """
window.addEventListener("load", () => axe.run(document).then(found => {
  const result = document.createElement("pre");
  result.id = "axe";
  result.textContent = JSON.stringify({
    passes: found.passes.length,
    violations: found.violations.map(each => [each.id, each.impact, each.nodes[0].html]),
    loads: performance.getEntriesByType("resource").map(each => each.name)});
  document.body.appendChild(result);
}));
"""


def browse(page, *options):
    return subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
         *options, page.as_uri()], capture_output=True, text=True, timeout=300)


def check(report, axe, folder):
    """What is wrong with one report."""
    page = folder / "page.html"
    script = axe.replace("</script>", "<\\/script>") + RUNNER
    page.write_text(report.read_text(encoding="utf-8").replace(
        "</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    wrong = []
    for theme, number in THEMES.items():
        color = f"--blink-settings=preferredColorScheme={number}"
        done = browse(page, color, "--virtual-time-budget=20000", "--dump-dom")
        found = re.search(r'<pre id="axe">(.*?)</pre>', done.stdout, re.DOTALL)
        if not found:
            wrong.append(f"{theme}: axe did not end\n{done.stderr[-2000:]}")
            continue
        result = json.loads(html.unescape(found.group(1)))
        wrong += [f"{theme}: {violation}" for violation in result["violations"]]
        wrong += [f"{theme}: loads {place}" for place in result["loads"]]
        for name, size in SIZES.items():
            picture = report.with_suffix(f".{name}-{theme}.png")
            done = browse(
                report.resolve(), color, f"--window-size={size}", f"--screenshot={picture}")
            wrong += [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        print(f"{report}, {theme}: {result['passes']} rules of axe pass")
    return wrong


def main():
    axe = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
    reports = [pathlib.Path(text) for text in sys.argv[1:]]
    if not reports:
        sys.exit(__doc__)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for report in reports:
            wrong += [f"{report}: {what}" for what in check(report, axe, pathlib.Path(folder))]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
