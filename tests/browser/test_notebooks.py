"""The notebooks as a reader sees them: on a wide screen and on a phone, nothing runs out of the page."""

import pytest
from nbconvert import HTMLExporter

from hw9_xai.notebooks import FOLDER

OUTSIDE = """[...document.body.querySelectorAll('img, table, h1, h2, h3, p, li, iframe, .MathJax')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e))
    .map(e => e.tagName + ' ' + (e.alt || e.textContent).slice(0, 60))"""
SCROLLS = """function scrolls(e) {
    return e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement)); }"""
BROKEN = "[...document.images].filter(i => i.src.startsWith('data:') && !i.naturalWidth).length"


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_nothing_runs_out_of_the_page(browser, tmp_path, path, width):
    page_file = tmp_path / "notebook.html"
    page_file.write_text(HTMLExporter().from_filename(path)[0], encoding="utf-8")
    page = browser.open(page_file, width=width, scripts=False)  # MathJax would come from a network
    page.wait("document.readyState === 'complete'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(f"{SCROLLS} {OUTSIDE}") == []
    assert page.evaluate(BROKEN) == 0
    assert page.evaluate("document.querySelectorAll('.jp-RenderedText[data-mime-type*=stderr]').length") == 0
    page.close()
