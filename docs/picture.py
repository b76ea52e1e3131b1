"""Takes the README's pictures of the report that ``make demo`` wrote.

``python docs/picture.py`` opens ``out/demo/report.html`` in Debian's chromium and writes ``docs/images/report.png``
and ``report.zh.png``: the head of the report, the first schools that fall short, and the map after the plan.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "out" / "demo" / "report.html"
PICTURES = {"en": "report.png", "zh": "report.zh.png"}
HIDE = """
#variation, #national, #capacity, #plan, #sources,
#shortfalls h3:last-of-type, #shortfalls h3:last-of-type ~ * { display: none }
"""


def main() -> int:
    """Take both pictures; say what is missing if the report or the browser is."""
    browser = shutil.which("chromium")
    if browser is None or not REPORT.exists():
        print("needs chromium (make setup-browser) and out/demo/report.html (make demo)", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for language, name in PICTURES.items():
            page = chromium.new_page(viewport={"width": 1120, "height": 800}, bypass_csp=True)
            page.goto(REPORT.as_uri())
            page.get_by_role("button", name="English" if language == "en" else "中文").click()
            page.add_style_tag(content=HIDE)
            rows = page.locator("#shortfalls tbody tr")
            rows.evaluate_all("rows => rows.slice(14).forEach(row => row.hidden = true)")
            page.screenshot(path=ROOT / "docs" / "images" / name, full_page=True)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
