"""The hints hold: type checkers see the whole public face, find no fault in the library, and report a wrong use."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import hw9_xai

ROOT = Path(__file__).resolve().parents[1]
USES = Path("tests", "typed_uses.py")


def test_type_checkers_see_the_names_that_are_imported_on_first_use():
    lines = [
        '"""The face of hw9_xai as type checkers and editors see it: they cannot follow imports on first use."""\n',
        *sorted(
            f"from hw9_xai{'.' * bool(home)}{home} import {name} as {name}" for name, home in hw9_xai._HOME.items()
        ),
        "\n__all__: list[str]\n",
    ]
    assert (ROOT / "hw9_xai" / "__init__.pyi").read_text(encoding="utf-8") == "\n".join(lines)


def test_whoever_installs_the_package_gets_its_hints():
    assert (ROOT / "hw9_xai" / "py.typed").exists()


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
