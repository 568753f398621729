"""What each kind of file becomes in the cache: checked, slimmed, and never with code in it."""

from __future__ import annotations

import hashlib
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from hw9_xai.assets import Asset
from hw9_xai.originals.recognition import TRAINING, Part, Recognised
from hw9_xai.originals.unpacking import Found, Refused

USE = "use it: hw9-xai assets use course; is it the course's own? hw9-xai doctor"
THEN = {
    "classifier": USE,
    "pictures": USE,
    "hidden-states": 'look at it: xai.load_hidden_states("model_q1", question, context, answer)',
}
VALIDATION = ("validation", "valid", "val")
RECIPE = "--width 128 --epochs 120 --batch 128 --out food11.safetensors --work food11"


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


@dataclass(frozen=True)
class Prepared:
    asset: Asset
    rows: list[Row]


def slim_checkpoint(found: Recognised, folder: Path) -> tuple[str, list[Row]]:
    """The weights alone: two thirds of the course's file are the optimizer's."""
    from safetensors.torch import save_file

    from hw9_xai.cnn.classifier import load_classifier

    assert found.checkpoint is not None
    try:
        model = load_classifier(found.checkpoint.path)
    except ValueError as problem:
        raise Refused(str(problem).replace(str(found.checkpoint.path), str(found.checkpoint.name))) from None
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "food_cnn.safetensors")
    return f"width {model.cnn[0].out_channels}, {model.fc[3].out_features} classes", []


def copy_pictures(found: Recognised, folder: Path) -> tuple[str, list[Row]]:
    from hw9_xai.cnn.pictures import load_picture

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
    kept = len(found.pictures) - len(rows)
    if not kept:
        raise Refused(rows[0].what)
    return f"{kept} pictures", rows


def convert_states(found: Recognised, folder: Path) -> tuple[str, list[Row]]:
    """Each a tuple of 13 tensors (1,T,768), pickled; kept as one tensor (13,T,768)."""
    from safetensors.torch import save_file

    from hw9_xai.originals.states import read_states

    rows = []
    for file in found.states:
        try:
            states = read_states(file.path, str(file.name))
        except ValueError as problem:
            rows.append(Row(str(file.name), "hidden-states", str(problem), "left out"))
        else:
            save_file({"states": states}, folder / f"{file.name.name}.safetensors")
    if len(rows) == len(found.states):
        raise Refused(rows[0].what)
    for file in found.tokenizer:
        (folder / file.name.parent.name.lower()).mkdir(exist_ok=True)
        shutil.copyfile(file.path, folder / file.name.parent.name.lower() / file.name.name)
    return f"{len(found.states) - len(rows)} texts through a BERT", rows


def food_11(path: Path, parts: dict[str, Part], files: list[Found]) -> Prepared:
    """It stays where it is: it is large, and may not be handed on."""
    names = "\n".join(f"{file.name} {file.path.stat().st_size}" for file in files)
    digest = hashlib.sha256(names.encode()).hexdigest()
    what = ", ".join(f"{part.pictures:,} {name}" for name, part in parts.items()) + "; not copied"
    asset = Asset(path.name, what, str(path), digest, sum(file.path.stat().st_size for file in files))
    validation = next(
        (f" --validation {shlex.quote(str(parts[name].folder))}" for name in VALIDATION if name in parts), ""
    )
    training = shlex.quote(str(next(parts[name].folder for name in TRAINING if name in parts)))
    then = f"train on it: python checkpoints/make/train_classifier.py {training}{validation} {RECIPE}"
    return Prepared(asset, [Row(f"{path.name}/", "food-11", what, "", then)])
