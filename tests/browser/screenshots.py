"""Take the committed pictures anew, to look at them:
python tests/browser/screenshots.py [explorer|live|picture|layers|notebooks]

The notebooks' formulas want Debian's libjs-mathjax, and their Chinese fonts-noto-cjk.
"""

import base64
import io
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from browser.chromium import Browser, Page  # noqa: E402
from nbconvert import HTMLExporter  # noqa: E402
from PIL import Image  # noqa: E402

import hw9_xai as xai  # noqa: E402
from hw9_xai.bert.attention import attention  # noqa: E402
from hw9_xai.bert.corpus import load_corpus  # noqa: E402
from hw9_xai.bert.heads import head_functions  # noqa: E402
from hw9_xai.bert.models import load_bert  # noqa: E402
from hw9_xai.notebooks import FOLDER  # noqa: E402
from hw9_xai.pages.attention.explorer import explore  # noqa: E402
from hw9_xai.pages.layers.explorer import explore_layers  # noqa: E402
from hw9_xai.pages.picture.explorer import explore_picture  # noqa: E402

TEXT = "The police officer is popular with the residents because she is very generous and kind."
MATHJAX = Path("/usr/share/javascript/mathjax/MathJax.js")
COLUMN = 8_000  # pixels of a page that stand below each other in its picture


def take(page: Page, name: str) -> None:
    page.resize(page.evaluate("innerWidth"), page.evaluate("document.documentElement.scrollHeight"))
    picture = HERE / name
    page.screenshot(picture)
    Image.open(picture).convert("RGB").quantize(240).save(picture, optimize=True)


def explorer(browser: Browser, folder: Path) -> None:
    bert = load_bert("kit-en")
    functions = head_functions(attention(bert, [" ".join(words) for words, _ in load_corpus().sentences[:40]]))
    path = folder / "page.html"
    explore(bert, TEXT, pairs=[("she", "officer")], functions=functions).save(path)
    for width in (320, 1280):
        for dark in (False, True):
            page = browser.open(path, width=width, height=300, dark=dark)
            page.click("#pairs button")
            if dark:
                page.click("#language")
            page.point("h1")
            take(page, f"explorer-{width}-{'dark' if dark else 'light'}.png")


def live(browser: Browser, folder: Path) -> None:
    path = folder / "page.html"
    explore(load_bert("kit-en"), TEXT, live=True).save(path)
    for width, dark in ((1280, False), (320, True)):
        page = browser.open(path, width=width, height=300, dark=dark)
        page.click("#read")
        page.wait("document.getElementById('to-read').hidden", seconds=300)
        page.evaluate("(d => { d.value = 11; d.oninput() })(document.getElementById('depth'))")
        for i in (3, 10):  # officer and she
            page.click(f"#from .row:nth-child({i + 1}) .mask")
            page.wait(f"!!document.querySelector('#from .row:nth-child({i + 1}) .is-masked')")
        page.click("#grid button:nth-of-type(57)")
        page.click("#from .row:nth-child(4) .token")
        page.wait("document.querySelectorAll('#hits li').length === 50")
        if dark:
            page.click("#language")
        page.point("h1")
        take(page, f"live-{width}-{'dark' if dark else 'light'}.png")


def picture(browser: Browser, folder: Path) -> None:
    pictures, path = xai.load_pictures(), folder / "page.html"
    names, some = pictures.names[1:4], slice(1, 4)
    without, masks, titles = [xai.load_without(name) for name in names], pictures.masks[some], pictures.titles[some]
    images, labels = pictures.images[some], pictures.labels[some]
    explore_picture(xai.load_classifier(), images, labels, titles=titles, masks=masks, without=without).save(path)
    for width, dark in ((1280, False), (320, True)):
        page = browser.open(path, width=width, height=300, dark=dark)
        page.click("#parts button")
        page.evaluate("const left = document.getElementById('left-layer'); left.value = 'path'; left.onchange()")
        page.point("#stage")
        if dark:
            page.click("#language")
        page.wait("getComputedStyle(document.querySelector('#left .after')).opacity === '1'")
        take(page, f"picture-{width}-{'dark' if dark else 'light'}.png")


def layers(browser: Browser, folder: Path) -> None:
    one, path = xai.load_questions()[0], folder / "page.html"
    given = (one.question, one.context, one.span)
    before, after = (xai.hidden_states(load_bert(name), *given).without_special() for name in ("kit-en", "kit-qa"))
    explore_layers(before, after).save(path)
    for width, dark in ((1280, False), (320, True)):
        page = browser.open(path, width=width, height=300, dark=dark)
        page.evaluate("const layer = document.getElementById('layer'); layer.value = 9; layer.oninput()")
        page.evaluate("const token = document.getElementById('token'); token.value = 3; token.onchange()")
        if dark:
            page.click("#language")
        page.wait("document.getAnimations().length === 0")
        take(page, f"layers-{width}-{'dark' if dark else 'light'}.png")


def notebooks(browser: Browser, folder: Path) -> None:
    exporter = HTMLExporter(mathjax_url=f"{MATHJAX.as_uri()}?config=TeX-AMS_CHTML-full")
    (HERE / "notebooks").mkdir(exist_ok=True)
    for notebook in sorted(FOLDER.glob("*.ipynb")):
        path = folder / f"{notebook.stem}.html"
        html = exporter.from_filename(notebook)[0]
        path.write_text(html.replace("<html", "<html data-ready=true", 1), encoding="utf-8")
        for width in (1280, 400):
            page = browser.open(path, width=width)
            page.wait(
                "!window.MathJax || !MathJax.Hub || MathJax.Hub.queue.pending === 0 && !MathJax.Hub.queue.running"
            )
            height = page.evaluate("document.documentElement.scrollHeight")
            page.resize(width, height)  # a frame out of sight is not painted
            picture = in_columns(page, width, height, scale=0.5 if width > 400 else 1)
            picture.save(HERE / "notebooks" / f"{notebook.stem}-{width}.webp", quality=55, method=6)
            page.close()


def in_columns(page: Page, width: int, height: int, scale: float) -> Image.Image:
    """A long page cut into columns that stand beside each other."""
    size = round(width * scale), round(min(COLUMN, height) * scale)
    tops = range(0, height, COLUMN)
    whole = Image.new("RGB", (len(tops) * size[0], size[1]), "white")
    for column, top in enumerate(tops):
        clip = {"x": 0, "y": top, "width": width, "height": min(COLUMN, height - top), "scale": scale}
        taken = page.send("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        piece = Image.open(io.BytesIO(base64.b64decode(taken["data"])))
        whole.paste(piece.convert("RGB"), (column * size[0], 0))
    return whole


def main() -> None:
    kinds = {"explorer": explorer, "live": live, "picture": picture, "layers": layers, "notebooks": notebooks}
    browser = Browser()
    with tempfile.TemporaryDirectory() as folder:
        for kind in sys.argv[1:] or kinds:
            kinds[kind](browser, Path(folder))
    browser.close()


if __name__ == "__main__":
    main()
