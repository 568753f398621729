"""Where files are: the kit's own, and the originals that a user added to a cache with `hw9-xai assets add`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
KIT = PACKAGE / "kit" if (PACKAGE / "kit").is_dir() else PACKAGE.parent  # in a wheel, and in the repository
CHECKPOINTS = KIT / "checkpoints"
DATA = KIT / "data"

KIT_CLASSIFIERS = ("food_cnn", "food_cnn_plain")
KIT_BERTS = ("kit-en", "kit-qa", "kit-zh")
EDITIONS = ("kit", "course")
CACHE_VARIABLE = "HW9_XAI_CACHE"


@dataclass(frozen=True)
class Asset:
    """One thing that was added."""

    source: str  # the file or folder it came from
    what: str  # such as "width 128, 11 classes"
    place: str  # a folder under the cache; Food-11 stays where it lies
    sha256: str
    bytes: int

    @property
    def folder(self) -> Path:
        return cache_folder() / self.place


@dataclass(frozen=True)
class Shelf:
    """What was added, by kind: classifier, pictures, hidden-states, food-11, book:NAME; and which edition is in use."""

    use: str = "kit"
    assets: dict[str, Asset] = field(default_factory=dict)


def cache_folder() -> Path:
    """HW9_XAI_CACHE, or where this platform keeps caches."""
    if named := os.environ.get(CACHE_VARIABLE):
        return at_home(named)
    from platformdirs import user_cache_path

    return user_cache_path("hw9-xai", appauthor=False)


def at_home(path: str | Path) -> Path:
    """What begins with ~ lies in a person's own folder, or in that of the person who is named."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise ValueError(f"{path}: expected ~ or the name of somebody who has a folder here, got another") from None


def shelf_file() -> Path:
    return cache_folder() / "assets.json"


def read_shelf() -> Shelf:
    try:
        text = shelf_file().read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Shelf()
    try:
        content = json.loads(text)
        if content["use"] not in EDITIONS:
            raise ValueError(content["use"])
        return Shelf(content["use"], {kind: Asset(**entry) for kind, entry in content["assets"].items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{shelf_file()}: damaged; delete this file, and add your files again") from None


def classifier_file(plain: bool = False) -> Path:
    """What load_classifier() reads. The course's own is plain anyway."""
    return _in_use("classifier", "food_cnn.safetensors") or CHECKPOINTS / f"{KIT_CLASSIFIERS[plain]}.safetensors"


def pictures_folder() -> Path:
    """What load_pictures() reads."""
    return _in_use("pictures", "") or DATA / "pictures"


def edition_in_use() -> str:
    """Which questions are asked: they follow the pictures."""
    shelf = read_shelf()
    return "course" if shelf.use == "course" and "pictures" in shelf.assets else "kit"


def added(kind: str) -> Asset:
    """What was added of this kind, whichever edition is in use."""
    assets = read_shelf().assets
    if kind not in assets:
        there = f"; there is {', '.join(assets)}" if assets else ""
        raise FileNotFoundError(f"no {kind} was added{there}; hw9-xai assets add FILE adds it")
    return assets[kind]


def _in_use(kind: str, name: str) -> Path | None:
    shelf = read_shelf()
    if shelf.use == "kit" or kind not in shelf.assets:
        return None
    path = shelf.assets[kind].folder / name
    if not path.exists():
        raise FileNotFoundError(
            f"{path} is gone: hw9-xai assets add it again, or go back to the kit's with hw9-xai assets use kit"
        )
    return path
