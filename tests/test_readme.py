"""What the READMEs claim: their code runs, and their tables say what the notebooks and the bank say."""

import importlib.util
import json
import re

import pytest

from hw9_xai.assets import KIT

spec = importlib.util.spec_from_file_location("readme", KIT / "data" / "make" / "readme.py")
readme = importlib.util.module_from_spec(spec)
spec.loader.exec_module(readme)

NOTEBOOKS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((KIT / "notebooks").glob("*.ipynb"))
}
both = pytest.mark.parametrize("language", readme.READMES)


def text(language: str) -> str:
    return readme.READMES[language].read_text(encoding="utf-8")


def block(language: str, name: str) -> str:
    return re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", text(language), re.DOTALL)[1]


def test_the_library_in_twenty_lines_runs(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(import hw9_xai.*?)```", text("en"), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    monkeypatch.chdir(tmp_path)
    few = code.replace("pictures.images, pictures.labels", "pictures.images[:3], pictures.labels[:3]")
    exec(compile(few.replace("samples=100", "samples=4"), "README.md", "exec"), {})
    assert (tmp_path / "saliency.png").stat().st_size > 10_000


@both
def test_the_table_of_notebooks_is_the_banks(language):
    shown = block(language, "notebooks")
    times = {name: float(seconds) for name, seconds in re.findall(r"notebooks/(\w+)\.ipynb\) .*? (\d+) s \|", shown)}
    assert list(times) == list(NOTEBOOKS)
    assert shown == readme.notebook_table(language, NOTEBOOKS, times)


@both
def test_every_notebook_has_its_thumbnail(language):
    for place in re.findall(r'<img src="([^"]+)"', block(language, "notebooks")):
        assert (KIT / place).stat().st_size < 40_000


@both
def test_the_trust_table_is_the_notebooks(language):
    assert block(language, "trust") == readme.trust_table(NOTEBOOKS["09_trust"])


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
