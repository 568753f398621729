"""The hints hold: type checkers see the whole public face, find no fault in the library, and report a wrong use."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
USES = Path("tests", "typed_uses.py")


def test_whoever_installs_the_package_gets_its_hints():
    assert (ROOT / "hw9_xai" / "py.typed").exists()


def test_the_one_list_of_names_shows_each_of_them_to_type_checkers():
    stub = (ROOT / "hw9_xai" / "__init__.pyi").read_text(encoding="ascii")
    shown = re.findall(r"^from \.[\w.]* import (\w+) as \1$", stub, re.MULTILINE)
    assert len(shown) == stub.count(" import ") and shown == list(dict.fromkeys(shown))


@pytest.fixture(scope="module")
def reported() -> set[tuple[str, int]]:
    """File and line of all that mypy reports of the library and of its uses."""
    command = [sys.executable, "-m", "mypy", "hw9_xai", str(USES), "--no-pretty"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stdout + run.stderr  # 2: it could not check
    print(run.stdout)  # shown where a test fails
    found = re.findall(r"^(.+?):(\d+): error: ", run.stdout, re.MULTILINE)
    return {(Path(file).as_posix(), int(line)) for file, line in found}


def test_the_library_keeps_to_its_own_hints(reported):
    assert not sorted(one for one in reported if one[0] != USES.as_posix())


def test_wrong_uses_are_reported_and_right_ones_are_not(reported):
    lines = (ROOT / USES).read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if "  # wrong: " in line}
    assert {line for file, line in reported if file == USES.as_posix()} == wrong
