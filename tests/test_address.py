"""The repository's address: one in pyproject, the same everywhere, changed everywhere by one command."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from given.project import ROOT, bare_repository, needs_git, project_files  # noqa: F401

ADDRESS = re.search(r'^Homepage = "https://github\.com/(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_every_badge_and_clone_line_names_this_repository():
    for path in project_files():
        if path.suffix in {".md", ".ipynb", ".yml", ".toml"}:
            text = path.read_text(encoding="utf-8")
            found = re.findall(r"github(?:\.com)?/([\w.-]+/hw9[\w-]*)", text)
            assert set(found) <= {ADDRESS}, path


def test_every_notebook_has_its_own_badge():
    for path in NOTEBOOKS:
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        assert f"colab.research.google.com/github/{ADDRESS}/blob/main/notebooks/{path.name})" in first


# -- a fork, or another name -------------------------------------------------------------------------------------------


def git(*words: str, cwd: Path) -> str:
    return subprocess.run(["git", *words], cwd=cwd, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def fork(bare_repository, tmp_path) -> Path:  # noqa: F811
    """A checkout of somebody else's copy, whose pushes arrive there."""
    shutil.copytree(bare_repository, tmp_path / "fork.git")
    git("clone", "-q", "--config", "gc.auto=0", str(tmp_path / "fork.git"), "checkout", cwd=tmp_path)
    return tmp_path / "checkout"


def follow(checkout: Path, repository: str) -> None:
    """What the workflow does after a push, step by step as it stands there."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "address.yml").read_text())
    commands = [step["run"] for step in workflow["jobs"]["follow"]["steps"] if "run" in step]
    assert len(commands) == 2
    for command in commands:
        subprocess.run(
            ["bash", "-e", "-c", command], cwd=checkout, env=os.environ | {"GITHUB_REPOSITORY": repository}, check=True,
            capture_output=True,
        )  # fmt: skip


@needs_git
def test_in_a_fork_every_address_follows_by_itself(fork, tmp_path):
    follow(fork, "somebody/kit.tw")
    git("clone", "-q", str(tmp_path / "fork.git"), "again", cwd=tmp_path)
    again = tmp_path / "again"
    assert "https://github.com/somebody/kit.tw" in (again / "pyproject.toml").read_text()
    assert subprocess.run(["git", "grep", "-lF", ADDRESS], cwd=again, capture_output=True, text=True).stdout == ""
    for name in ("README.md", "README.zh-TW.md"):
        badges = re.findall(r"colab\.research\.google\.com/github/([^)]+)\)", (again / name).read_text("utf-8"))
        assert badges == [f"somebody/kit.tw/blob/main/notebooks/{path.name}" for path in NOTEBOOKS]
    assert "https://somebody.github.io/kit.tw/" in (again / "README.md").read_text("utf-8")
    assert 'ADDRESS = \\"https://github.com/somebody/kit.tw\\"' in (again / "notebooks" / "01_lime.ipynb").read_text()


@needs_git
def test_where_the_address_is_right_nothing_is_committed(fork, tmp_path):
    before = git("rev-parse", "main", cwd=tmp_path / "fork.git")
    follow(fork, ADDRESS)
    assert git("rev-parse", "main", cwd=tmp_path / "fork.git") == before
    follow(fork, "somebody/kit.tw")
    once = git("rev-parse", "main", cwd=tmp_path / "fork.git")
    follow(fork, "somebody/kit.tw")
    assert git("rev-parse", "main", cwd=tmp_path / "fork.git") == once != before


@needs_git
def test_what_is_no_address_is_refused(fork):
    refused = subprocess.run(["bash", ".ci/address", "no address"], cwd=fork, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "OWNER/NAME" in refused.stderr
    assert git("status", "--porcelain", cwd=fork) == ""


# -- the set-up cell ---------------------------------------------------------------------------------------------------


SET_UP = """
import sys, types
google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
google.colab = colab
sys.modules |= {"google": google, "google.colab": colab}
exec(compile(open("cell.py", encoding="utf-8").read(), "cell.py", "exec"))
print(xai.__file__)
print(len(xai.load_pictures().names))
"""


@needs_git
def test_the_set_up_cell_clones_the_repository_and_imports_it(bare_repository, tmp_path):  # noqa: F811
    """In an empty folder, with a bare clone standing in for GitHub and a stand-in for google.colab."""
    (cell,) = [c for c in json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))["cells"] if c["id"] == "setup"]
    content = tmp_path / "content"
    content.mkdir()
    (content / "cell.py").write_text("".join(cell["source"]), encoding="utf-8")
    (content / "main.py").write_text(SET_UP, encoding="utf-8")
    for_github = {
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{bare_repository.as_uri()}.insteadOf",
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
