"""One page that shows what the notebooks gave: every figure, the printed facts, times, and the score."""

from __future__ import annotations

import base64
import glob
import html
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode

from hw9_xai.instructor.grades import Grade
from hw9_xai.notebooks import Run
from hw9_xai.output import write
from hw9_xai.quiz.key import Key, State, points

PAGE = re.compile('<iframe srcdoc="([^"]*)" sandbox="allow-scripts" title="([^"]*)"')  # a page of the kit's begins so
STYLE = """
:root { color-scheme: light dark; --edge: #8885; }
body { font: 16px/1.5 system-ui, "Noto Sans TC", "Microsoft JhengHei", "PingFang TC", sans-serif; margin: 0 auto;
       max-width: 76rem; padding: 1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: start; vertical-align: top; }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
.gallery { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); }
figure { border: 1px solid var(--edge); border-radius: .5rem; margin: 0; padding: .6rem; }
figure:has(iframe) { grid-column: 1 / -1; } figure iframe { border: 0; height: 46rem; width: 100%; }
figure img { background: #fff; display: block; height: auto; margin: auto; max-width: 100%; }
pre { font-size: .85rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
h2 { overflow-wrap: anywhere; } .failed { border-inline-start: .4rem solid #b00020; padding-inline-start: .6rem; }
"""
AS_SAVED = "<p>The notebooks as they were saved; none was run for this page. 筆記本存檔時的樣子，並未重新執行。</p>"


def written_to(folder: Path, notebooks: Sequence[Path]) -> Iterator[Path]:
    """What a report of them writes, and its figures as far as they are there already."""
    yield from (folder / "index.html", folder / "times.json")
    for path in notebooks:
        yield folder / "notebooks" / path.name
        yield from (folder / "figures").glob(f"{glob.escape(path.stem)}-[0-9]*")


class Report:
    """index.html, the figures beside it and times.json, in `folder`: whole after every notebook that is added, so that
    it can be looked at while the others run. Text from a notebook is shown as text."""

    def __init__(self, folder: Path, names: Sequence[str], key: Key) -> None:
        self.folder, self.key = folder, key
        self.runs: dict[str, Run | None] = dict.fromkeys(names)  # None: still to run
        self.sections: list[str] = []

    def add(self, run: Run, grade: Grade | None = None) -> Path:
        """Show this notebook too, and the score of what has run so far; without one, it shows notebooks as they were
        saved, of which neither times nor anybody's points are known."""
        self.runs[run.path.stem] = run
        self.sections.append(self._section(run))
        done = [other for other in self.runs.values() if other]
        contents = "".join(f'<li><a href="#{_name(other)}">{_name(other)}</a></li>' for other in done)
        again = "" if len(done) == len(self.runs) else '<meta http-equiv="refresh" content="10">'
        page = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{again}
<title>hw9-xai: report</title><style>{STYLE}</style>
<h1>hw9-xai · report 報告</h1>
<nav><ul>{contents}</ul></nav>
{self._overview(grade) if grade else AS_SAVED}
{"".join(self.sections)}
</html>
"""
        if grade:
            times = {_name(run): round(run.seconds, 1) for run in done}
            write(self.folder / "times.json", json.dumps(times, indent=1, allow_nan=False))
        return write(self.folder / "index.html", page)

    def _overview(self, grade: Grade) -> str:
        rows = "".join(_row(name, run) for name, run in self.runs.items())
        answered = sum(verdict.state is not State.UNANSWERED for verdict in grade.verdicts.values())
        earned, full = points(grade.tenths), points(sum(self.key.tenths.values()))
        counted = f"{answered} of {len(grade.verdicts)} answered 題已作答"
        score = f"<p><strong>{earned} / {full}</strong> points 分; {counted}</p>"
        return f"<table><tr><th>notebook 筆記本</th><th>time 時間</th><th>ran 執行</th></tr>{rows}</table>{score}"

    def _section(self, run: Run) -> str:
        figures = []
        for number, (figure, facts) in enumerate(_figures_and_facts(run.notebook)):
            image = ""
            if figure:
                suffix, content, words = figure
                file = f"figures/{run.path.stem}-{number:02}{suffix}"
                write(self.folder / file, content)
                address = quote(os.fsencode(file))
                words = html.escape(words or f"figure {number} of {run.path.stem}")
                image = f'<img src="{address}" alt="{words}" loading="lazy">'
                if suffix == ".html":
                    image = f'<iframe src="{address}" sandbox="allow-scripts" title="{words}"></iframe>'
            figures.append(f"<figure>{image}<pre>{html.escape(facts)}</pre></figure>")
        failed = f'<p class="failed">{html.escape(run.error)}</p>' if run.error else ""
        return f'<h2 id="{_name(run)}">{_name(run)}</h2>{failed}<div class="gallery">{"".join(figures)}</div>'


def _name(run: Run) -> str:
    return html.escape(run.path.stem)


def _row(name: str, run: Run | None) -> str:
    if run is None:
        return f'<tr><td>{html.escape(name)}</td><td class="number">…</td><td>to come 尚未執行</td></tr>'
    ran = "✗ " + html.escape(run.error) if run.error else "✓"
    link = f'<a href="#{_name(run)}">{_name(run)}</a>'
    return f'<tr><td>{link}</td><td class="number">{run.seconds:.0f} s</td><td>{ran}</td></tr>'


Figure = tuple[str, bytes, str]  # suffix of its file, what is in it, its words


def _figures_and_facts(notebook: NotebookNode) -> list[tuple[Figure | None, str]]:
    """Each figure or page with what was printed with it, and each printed cell without one."""
    found: list[tuple[Figure | None, str]] = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        text = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
        figures = list(_figures(outputs))
        if figures:
            found += [(figure, "") for figure in figures[:-1]] + [(figures[-1], text)]
        elif text.strip() and found and found[-1][0] and not found[-1][1]:
            found[-1] = (found[-1][0], text)  # facts printed in the cell after the figure belong to it
        elif text.strip():
            found.append((None, text))
    return found


def _figures(outputs: Sequence[NotebookNode]) -> Iterator[Figure]:
    for output in outputs:
        data, about = output.get("data", {}), output.get("metadata", {})
        for kind, suffix in (("image/png", ".png"), ("image/jpeg", ".jpg")):
            if kind in data:
                yield suffix, base64.b64decode(data[kind]), about.get(kind, {}).get("alt", "")
        if page := PAGE.match(data.get("text/html", "")):
            yield ".html", html.unescape(page[1]).encode(), html.unescape(page[2])
