"""A folder that any host serves: every page of the kit, and the notebooks as they are saved. It needs no server."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

from hw9_xai.assets import CHECKPOINTS, DATA, KIT_BERTS
from hw9_xai.bert.attention import attention
from hw9_xai.bert.hidden import hidden_states
from hw9_xai.bert.models import Bert, load_bert
from hw9_xai.bert.projection import project
from hw9_xai.bert.questions import load_questions
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.interventions import load_without
from hw9_xai.cnn.normalize import normalize
from hw9_xai.cnn.pictures import load_pictures
from hw9_xai.cnn.saliency import saliency
from hw9_xai.notebooks import Run, find_notebooks, read_notebook
from hw9_xai.output import write
from hw9_xai.pages.attention.explorer import explore
from hw9_xai.pages.attention.live import APPLES, HOMEWORK
from hw9_xai.pages.layers.explorer import explore_layers
from hw9_xai.pages.page import FRAME, filled, source_hash
from hw9_xai.pages.picture.explorer import explore_picture
from hw9_xai.plots.thumbnails import curves, halves, marks, mosaic
from hw9_xai.quiz.key import key_for
from hw9_xai.report import Report, written_to

HERE = FRAME.with_name("index")
PAGES = ("attention-en", "attention-zh", "attention-qa", "picture", "layers")
CHEESE_JUG_CAKE = slice(1, 4)


def places(folder: Path) -> Iterator[Path]:
    """What a site writes there."""
    yield from (folder / f"{name}.html" for name in (*PAGES, "index"))
    yield from written_to(folder / "report", find_notebooks())


def write_site(folder: Path) -> Iterator[Path]:
    """Each page once it is there; last the index, so that its links lead somewhere whenever it is stopped.

    All of it is the kit's own, also where the course's files are in use: those are not ours to publish.
    """
    english, answering, chinese = map(load_bert, KIT_BERTS)
    asked = load_questions()[0]
    thumbnails = {}
    for name, bert, text, (layer, head) in (
        ("attention-en", english, HOMEWORK, (9, 9)),
        ("attention-zh", chinese, APPLES[0], (11, 12)),
        ("attention-qa", answering, (asked.question, asked.context), (6, 6)),
    ):
        yield explore(bert, text, live=True).save(folder / f"{name}.html")
        thumbnails[name] = curves(attention(bert, text).weights[layer - 1, head - 1])
    thumbnails["picture"] = _picture(folder / "picture.html")
    yield folder / "picture.html"
    thumbnails["layers"] = _layers(folder / "layers.html", english, answering)
    yield folder / "layers.html"
    thumbnails["report"] = _report(folder / "report")
    yield folder / "report" / "index.html"
    yield write(folder / "index.html", index(thumbnails))


def index(thumbnails: Mapping[str, bytes]) -> str:
    """The first page, with a PNG for each of the others: it reads the same with and without a server."""
    style = "".join(path.read_text("utf-8") for path in (FRAME.with_name("page.css"), HERE / "style.css"))
    policy = f"default-src 'none'; img-src data:; style-src '{source_hash(style)}'"
    shown = {name: f"data:image/png;base64,{b64encode(png).decode()}" for name, png in thumbnails.items()}
    return filled(HERE / "index.html", shown | {"style": style, "policy": policy})


def _picture(path: Path) -> bytes:
    model, pictures = load_classifier(CHECKPOINTS / "food_cnn.safetensors"), load_pictures(DATA / "pictures")
    images, labels = pictures.images[CHEESE_JUG_CAKE], pictures.labels[CHEESE_JUG_CAKE]
    titles, masks = pictures.titles[CHEESE_JUG_CAKE], pictures.masks[CHEESE_JUG_CAKE]
    without = [load_without(name) for name in pictures.names[CHEESE_JUG_CAKE]]
    explore_picture(model, images, labels, titles=titles, masks=masks, without=without).save(path)
    return halves(images[2], normalize(saliency(model, images[2:], labels[2:], of="score"))[0])


def _layers(path: Path, before: Bert, after: Bert) -> bytes:
    asked = load_questions()[0]
    given = asked.question, asked.context, asked.span
    untuned, tuned = (hidden_states(bert, *given).without_special() for bert in (before, after))
    explore_layers(untuned, tuned).save(path)
    kinds = [2 if i in untuned.answer else segment for i, segment in enumerate(untuned.segments)]
    return marks(project(untuned).points[9], kinds)


def _report(folder: Path) -> bytes:
    notebooks = find_notebooks()
    report = Report(folder, [path.stem for path in notebooks], key_for("kit"))
    for path in notebooks:
        report.add(Run(path, read_notebook(path)))
    return mosaic([min((folder / "figures").glob(f"{path.stem}-*.[pj][np]g")) for path in notebooks])
