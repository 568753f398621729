"""The site's first page in a real browser, without scripts and without a network."""

import pytest
import torch
from browser.test_explorer import CONTRAST

from hw9_xai.plots.thumbnails import curves
from hw9_xai.site import PAGES, index


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_fits_its_width_and_can_be_read(opened, tmp_path, width, dark):
    drawn = curves(torch.full((6, 6), 1 / 6))
    (tmp_path / "index.html").write_text(index(dict.fromkeys((*PAGES, "report"), drawn)), "utf-8")
    page = opened(tmp_path / "index.html", width=width, dark=dark, scripts=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("[...document.images].map((image) => image.naturalWidth)") == [480] * 6
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(20, 23, 28)" if dark else "rgb(255, 255, 255)")  # its style was not refused
    x, y = page.place("article:last-of-type p:last-of-type")  # all of a card leads to its page
    assert page.evaluate(f"document.elementFromPoint({x}, {y}).getAttribute('href')") == "report/index.html"
