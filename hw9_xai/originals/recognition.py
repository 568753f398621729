"""What is this file? By its name and its neighbours; whether it is what it seems is found out when it is added."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from hw9_xai.cnn.pictures import NAME, SUFFIXES
from hw9_xai.originals.unpacking import Found, Refused

CHECKPOINT_SUFFIXES = (".pth", ".pt", ".ckpt", ".safetensors")
STATES = re.compile(r"model\d?_q\d")  # hw9_bert/output/model_q1 in 2022, model2_q1 in 2021, when there were three
TOKENIZER = re.compile(r"tokenizer\d?", re.IGNORECASE)
TRAINING = ("training", "train")
SPLITS = (*TRAINING, "validation", "valid", "val", "evaluation", "testing", "test")
MOST_PICTURES = 1_000  # more than that in one folder is a data set, no set to look at

Choice = TypeVar("Choice")


@dataclass
class Recognised:
    """Files by kind, as found in one place."""

    checkpoint: Found | None = None
    pictures: list[Found] = field(default_factory=list)
    states: list[Found] = field(default_factory=list)
    tokenizer: list[Found] = field(default_factory=list)
    rest: list[Found] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.checkpoint or self.pictures or self.states)


def is_wanted(name: PurePosixPath) -> bool:
    """Is it worth unpacking?"""
    return _is_checkpoint(name) or _is_picture(name) or _is_state(name) or _is_tokenizer(name)


def recognise(files: Sequence[Found]) -> Recognised:
    found = Recognised()
    checkpoints: list[Found] = []
    folders: dict[PurePosixPath, list[Found]] = defaultdict(list)
    for file in files:
        if _is_state(file.name):
            found.states.append(file)
        elif _is_tokenizer(file.name):
            found.tokenizer.append(file)
        elif _is_checkpoint(file.name):
            checkpoints.append(file)
        elif _is_picture(file.name):
            folders[file.name.parent].append(file)
        else:
            found.rest.append(file)
    if checkpoints:
        found.checkpoint = _the_one("checkpoints", {file.name: file for file in checkpoints}, "checkpoint.pth")
    if folders:
        found.pictures = _the_one("folders of pictures", folders, "food")
    if len(found.pictures) > MOST_PICTURES:
        raise Refused(
            f"{found.pictures[0].name.parent}: {len(found.pictures):,} pictures, more than {MOST_PICTURES:,}; "
            "if this is Food-11, add the folder that holds its training and its validation"
        )
    return found


@dataclass(frozen=True)
class Part:
    """The training, validation or evaluation pictures of a data set."""

    folder: Path
    pictures: int


def data_set_parts(files: Sequence[Found]) -> dict[str, Part]:
    """By name; {} if there is no part to train on. The course's 2021 edition kept pictures without a label beside
    training/labeled: they are passed over."""
    counts: Counter[tuple[str, Path]] = Counter()
    for file in files:
        above = [part.lower() for part in file.name.parts[:-1]]
        at = next((i for i, part in enumerate(above) if i and part in SPLITS), None)
        if at is None or "unlabeled" in above or file.name.suffix.lower() not in SUFFIXES:
            continue
        labelled = above[at + 1 : at + 2] == ["labeled"]
        counts[above[at], file.path.parents[len(above) - 1 - at - labelled]] += 1
    parts = {name: Part(folder, pictures) for (name, folder), pictures in counts.items()}
    return parts if any(name in TRAINING for name in parts) else {}


def _is_checkpoint(name: PurePosixPath) -> bool:
    return name.suffix.lower() in CHECKPOINT_SUFFIXES


def _is_picture(name: PurePosixPath) -> bool:
    return name.suffix.lower() in SUFFIXES and bool(NAME.fullmatch(name.stem))


def _is_state(name: PurePosixPath) -> bool:
    return bool(STATES.fullmatch(name.name))


def _is_tokenizer(name: PurePosixPath) -> bool:
    return bool(TOKENIZER.fullmatch(name.parent.name)) and name.suffix in (".json", ".txt")


def _the_one(what: str, choices: Mapping[PurePosixPath, Choice], usual: str) -> Choice:
    """The only one there is, or the only one with its usual name."""
    usually = [name for name in choices if name.name == usual]
    names = usually or list(choices)
    if len(names) > 1:
        listed = ", ".join(str(name) for name in names[:3]) + (" and more" if len(names) > 3 else "")
        raise Refused(f"{len(names)} {what}: {listed}; add the one you mean")
    return choices[names[0]]
