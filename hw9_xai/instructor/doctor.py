"""hw9-xai doctor: is everything here, and is it what it should be? Each finding says what to do."""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from itertools import groupby
from pathlib import Path

from hw9_xai.assets import KIT, PACKAGE, Asset, cache_folder, edition_in_use, read_shelf

MANIFEST = PACKAGE / "kit.sha256"
ONLY_IN_A_CLONE = ("data/scenes",)
RESTORE = "restore it: git checkout -- data checkpoints, or clone the repository again"


@dataclass(frozen=True)
class Finding:
    area: str
    text: str
    todo: str = ""
    is_problem: bool = False


def examine() -> Iterator[Finding]:
    """Nothing is changed, and no network is asked. A check that cannot be made is a finding, and hides no other."""
    for area, checks in CHECKS.items():
        for check in checks:
            yield from _made(area, check)


def _made(area: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as problem:  # of a machine that is not as it should be
        said = (str(problem) or type(problem).__name__).splitlines()[0][:100]
        yield Finding(area, f"cannot be looked at: {said}", is_problem=True)


def page(findings: Iterable[Finding]) -> str:
    findings = list(findings)
    lines = []
    for area, its in groupby(findings, key=lambda finding: finding.area):
        lines += ["", area]
        for finding in its:
            lines.append(f"  {'!!' if finding.is_problem else 'ok'}  {finding.text}")
            lines += [f"      {finding.todo}"] if finding.todo else []
    problems = sum(finding.is_problem for finding in findings)
    verdict = f"{problems} to look at, marked !!" if problems else "all is well"
    return "\n".join([*lines[1:], "", verdict])


# -- environment -------------------------------------------------------------------------------------------------------


def _environment() -> Iterator[Finding]:
    fine = partial(Finding, "Environment")
    wrong = partial(fine, is_problem=True)
    versions = {}
    for name, least in requirements().items():
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield wrong(f"{name} is missing", f"pip install {name}")
            continue
        if _numbers(versions[name]) < _numbers(least):
            yield wrong(f"{name} {versions[name]} is older than {least}", f'pip install "{name}>={least}"')
    shown = [f"{name} {versions[name]}" for name in ("torch", "torchvision", "transformers") if name in versions]
    yield fine(", ".join([f"Python {platform.python_version()}", *shown]))


def _fitting() -> Iterator[Finding]:
    try:
        importlib.import_module("torchvision")
    except Exception as error:  # a pair that does not fit fails in its own ways
        todo = "torch and torchvision do not fit; install both anew: pip install --force-reinstall torch torchvision"
        said = (str(error) or type(error).__name__).splitlines()[0][:80]
        yield Finding("Environment", f"torchvision cannot be imported: {said}", todo, is_problem=True)


def _computing() -> Iterator[Finding]:
    import torch

    device = f"CPU, {os.cpu_count()} cores, torch uses {torch.get_num_threads()}"
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        device = f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
    elif torch.backends.mps.is_available():
        device = "Apple GPU (mps); the kit uses the CPU unless you move model and pictures"
    yield Finding("Environment", device)


def requirements() -> dict[str, str]:  # package: lowest version
    """Of a clone its requirements.txt, of an installed wheel its metadata."""
    file = KIT / "requirements.txt"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else metadata.requires("hw9-xai") or []
    matches = (re.fullmatch(r"([\w-]+)\s*>=\s*([\d.]+)", line.strip()) for line in lines)
    return {match[1]: match[2] for match in matches if match}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


# -- the kit's files ---------------------------------------------------------------------------------------------------


def _kit() -> Iterator[Finding]:
    fine = partial(Finding, "The kit's files")
    wrong = partial(fine, todo=RESTORE, is_problem=True)
    for place, its in groupby(kit_files().items(), key=lambda file: file[0].rpartition("/")[0]):
        files = {name.rpartition("/")[2]: digest for name, digest in its}
        folder = KIT / place
        if place in ONLY_IN_A_CLONE and KIT.parent == PACKAGE and not folder.exists():
            yield fine(f"{place}: not in the package, only in a clone of the repository")
            continue
        missing = [name for name in files if not (folder / name).is_file()]
        changed = [name for name in files if name not in missing and _sha256(folder / name) != files[name]]
        for names, what in ((missing, "missing"), (changed, "changed")):
            if names:
                more = f" and {len(names) - 3} more" if len(names) > 3 else ""
                yield wrong(f"{folder}: {', '.join(names[:3])}{more} {what}")
        if not missing + changed:
            yield fine(f"{place}: {len(files)} files, as they were made")


def kit_files() -> dict[str, str]:  # sha256 by the place in the kit, as data/make/manifest.py wrote them
    lines = MANIFEST.read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


# -- what was added ----------------------------------------------------------------------------------------------------


def _added() -> Iterator[Finding]:
    fine = partial(Finding, "Your files")
    wrong = partial(fine, is_problem=True)
    try:
        shelf = read_shelf()
    except ValueError as damaged:
        yield wrong(str(damaged), "then: hw9-xai assets add FILE_OR_FOLDER")
        return
    cache = cache_folder()
    disk = next(folder for folder in (cache, *cache.parents) if folder.exists())
    yield fine(f"cache: {cache}, {shutil.disk_usage(disk).free / 1e9:.1f} GB free")
    if not shelf.assets:
        yield fine("none were added, and none are needed", "to add some: hw9-xai assets add FILE_OR_FOLDER")
        return
    intact = set()
    for kind, asset in shelf.assets.items():
        again = f"add it again: hw9-xai assets add {asset.source}"
        if not asset.folder.is_dir():
            yield wrong(f"{kind}: {asset.folder} is gone", again)
        elif kind != "food-11" and _differs(asset):
            yield wrong(f"{kind}: {asset.folder} is damaged", again)
        else:
            intact.add(kind)
            yield fine(f"{kind}: {asset.what}, from {asset.source}, sha256 {asset.sha256[:12]}")
    if {"classifier", "pictures"} <= intact:
        yield from _made("Your files", _genuine)
    yield fine(f"in use: {shelf.use}; questions about the {edition_in_use()}'s pictures")


def _differs(asset: Asset) -> bool:
    from hw9_xai.instructor.files.shelf import digest_of

    try:
        return digest_of(asset.folder)[0] != asset.sha256
    except OSError:
        return True


def _genuine() -> Iterator[Finding]:
    from hw9_xai.instructor.files.fingerprint import TOLERANCE, differences

    if found := differences():
        listed = "; ".join(found[:3]) + (f"; and {len(found) - 3} more" if len(found) > 3 else "")
        todo = "a classifier of your own may be meant; if not, these are not the homework's files of 2022 and 2023"
        yield Finding("Your files", f"not the course's own files: {listed}", todo, is_problem=True)
    else:
        yield Finding("Your files", f"genuine: all ten scores are the course's, within {TOLERANCE}")


CHECKS = {"Environment": (_environment, _computing, _fitting), "The kit's files": (_kit,), "Your files": (_added,)}
