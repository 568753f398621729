"""The repository's address: one in pyproject, the same everywhere, changed everywhere by one command."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.search(r'^Homepage = "https://github\.com/(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_badge_and_clone_line_names_this_repository():
    for path in tracked():
        if path.suffix in {".md", ".ipynb", ".yml", ".toml"}:
            text = path.read_text(encoding="utf-8")
            found = re.findall(r"github(?:\.com)?/([\w.-]+/hw9[\w-]*)", text)
            assert set(found) <= {ADDRESS}, path


def test_every_notebook_has_its_own_badge():
    for path in NOTEBOOKS:
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        assert f"colab.research.google.com/github/{ADDRESS}/blob/main/notebooks/{path.name})" in first


def test_one_command_changes_it_everywhere(tmp_path):
    for path in tracked():
        if path.suffix in {".md", ".ipynb", ".yml", ".toml", ".py"} or path.parent.name == ".ci":
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    subprocess.run([".ci/address", "somebody/kit.tw"], cwd=tmp_path, check=True, capture_output=True)
    left = subprocess.run(["git", "grep", "-lF", ADDRESS], cwd=tmp_path, capture_output=True, text=True)
    assert left.stdout == ""
    assert "https://github.com/somebody/kit.tw" in (tmp_path / "pyproject.toml").read_text()
    refused = subprocess.run([".ci/address", "no address"], cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "OWNER/NAME" in refused.stderr


SET_UP = """
import sys, types
google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
google.colab = colab
sys.modules |= {"google": google, "google.colab": colab}
exec(compile(open("cell.py").read(), "cell.py", "exec"))
print(xai.__file__)
print(len(xai.load_pictures().names))
"""


@pytest.mark.skipif(not NOTEBOOKS, reason="no notebook yet")
def test_the_set_up_cell_clones_the_repository_and_imports_it(tmp_path):
    """In an empty folder, with a bare clone standing in for GitHub and a stand-in for google.colab."""
    tracked()
    (cell,) = [c for c in json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))["cells"] if c["id"] == "setup"]
    content = tmp_path / "content"
    content.mkdir()
    (content / "cell.py").write_text("".join(cell["source"]), encoding="utf-8")
    (content / "main.py").write_text(SET_UP, encoding="utf-8")
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(ROOT), str(bare)], check=True)
    for_github = {
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{bare.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{ADDRESS}",
    }  # fmt: skip
    without_us = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=content, env=without_us | for_github, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    where, pictures = done.stdout.split("\n")[:2]
    assert Path(where).resolve() == (content / "hw9-xai" / "hw9_xai" / "__init__.py").resolve()
    assert pictures == "10"
