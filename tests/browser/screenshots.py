"""Take the committed pictures of the explorer anew, to look at them: python tests/browser/screenshots.py"""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from browser.chromium import Browser  # noqa: E402
from PIL import Image  # noqa: E402

from hw9_xai.bert.attention import attention  # noqa: E402
from hw9_xai.bert.corpus import load_corpus  # noqa: E402
from hw9_xai.bert.explorer import explore  # noqa: E402
from hw9_xai.bert.heads import head_functions  # noqa: E402
from hw9_xai.bert.models import load_bert  # noqa: E402

TEXT = "The police officer is popular with the residents because she is very generous and kind."


def main() -> None:
    bert = load_bert("kit-en")
    functions = head_functions(attention(bert, [" ".join(words) for words, _ in load_corpus().sentences[:40]]))
    path = Path(tempfile.mkdtemp()) / "page.html"
    explore(bert, TEXT, pairs=[("she", "officer")], functions=functions).save(path)
    browser = Browser()
    for width in (320, 1280):
        for dark in (False, True):
            page = browser.open(path, width=width, height=300, dark=dark)
            page.click("#pairs button")
            if dark:
                page.click("#language")
            page.resize(width, page.evaluate("document.documentElement.scrollHeight"))
            picture = HERE / f"explorer-{width}-{'dark' if dark else 'light'}.png"
            page.screenshot(picture)
            Image.open(picture).convert("RGB").quantize(240).save(picture, optimize=True)
    browser.close()


if __name__ == "__main__":
    main()
