"""What is this file, and what does it become in the cache? Known by its name and its neighbours; then checked,
slimmed, and kept without any code in it."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from safetensors.torch import save

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
LOOK = 'look at it: xai.load_hidden_states("model_q1", question, context, answer)'


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


Files = Mapping[str, list[File]]  # by kind


def kind_of(name: PurePosixPath) -> str:
    """A key of KEEPERS, "tokenizer" for what belongs to hidden states, or "" for what is not worth unpacking."""
    suffix = name.suffix.lower()
    if STATES.fullmatch(name.name):
        return "hidden-states"
    if TOKENIZER.fullmatch(name.parent.name) and name.suffix in (".json", ".txt"):
        return "tokenizer"
    if suffix in CHECKPOINT_SUFFIXES:
        return "classifier"
    return "pictures" if suffix in SUFFIXES and NAME.fullmatch(name.stem) else ""


def recognise(files: Sequence[File]) -> Files:
    found = defaultdict(list)
    for file in files:
        found[kind_of(file.name)].append(file)
    found["classifier"] = _the_one("checkpoints", "checkpoint.pth", found["classifier"], lambda name: name)
    pictures = _the_one("folders of pictures", "food", found["pictures"], lambda name: name.parent)
    if len(pictures) > MOST_PICTURES:
        raise Refused(
            f"{pictures[0].name.parent}: {len(pictures):,} pictures, more than {MOST_PICTURES:,}; "
            "if this is Food-11, add the folder that holds its training and its validation"
        )
    return found | {"pictures": pictures}


def _the_one(
    what: str, usual: str, files: Sequence[File], place: Callable[[PurePosixPath], PurePosixPath]
) -> list[File]:
    """Those in the only place there is, or in the only one with its usual name."""
    places = dict.fromkeys(place(file.name) for file in files)
    names = [name for name in places if name.name == usual] or list(places)
    if len(names) > 1:
        listed = ", ".join(str(name) for name in names[:3]) + (" and more" if len(names) > 3 else "")
        raise Refused(f"{len(names)} {what}: {listed}; add the one you mean")
    return [file for file in files if place(file.name) in names]


# -- what each becomes: in a folder of the cache, with a line on it and rows on what was left out ----------------------


def slim_checkpoint(found: Files, folder: Path) -> tuple[str, list[Row]]:
    """The weights alone: two thirds of the course's file are the optimizer's."""
    checkpoint = found["classifier"][-1]  # a ZIP may hold a name twice
    try:
        model = load_classifier(checkpoint.path)
    except ValueError as problem:
        raise Refused(str(problem).replace(str(checkpoint.path), str(checkpoint.name))) from None
    (folder / "food_cnn.safetensors").write_bytes(save(model.state_dict()))  # save_file has errors of its own
    return f"width {model.cnn[0].out_channels}, {model.fc[3].out_features} classes", []


def copy_pictures(found: Files, folder: Path) -> tuple[str, list[Row]]:
    rows = []
    for file in found["pictures"]:
        copy = folder / file.name.name
        shutil.copyfile(file.path, copy)
        try:
            load_picture(copy)
        except ValueError as problem:
            copy.unlink()
            reason = str(problem).replace(str(copy), file.name.name)
            rows.append(Row(str(file.name), "pictures", reason, "left out"))
    return f"{_kept(found['pictures'], rows)} pictures", rows


def convert_states(found: Files, folder: Path) -> tuple[str, list[Row]]:
    """Each a tuple of 13 tensors (1,T,768), pickled; kept as one tensor (13,T,768)."""
    from hw9_xai.instructor.files.states import read_states  # transformers takes seconds to import

    rows = []
    for file in found["hidden-states"]:
        try:
            states = read_states(file.path, str(file.name))
        except ValueError as problem:
            rows.append(Row(str(file.name), "hidden-states", str(problem), "left out"))
        else:
            (folder / f"{file.name.name}.safetensors").write_bytes(save({"states": states}))
    for file in found["tokenizer"]:
        (folder / file.name.parent.name.lower()).mkdir(exist_ok=True)
        shutil.copyfile(file.path, folder / file.name.parent.name.lower() / file.name.name)
    return f"{_kept(found['hidden-states'], rows)} texts through a BERT", rows


def _kept(files: Sequence[File], left_out: Sequence[Row]) -> int:
    if len(left_out) == len(files):
        raise Refused(left_out[0].what)
    return len(files) - len(left_out)


KEEPERS = {  # and what to do with what they keep
    "classifier": (slim_checkpoint, USE), "pictures": (copy_pictures, USE), "hidden-states": (convert_states, LOOK),
}  # fmt: skip


# -- a data set --------------------------------------------------------------------------------------------------------


def food_11(path: Path, files: Sequence[File]) -> tuple[Asset, Row] | None:
    """It stays where it is: it is large, and may not be handed on. None if there is no part to train on.

    The course's 2021 edition kept pictures without a label beside training/labeled: they are passed over.
    """
    counts: Counter[tuple[str, Path]] = Counter()
    for file in files:
        above = [part.lower() for part in file.name.parts[:-1]]
        at = next((i for i, part in enumerate(above) if i and part in SPLITS), None)
        if at is None or "unlabeled" in above or file.name.suffix.lower() not in SUFFIXES:
            continue
        labelled = above[at + 1 : at + 2] == ["labeled"]
        counts[above[at], file.path.parents[len(above) - 1 - at - labelled]] += 1
    parts = {name: (folder, pictures) for (name, folder), pictures in counts.items()}
    training, validation = ([parts[name][0] for name in names if name in parts] for names in (TRAINING, VALIDATION))
    if not training:
        return None
    what = ", ".join(f"{pictures:,} {name}" for name, (_, pictures) in parts.items()) + "; not copied"
    sizes = [file.path.stat().st_size for file in files]
    names = "\n".join(f"{file.name} {size}" for file, size in zip(files, sizes, strict=True))
    asset = Asset(path.name, what, str(path), hashlib.sha256(names.encode()).hexdigest(), sum(sizes))
    given = " --validation ".join(shlex.quote(str(folder)) for folder in (training[0], *validation[:1]))
    then = f"train on it, in a clone of the repository: python -m checkpoints.make.train_classifier {given} {RECIPE}"
    return asset, Row(f"{path.name}/", "food-11", what, "", then)
