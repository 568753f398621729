"""hw9-xai site: a folder in which every link leads somewhere and no page asks for anything outside."""

import html.parser
import json
import re
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from hw9_xai.assets import KIT
from hw9_xai.cli import main
from hw9_xai.notebooks import FOLDER
from hw9_xai.pages.picture.explorer import explore_picture
from hw9_xai.site import PAGES, write_site

ADDRESS = re.search(r'^Homepage = "(.*)"', (KIT / "pyproject.toml").read_text(), re.MULTILINE)[1]
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The picture page has tests of its own: here LIME takes fewer samples."""
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hw9_xai.site.explore_picture", partial(explore_picture, samples=30))
        written = [path.relative_to(folder).as_posix() for path in write_site(folder)]
    assert written == [*(f"{name}.html" for name in PAGES), "report/index.html", "index.html"]
    return folder


class Asked(html.parser.HTMLParser):
    """What a page links to, and what it loads."""

    LOADING = ("src", "srcset", "data", "poster", "background", "action", "formaction", "ping", "manifest")

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.loaded, self.names, self.policy = [], [], set(), ""
        self.source = path.read_text("utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.names.add(given.get("id"))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loaded += [given[name] for name in self.LOADING if name in given]
        self.loaded += [given["href"]] if tag in ("link", "base", "use", "image") and "href" in given else []
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]


def pages(folder: Path) -> dict[str, Asked]:
    return {path.relative_to(folder).as_posix(): Asked(path) for path in sorted(folder.rglob("*.html"))}


def test_every_link_leads_to_a_file_in_it_or_to_the_repository(site):
    every = pages(site)
    for name, page in every.items():
        for address in page.links:
            if address != ADDRESS:
                path, _, anchor = unquote(address).partition("#")
                target = (site / name).parent / path if path else site / name
                assert target.is_file() and target.resolve().is_relative_to(site), (name, address)
                assert not anchor or anchor in every[target.resolve().relative_to(site).as_posix()].names, address
    assert {f"{one}.html" for one in PAGES} | {"report/index.html", ADDRESS} == set(every["index.html"].links)


def test_nothing_is_loaded_from_elsewhere(site):
    every = pages(site)
    assert len(every) >= 7
    for name, page in every.items():
        for address in page.loaded:
            assert address.startswith("data:") or ((site / name).parent / unquote(address)).is_file(), (name, address)
        assert "@import" not in page.source and not re.search(r"url\(\s*['\"]?(?:https?:)?//", page.source), name
        assert name == "report/index.html" or page.policy.startswith("default-src 'none';"), name
        assert not re.search(r"https?:", page.policy), name


def test_the_index_is_read_without_a_script_in_both_languages(site):
    index = (site / "index.html").read_text("utf-8")
    assert "<script" not in index and "{{" not in index
    for article in re.findall(r"<article>.*?</article>", index, re.DOTALL):
        english, chinese = re.findall(r"<p[^>]*>(.*?)</p>", article)
        assert re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]", english) and re.search(r"[\u4e00-\u9fff]{4}", chinese)
        assert re.search(r'<h2><a href="[^"]+">[A-Za-z]{3}.*<span lang="zh-Hant">[\u4e00-\u9fff]{2}', article)
        assert 'src="data:image/png;base64,iVBORw0K' in article
    assert index.count("<article>") == len(PAGES) + 1


def test_the_report_is_of_all_ten_notebooks_and_claims_no_run(site):
    report = (site / "report" / "index.html").read_text("utf-8")
    for path in NOTEBOOKS:
        outputs = [
            output for cell in json.loads(path.read_text("utf-8"))["cells"] for output in cell.get("outputs", [])
        ]
        shown = [kind for output in outputs for kind in output.get("data", {}) if kind in ("image/png", "image/jpeg")]
        written = [one for one in (site / "report" / "figures").glob(f"{path.stem}-*") if one.suffix != ".html"]
        assert len(written) == len(shown) >= 5
        assert all(f'src="figures/{one.name}"' in report for one in written)
        assert f'<h2 id="{path.stem}">' in report
    assert "as they were saved" in report and "並未重新執行" in report
    claimed = re.sub(r"<figure>.*?</figure>", "", report, flags=re.DOTALL)  # without what the notebooks say
    assert not re.search(r"points 分|answered|<td|✓|http-equiv", claimed)
    assert not (site / "report" / "times.json").exists()


def test_a_second_time_is_the_same_and_what_another_wrote_is_refused(site, capsys, monkeypatch):
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file() and path.name != ".hw9-xai"}
    for place in ("index.html", "report/index.html", "attention-zh.html"):
        theirs = site / place
        theirs.write_text("mine")
        assert main(["site", "--out", str(site)]) == 2
        error = capsys.readouterr().err
        assert place.split("/")[-1] in error and "expected a free name" in error and error.count("\n") == 1
        assert theirs.read_text() == "mine"
        theirs.write_bytes(before[theirs])
    written = write_site(site)
    assert next(written).read_bytes() == before[site / "attention-en.html"]  # the first page anew; then it is stopped
    written.close()
    assert {path: path.read_bytes() for path in before} == before
    monkeypatch.setattr("hw9_xai.site.write_site", lambda folder: iter([folder / "index.html"]))
    assert main(["site", "--out", str(site)]) == 0
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert capsys.readouterr().out.splitlines()[-1] == f"{site}: {size / 1e6:.1f} MB"


def test_pages_are_published_only_where_the_owner_turned_it_on():
    workflow = yaml.safe_load((KIT / ".github" / "workflows" / "site.yml").read_text())
    jobs = workflow["jobs"]
    assert workflow["permissions"] == {"contents": "read"}
    assert jobs["write"]["if"] == "github.event_name == 'workflow_dispatch' || vars.HW9_XAI_SITE == 'on'"
    assert jobs["publish"]["needs"] == "write"  # what it needs was skipped, and so is it
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert "HW9_XAI_SITE" in (KIT / "CONTRIBUTING.md").read_text("utf-8")
