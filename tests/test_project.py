"""What the project says of itself in several places is the same in all of them."""

import re
import subprocess
import sys

import pytest
from given.project import ROOT, project_files

import hw9_xai

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TOP_LEVEL = {
    "notebooks", "hw9_xai", "data", "checkpoints", "tests", "requirements.txt", "README.md", "README.zh-TW.md",
    "pyproject.toml", "LICENSE", "CONTRIBUTING.md",
}  # fmt: skip


def test_requirements_are_what_the_package_and_its_tests_declare():
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert sorted(lines) == sorted(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])


def test_there_are_lower_bounds_and_no_pins():
    for requirement in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]:
        assert re.fullmatch(r"[\w-]+>=[\d.]+(; .*)?", requirement), requirement


def test_the_top_level_is_what_it_should_be():
    top = {path.relative_to(ROOT).parts[0] for path in project_files()}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


def test_the_face_is_sorted_and_real():
    assert hw9_xai.__all__ == sorted(hw9_xai.__all__)
    assert all(getattr(hw9_xai, name).__name__.split(".")[-1] == name for name in hw9_xai.__all__)
    with pytest.raises(AttributeError, match="No hw9_xai attribute limes"):
        hw9_xai.limes  # noqa: B018


def test_grading_does_not_load_torch():
    code = "import sys, hw9_xai, hw9_xai.instructor.grades; assert 'torch' not in sys.modules and hw9_xai.check"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_links_between_files_lead_somewhere():
    for name in ("README.md", "README.zh-TW.md", "data/README.md", "checkpoints/README.md"):
        for target in re.findall(r"\]\((?!http)([^)#]+)", (ROOT / name).read_text()):
            assert (ROOT / name).parent.joinpath(target).exists(), f"{name} links to {target}"
