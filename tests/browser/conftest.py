import sys

import pytest
from browser.chromium import EXECUTABLE, Browser


@pytest.fixture(scope="session")
def browser():
    if EXECUTABLE is None:
        pytest.skip("no chromium: install Debian's package chromium to test the explorer in a browser")
    if sys.platform != "linux":
        pytest.skip("the browser is driven over Linux pipes")
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def opened(browser):
    """Opens pages; afterwards none of them may have asked for anything but local files, or complained."""
    pages = []

    def open_page(path, **how):
        pages.append(browser.open(path, **how))
        return pages[-1]

    yield open_page
    for page in pages:
        foreign = [url for url in page.requests if not url.startswith(("file:", "data:", "about:", "blob:"))]
        errors = page.errors
        page.close()
        assert foreign == [] and errors == []
