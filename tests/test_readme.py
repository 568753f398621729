"""What the READMEs claim: their code runs, their tables say what notebooks and bank say, and every click arrives."""

import base64
import html.parser
import importlib.util
import io
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from given.project import needs_git
from markdown_it import MarkdownIt
from PIL import Image, ImageOps

from hw9_xai.assets import KIT
from hw9_xai.cli import parser
from hw9_xai.quiz.score import read_receipts
from hw9_xai.trust import load_trust

spec = importlib.util.spec_from_file_location("readme", KIT / "data" / "make" / "readme.py")
readme = importlib.util.module_from_spec(spec)
spec.loader.exec_module(readme)

NOTEBOOKS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((KIT / "notebooks").glob("*.ipynb"))
}
PICTURES = ("image/png", "image/jpeg")
ADDRESS = re.search(r'^Homepage = "https://github\.com/(.*)"', (KIT / "pyproject.toml").read_text(), re.MULTILINE)[1]
PAGES = (
    "README.md",
    "README.zh-TW.md",
    "CONTRIBUTING.md",
    "data/README.md",
    "data/trust/README.md",
    "checkpoints/README.md",
)
both = pytest.mark.parametrize("language", readme.READMES)
each_page = pytest.mark.parametrize("page", PAGES)


class Page(html.parser.HTMLParser):
    """What a reader meets on a rendered page: links with the pictures inside them, headings, cells, code."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.images, self.headings, self.cells, self.code, self.text = [], [], [], [], [], ""
        self.open = []
        self.feed(MarkdownIt("commonmark").enable("table").render(path.read_text(encoding="utf-8")))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.open.append(tag)
        if tag == "a":
            self.links.append([attributes["href"], []])
        if tag == "img":
            self.images.append(attributes)
            if "a" in self.open:
                self.links[-1][1].append(attributes["src"])
        if tag in ("h1", "h2", "h3"):
            self.headings.append("")
        if tag in ("td", "th"):
            self.cells.append("")
        if tag == "code":
            self.code.append("")
        if tag in ("img", "br", "hr"):  # these have no end
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.open:
            self.open.remove(tag)

    def handle_data(self, data):
        self.text += data
        for kept, tags in ((self.headings, ("h1", "h2", "h3")), (self.cells, ("td", "th")), (self.code, ("code",))):
            if set(tags) & set(self.open):
                kept[-1] += data

    @property
    def anchors(self) -> set[str]:
        """As GitHub names headings: small letters, no punctuation, hyphens for spaces."""
        return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in self.headings}


def test_each_promise_has_its_test_and_its_place():
    """What the table in CONTRIBUTING names is there."""
    table = (KIT / "CONTRIBUTING.md").read_text("utf-8").split("## What is promised")[1].split("\n## ")[0]
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", table)
    assert len(named) >= 20 and all(f"def {test}(" in (KIT / path).read_text("utf-8") for path, test in named)
    for place in re.findall(r"`([a-z_]+(?:\.[a-z_]+)*\.\w+)`", table.replace("`hw9_xai/kit.sha256`", "")):
        module, _, name = place.rpartition(".")
        assert re.search(
            rf"^(?:def |class )?{name}\b", (KIT / "hw9_xai" / f"{module.replace('.', '/')}.py").read_text("utf-8"), re.M
        )


def text(language: str) -> str:
    return readme.READMES[language].read_text(encoding="utf-8")


def block(language: str, name: str) -> str:
    return re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", text(language), re.DOTALL)[1]


def test_the_library_in_twenty_lines_runs(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(import hw9_xai.*?)```", text("en"), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    monkeypatch.chdir(tmp_path)
    few = code.replace("pictures.images, pictures.labels", "pictures.images[:3], pictures.labels[:3]")
    for slow, quick in (
        ("samples=100", "samples=4"),
        ("xai.lime(model, images, labels)", "xai.lime(model, images[:1], 0)"),
    ):
        assert slow in few
        few = few.replace(slow, quick)
    exec(compile(few, "README.md", "exec"), {})
    assert (tmp_path / "saliency.png").stat().st_size > 10_000


# -- what a reader may click -------------------------------------------------------------------------------------------


@each_page
def test_every_link_leads_somewhere(page):
    here = (KIT / page).parent
    for address, _ in Page(KIT / page).links:
        if address.startswith("https://"):
            continue
        path, _, anchor = unquote(address).partition("#")
        target = here / path if path else KIT / page
        assert target.resolve().is_relative_to(KIT) and target.exists(), address
        assert not anchor or anchor in Page(target).anchors, address


@each_page
def test_every_picture_is_there_and_says_what_it_shows(page):
    for image in Page(KIT / page).images:
        assert image["alt"].strip(), image
        if not image["src"].startswith("https://"):
            assert ((KIT / page).parent / image["src"]).is_file(), image["src"]


@each_page
def test_no_markup_is_left_for_the_reader(page):
    shown = Page(KIT / page)
    without_code = shown.text
    for code in shown.code:
        without_code = without_code.replace(code, "", 1)
    assert "](" not in without_code and "**" not in without_code
    assert not [cell for cell in shown.cells if "](" in cell or "http" in cell]


@both
@pytest.mark.parametrize(
    ("door", "opens"),
    [
        ("colab-badge", "https://colab.research.google.com/github/{}/blob/main/notebooks/{}.ipynb"),
        ("open-in-kaggle", "https://kaggle.com/kernels/welcome?src=https://github.com/{}/blob/main/notebooks/{}.ipynb"),
    ],
)
def test_every_badge_opens_its_own_notebook_here(language, door, opens):
    links = Page(readme.READMES[language]).links
    assert [address for address, inside in links if any(door in image for image in inside)] == [
        opens.format(ADDRESS, name) for name in NOTEBOOKS
    ]


@both
def test_the_badge_of_a_row_is_of_the_notebook_that_the_row_names(language):
    for row in block(language, "notebooks").splitlines()[2:]:
        assert len(set(re.findall(r"(\w+)\.(?:ipynb|png)", row))) == 1, row


# -- the table of notebooks --------------------------------------------------------------------------------------------


@both
def test_the_table_of_notebooks_is_the_banks(language):
    cells = [
        [cell.strip() for cell in row.strip("|").split("|")] for row in block(language, "notebooks").splitlines()[2:]
    ]
    assert len(cells) == len(NOTEBOOKS)
    bank = readme.load_bank()
    for name, (_, shown, time, questions, points) in zip(NOTEBOOKS, cells, strict=True):
        asked = [question for question in bank.questions.values() if bank.topics[question.topic].notebook == name]
        assert shown.startswith(f"[{name}](notebooks/{name}.ipynb)<br>")
        assert re.fullmatch(r"\d+ s", time)
        assert questions == str(len(asked) or "")
        assert float(points or 0) == sum(question.tenths for question in asked) / 10


@both
def test_thumbnails_are_wide_enough_to_see(language):
    for place, width in re.findall(r'<img src="([^"]+)" width="(\d+)"', block(language, "notebooks")):
        assert int(width) >= 120
        assert (KIT / place).stat().st_size < 40_000


def figures_of(name: str) -> list[Image.Image]:
    outputs = [output for cell in NOTEBOOKS[name]["cells"] for output in cell.get("outputs", [])]
    kept = [data for output in outputs for kind, data in output.get("data", {}).items() if kind in PICTURES]
    return [Image.open(io.BytesIO(base64.b64decode("".join(one)))).convert("RGB") for one in kept]


def share_of_other_pixels(thumbnail: Image.Image, figure: Image.Image) -> float:
    """That differ by more than a third of the range: few colours alone move a pixel by less."""
    fitted = ImageOps.pad(figure, thumbnail.size, Image.Resampling.LANCZOS, color="white")
    differences = np.abs(np.asarray(thumbnail, float) - np.asarray(fitted, float)).max(-1)
    return float((differences > 0.35 * 255).mean())


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_thumbnail_is_of_a_figure_that_its_notebook_shows_now(name):
    thumbnail = Image.open(KIT / "data" / "thumbnails" / f"{name}.png").convert("RGB")
    assert min(share_of_other_pixels(thumbnail, figure) for figure in figures_of(name)) < 0.005


@both
def test_the_trust_table_is_the_committed_results(language):
    report = load_trust(KIT / "data" / "trust" / "food_cnn.json")
    assert block(language, "trust") == readme.trust_table(report, language)
    rows = block(language, "trust").splitlines()[2:]
    assert len(rows) == len(report.measured)
    for row, (measure, by_method) in zip(rows, report.measured.items(), strict=True):
        best = max(by_method, key=lambda name: sum(by_method[name]))
        assert measure in row and (best not in report.table.trusted(measure) or best in row), row


# -- commands and receipts ---------------------------------------------------------------------------------------------


@both
def test_receipts_can_be_read(language):
    shown = [code for code in Page(readme.READMES[language]).code if code.startswith("xai.score(")]
    assert shown
    for code in shown:
        assert read_receipts(code.removeprefix('xai.score("').removesuffix('")')), code


@needs_git
def test_what_the_set_up_lines_make_is_no_part_of_the_project(tmp_path):
    shutil.copy(KIT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    made = re.findall(r"(?:-m venv|--prefix) ([\w.]+)", (KIT / "README.md").read_text(encoding="utf-8"))
    assert {".venv", ".conda"} <= set(made)
    for name in {*made, "report"}:
        (tmp_path / name).mkdir()
        (tmp_path / name / "libtorch.so").touch()  # not every Python's venv hides itself from git
    listed = ["git", "ls-files", "--others", "--exclude-standard"]
    assert subprocess.run(listed, cwd=tmp_path, capture_output=True, text=True, check=True).stdout == ".gitignore\n"


OURS = r"(?:hw9-xai|python -m hw9_xai) ([a-z](?:(?!hw9-xai)[^`\n])*)"


@each_page
def test_command_lines_are_understood_by_the_command_line(page):
    for line in re.findall(rf"^(?:\S*/)?{OURS}$", "\n".join(Page(KIT / page).code), re.MULTILINE):
        parser().parse_args(shlex.split(re.split(r" [#>] ?|\s&&", line)[0]))  # exits where a word is not one of ours


@each_page
def test_commands_named_in_passing_are_there_with_their_options(page):
    for named in re.findall(OURS, (KIT / page).read_text(encoding="utf-8").replace("#", "\n")):
        inner, words = parser(), re.findall(r"[\w-]+", named)
        while choices := next((action.choices for action in inner._actions if isinstance(action.choices, dict)), None):
            assert words[0] in choices, named
            inner = choices[words.pop(0)]
        options = {option for action in inner._actions for option in action.option_strings}
        assert {word for word in words if word.startswith("--")} <= options, named


def test_what_bench_prints_becomes_a_table():
    printed = (
        "FoodCNN of width 32, 128x128, 2 threads, torch 2.9\n"
        "method                   against                    ours   theirs   ratio\n"
        "LIME 1000                lime package              3.08s    6.35s    0.47\n"
        "saliency of 10           the homework's loop       0.10s    0.20s    0.51\n"
    )
    rows = readme.speed_table(printed).splitlines()
    assert rows[2] == "| LIME 1000 | lime package | 3.08 s | 6.35 s | 0.47 |"
    assert rows[3].startswith("| saliency of 10 | the homework's loop |")
    assert rows[-1].startswith("FoodCNN of width 32")
