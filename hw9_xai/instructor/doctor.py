"""hw9-xai doctor: is everything here, and is it what it should be? Each finding says what to do."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import platform
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from itertools import groupby
from pathlib import Path

from hw9_xai.assets import CHECKPOINTS, DATA, KIT, KIT_BERTS, cache_folder, edition_in_use, read_shelf

CORPORA = ("story.tsv", "coreference.jsonl", "questions.jsonl", "apples.tsv")
RESTORE = "restore it: git checkout -- data checkpoints, or clone the repository again"


@dataclass(frozen=True)
class Finding:
    area: str
    text: str
    todo: str = ""
    is_problem: bool = False


def examine() -> Iterator[Finding]:
    """Nothing is changed, and no network is asked."""
    yield from _environment()
    yield from _kit()
    yield from _added()


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
    area = "Environment"
    versions = {}
    for name, least in requirements().items():
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(area, f"{name} is missing", f"pip install {name}", is_problem=True)
            continue
        if _numbers(versions[name]) < _numbers(least):
            text = f"{name} {versions[name]} is older than {least}"
            yield Finding(area, text, f'pip install "{name}>={least}"', is_problem=True)
    shown = [f"{name} {versions[name]}" for name in ("torch", "torchvision", "transformers") if name in versions]
    yield Finding(area, ", ".join([f"Python {platform.python_version()}", *shown, _device()]))
    try:
        importlib.import_module("torchvision")
    except Exception as error:  # a pair that does not fit fails in its own ways
        todo = "torch and torchvision do not fit; install both anew: pip install --force-reinstall torch torchvision"
        yield Finding(area, f"torchvision cannot be imported: {str(error).splitlines()[0][:80]}", todo, is_problem=True)


def requirements() -> dict[str, str]:  # package: lowest version
    """Of a clone its requirements.txt, of an installed wheel its metadata."""
    file = KIT / "requirements.txt"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else metadata.requires("hw9-xai") or []
    matches = (re.fullmatch(r"([\w-]+)\s*>=\s*([\d.]+)", line.strip()) for line in lines)
    return {match[1]: match[2] for match in matches if match}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _device() -> str:
    import torch

    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
    if torch.backends.mps.is_available():
        return "Apple GPU (mps); the kit uses the CPU unless you move model and pictures"
    return f"CPU, {os.cpu_count()} cores, torch uses {torch.get_num_threads()}"


# -- the kit's files ---------------------------------------------------------------------------------------------------


def _kit() -> Iterator[Finding]:
    area, pictures = "The kit's files", DATA / "pictures"
    weights, record, parts = (
        CHECKPOINTS / "food_cnn.safetensors",
        CHECKPOINTS / "food_cnn.json",
        pictures / "parts.json",
    )
    berts = [CHECKPOINTS / name / "model.safetensors" for name in KIT_BERTS]
    needed = [weights, record, parts, *berts, *(DATA / "corpora" / name for name in CORPORA)]
    for path in needed:
        if not path.is_file():
            yield Finding(area, f"{path} is missing", RESTORE, is_problem=True)
    if weights.is_file() and record.is_file():
        digest, recorded = _sha256(weights), json.loads(record.read_text("utf-8"))["sha256"]
        if digest == recorded:
            yield Finding(area, f"classifier: sha256 {digest[:12]}, as it was made")
        else:
            text = f"classifier: sha256 {digest[:12]}, expected {recorded[:12]}"
            yield Finding(area, text, RESTORE, is_problem=True)
    if parts.is_file():
        made = json.loads(parts.read_text("utf-8"))["pictures"]
        damaged = [name for name, entry in made.items() if not _is_rendered(pictures / f"{name}.png", entry)]
        if damaged:
            yield Finding(area, f"pictures: {', '.join(damaged)} missing or changed", RESTORE, is_problem=True)
        else:
            yield Finding(area, f"pictures: {len(made)}, as they were rendered")


def _is_rendered(path: Path, entry: dict) -> bool:
    return path.is_file() and _sha256(path).startswith(entry["sha256"])


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


# -- what was added ----------------------------------------------------------------------------------------------------


def _added() -> Iterator[Finding]:
    from hw9_xai.instructor.files.shelf import digest_of

    area = "Your files"
    try:
        shelf = read_shelf()
    except ValueError as damaged:
        yield Finding(area, str(damaged), "then: hw9-xai assets add FILE_OR_FOLDER", is_problem=True)
        return
    yield Finding(
        area, f"cache: {cache_folder()}, {shutil.disk_usage(_existing(cache_folder())).free / 1e9:.1f} GB free"
    )
    if not shelf.assets:
        yield Finding(area, "none were added, and none are needed", "to add some: hw9-xai assets add FILE_OR_FOLDER")
        return
    intact = set()
    for kind, asset in shelf.assets.items():
        again = f"add it again: hw9-xai assets add {asset.source}"
        if not asset.folder.is_dir():
            yield Finding(area, f"{kind}: {asset.folder} is gone", again, is_problem=True)
        elif kind != "food-11" and digest_of(asset.folder)[0] != asset.sha256:
            yield Finding(area, f"{kind}: {asset.folder} is damaged", again, is_problem=True)
        else:
            intact.add(kind)
            yield Finding(area, f"{kind}: {asset.what}, from {asset.source}, sha256 {asset.sha256[:12]}")
    if {"classifier", "pictures"} <= intact:
        yield from _genuine()
    yield Finding(area, f"in use: {shelf.use}; questions about the {edition_in_use()}'s pictures")


def _genuine() -> Iterator[Finding]:
    from hw9_xai.instructor.files.fingerprint import TOLERANCE, differences

    area = "Your files"
    found = differences()
    if not found:
        yield Finding(area, f"genuine: all ten scores are the course's, within {TOLERANCE}")
        return
    listed = "; ".join(found[:3]) + (f"; and {len(found) - 3} more" if len(found) > 3 else "")
    todo = "a classifier of your own may be meant; if not, these are not the homework's files of 2022 and 2023"
    yield Finding(area, f"not the course's own files: {listed}", todo, is_problem=True)


def _existing(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())
