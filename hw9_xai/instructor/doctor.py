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
from functools import partial
from importlib import metadata
from itertools import groupby
from pathlib import Path

from hw9_xai.assets import CHECKPOINTS, DATA, KIT, KIT_BERTS, KIT_CLASSIFIERS, cache_folder, edition_in_use, read_shelf

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
    yield fine(", ".join([f"Python {platform.python_version()}", *shown, _device()]))
    try:
        importlib.import_module("torchvision")
    except Exception as error:  # a pair that does not fit fails in its own ways
        todo = "torch and torchvision do not fit; install both anew: pip install --force-reinstall torch torchvision"
        yield wrong(f"torchvision cannot be imported: {str(error).splitlines()[0][:80]}", todo)


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
    fine = partial(Finding, "The kit's files")
    wrong = partial(fine, todo=RESTORE, is_problem=True)
    classifiers = {CHECKPOINTS / f"{name}.safetensors": CHECKPOINTS / f"{name}.json" for name in KIT_CLASSIFIERS}
    parts = DATA / "pictures" / "parts.json"
    berts = [CHECKPOINTS / name / "model.safetensors" for name in KIT_BERTS]
    for path in [*classifiers, *classifiers.values(), parts, *berts, *(DATA / "corpora" / name for name in CORPORA)]:
        if not path.is_file():
            yield wrong(f"{path} is missing")
    for weights, record in classifiers.items():
        if not (weights.is_file() and record.is_file()):
            continue
        digest, recorded = _sha256(weights), json.loads(record.read_text("utf-8"))["sha256"]
        if digest == recorded:
            yield fine(f"{weights.stem}: sha256 {digest[:12]}, as it was made")
        else:
            yield wrong(f"{weights.stem}: sha256 {digest[:12]}, expected {recorded[:12]}")
    if parts.is_file():
        made = json.loads(parts.read_text("utf-8"))["pictures"]
        pictures = {name: parts.with_name(f"{name}.png") for name in made}
        damaged = [name for name, path in pictures.items() if not _sha256(path).startswith(made[name]["sha256"])]
        if damaged:
            yield wrong(f"pictures: {', '.join(damaged)} missing or changed")
        else:
            yield fine(f"pictures: {len(made)}, as they were rendered")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


# -- what was added ----------------------------------------------------------------------------------------------------


def _added() -> Iterator[Finding]:
    from hw9_xai.instructor.files.shelf import digest_of

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
        elif kind != "food-11" and digest_of(asset.folder)[0] != asset.sha256:
            yield wrong(f"{kind}: {asset.folder} is damaged", again)
        else:
            intact.add(kind)
            yield fine(f"{kind}: {asset.what}, from {asset.source}, sha256 {asset.sha256[:12]}")
    if {"classifier", "pictures"} <= intact:
        from hw9_xai.instructor.files.fingerprint import TOLERANCE, differences

        if found := differences():
            listed = "; ".join(found[:3]) + (f"; and {len(found) - 3} more" if len(found) > 3 else "")
            todo = "a classifier of your own may be meant; if not, these are not the homework's files of 2022 and 2023"
            yield wrong(f"not the course's own files: {listed}", todo)
        else:
            yield fine(f"genuine: all ten scores are the course's, within {TOLERANCE}")
    yield fine(f"in use: {shelf.use}; questions about the {edition_in_use()}'s pictures")
