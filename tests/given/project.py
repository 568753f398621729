"""The project's own files, in a git checkout and in an unpacked archive alike."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = {".git", ".venv", ".conda", "report", "site", "build", "dist", "work", "__pycache__"}  # by running it

# Pictures and weights are not worth packing tightly, and no tidying up may go on after a test.
QUICK = [["config", name, "0"] for name in ("core.compression", "pack.window", "gc.auto")]

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs the program git")


def project_files() -> list[Path]:
    """What git tracks or would; without git, all that was unpacked."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        hidden = inside[0].startswith(".") and inside[0] not in (".ci", ".github", ".devcontainer")
        if path.is_file() and not hidden and not set(inside) & LEFT_BEHIND and not inside[0].endswith(".egg-info"):
            found.append(path)
    return found


def commit_all(folder: Path) -> None:
    """Everything in the folder as the first commit of a repository."""
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@localhost"]
    for command in (["init", "-q", "-b", "main"], *QUICK, ["add", "-A"], [*who, "commit", "-qm", "all"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


@pytest.fixture(scope="session")
def bare_repository(tmp_path_factory) -> Path:
    """The project as a host would serve it."""
    copy = tmp_path_factory.mktemp("copy")
    for path in project_files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    commit_all(copy)
    bare = tmp_path_factory.mktemp("host") / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(copy), str(bare)], check=True)
    for command in QUICK:
        subprocess.run(["git", *command], cwd=bare, check=True)
    shutil.rmtree(copy)
    return bare
