"""What is this file, and what does it become in the cache? Known by its name and its neighbours; then checked,
slimmed, and kept without any code in it."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from safetensors.torch import save_file

from hw9_xai.assets import Asset
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.pictures import NAME, SUFFIXES, load_picture
from hw9_xai.instructor.files.zips import File, Refused

CHECKPOINT_SUFFIXES = (".pth", ".pt", ".ckpt", ".safetensors")
STATES = re.compile(r"model\d?_q\d")  # hw9_bert/output/model_q1 in 2022, model2_q1 in 2021, when there were three
TOKENIZER = re.compile(r"tokenizer\d?", re.IGNORECASE)
TRAINING = ("training", "train")
VALIDATION = ("validation", "valid", "val")
SPLITS = (*TRAINING, *VALIDATION, "evaluation", "testing", "test")
MOST_PICTURES = 1_000  # more than that in one folder is a data set, no set to look at
RECIPE = "--width 128 --epochs 120 --batch 128 --out food11.safetensors --work food11"

USE = "use it: hw9-xai assets use course; is it the course's own? hw9-xai doctor"
THEN = {
    "classifier": USE,
    "pictures": USE,
    "hidden-states": 'look at it: xai.load_hidden_states("model_q1", question, context, answer)',
}
Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Row:
    """One line of the table that says what became of a file."""

    file: str
    kind: str
    what: str
    outcome: str  # added, replaced, already there, left out, not recognised
    then: str = ""  # what to do with it

    @property
    def is_finding(self) -> bool:
        return self.outcome == "left out"


@dataclass
class Recognised:
    """Files by kind, as found in one place."""

    checkpoint: list[File] = field(default_factory=list)  # one, or none
    pictures: list[File] = field(default_factory=list)
    states: list[File] = field(default_factory=list)
    tokenizer: list[File] = field(default_factory=list)
    rest: list[File] = field(default_factory=list)


def is_wanted(name: PurePosixPath) -> bool:
    """Is it worth unpacking?"""
    return _kind(name) != "rest"


def _kind(name: PurePosixPath) -> str:
    """A field of Recognised."""
    if STATES.fullmatch(name.name):
        return "states"
    if TOKENIZER.fullmatch(name.parent.name) and name.suffix in (".json", ".txt"):
        return "tokenizer"
    if name.suffix.lower() in CHECKPOINT_SUFFIXES:
        return "checkpoint"
    return "pictures" if name.suffix.lower() in SUFFIXES and NAME.fullmatch(name.stem) else "rest"


def recognise(files: Sequence[File]) -> Recognised:
    found = Recognised()
    for file in files:
        getattr(found, _kind(file.name)).append(file)
    if found.checkpoint:
        found.checkpoint = [_the_one("checkpoints", {file.name: file for file in found.checkpoint}, "checkpoint.pth")]
    if found.pictures:
        folders: dict[PurePosixPath, list[File]] = defaultdict(list)
        for file in found.pictures:
            folders[file.name.parent].append(file)
        found.pictures = _the_one("folders of pictures", folders, "food")
    if len(found.pictures) > MOST_PICTURES:
        raise Refused(
            f"{found.pictures[0].name.parent}: {len(found.pictures):,} pictures, more than {MOST_PICTURES:,}; "
            "if this is Food-11, add the folder that holds its training and its validation"
        )
    return found


def _the_one(what: str, choices: Mapping[PurePosixPath, Choice], usual: str) -> Choice:
    """The only one there is, or the only one with its usual name."""
    usually = [name for name in choices if name.name == usual]
    names = usually or list(choices)
    if len(names) > 1:
        listed = ", ".join(str(name) for name in names[:3]) + (" and more" if len(names) > 3 else "")
        raise Refused(f"{len(names)} {what}: {listed}; add the one you mean")
    return choices[names[0]]


# -- what each becomes: in a folder of the cache, with a line on it and rows on what was left out ----------------------


def slim_checkpoint(found: Recognised, folder: Path) -> tuple[str, list[Row]]:
    """The weights alone: two thirds of the course's file are the optimizer's."""
    (checkpoint,) = found.checkpoint
    try:
        model = load_classifier(checkpoint.path)
    except ValueError as problem:
        raise Refused(str(problem).replace(str(checkpoint.path), str(checkpoint.name))) from None
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "food_cnn.safetensors")
    return f"width {model.cnn[0].out_channels}, {model.fc[3].out_features} classes", []


def copy_pictures(found: Recognised, folder: Path) -> tuple[str, list[Row]]:
    rows = []
    for file in found.pictures:
        copy = folder / file.name.name
        shutil.copyfile(file.path, copy)
        try:
            load_picture(copy)
        except ValueError as problem:
            copy.unlink()
            reason = str(problem).replace(str(copy), file.name.name)
            rows.append(Row(str(file.name), "pictures", reason, "left out"))
    return f"{_kept(found.pictures, rows)} pictures", rows


def convert_states(found: Recognised, folder: Path) -> tuple[str, list[Row]]:
    """Each a tuple of 13 tensors (1,T,768), pickled; kept as one tensor (13,T,768)."""
    from hw9_xai.instructor.files.states import read_states  # transformers takes seconds to import

    rows = []
    for file in found.states:
        try:
            states = read_states(file.path, str(file.name))
        except ValueError as problem:
            rows.append(Row(str(file.name), "hidden-states", str(problem), "left out"))
        else:
            save_file({"states": states}, folder / f"{file.name.name}.safetensors")
    for file in found.tokenizer:
        (folder / file.name.parent.name.lower()).mkdir(exist_ok=True)
        shutil.copyfile(file.path, folder / file.name.parent.name.lower() / file.name.name)
    return f"{_kept(found.states, rows)} texts through a BERT", rows


def _kept(files: Sequence[File], left_out: Sequence[Row]) -> int:
    if len(left_out) == len(files):
        raise Refused(left_out[0].what)
    return len(files) - len(left_out)


# -- a data set --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """The training, validation or evaluation pictures of a data set."""

    folder: Path
    pictures: int


def data_set_parts(files: Sequence[File]) -> dict[str, Part]:
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


def food_11(path: Path, parts: Mapping[str, Part], files: Sequence[File]) -> tuple[Asset, Row]:
    """It stays where it is: it is large, and may not be handed on."""
    names = "\n".join(f"{file.name} {file.path.stat().st_size}" for file in files)
    digest = hashlib.sha256(names.encode()).hexdigest()
    what = ", ".join(f"{part.pictures:,} {name}" for name, part in parts.items()) + "; not copied"
    asset = Asset(path.name, what, str(path), digest, sum(file.path.stat().st_size for file in files))
    training, validation = ([parts[name] for name in names if name in parts] for names in (TRAINING, VALIDATION))
    folders = [training[0].folder, *(part.folder for part in validation[:1])]
    given = " --validation ".join(shlex.quote(str(folder)) for folder in folders)
    then = f"train on it: python -m checkpoints.make.train_classifier {given} {RECIPE}"
    return asset, Row(f"{path.name}/", "food-11", what, "", then)
