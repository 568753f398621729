"""Pictures with their class and, where it is known, the exact mask of every part."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn

from hw9_xai.arguments import whole_number
from hw9_xai.assets import pictures_folder
from hw9_xai.cnn.classifier import CLASSES, SIDE

MOST_PIXELS = 100_000_000
PIXELS_SHOWN = 1_600  # of a photo's longer side, where it is drawn
SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp"}
Developed = TypeVar("Developed")
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP")  # of these suffixes, and none that starts another program
NAME = re.compile(r"(\d{1,9})_(\d{1,9})")  # <class>_<number>
OF_ANOTHER = re.compile(rf"{NAME.pattern}\..*\..*")  # 0_0.parts.png and 0_0.without_fork.png: no pictures of their own


@dataclass(frozen=True)
class Pictures:
    """Pictures, the class of each and, where it is known, the exact mask of every part.

    >>> pictures = load_pictures()
    >>> len(pictures), pictures.titles[9], pictures.labels[9]
    (10, '9 · Soup', tensor(9))
    """

    images: Tensor  # (N,3,128,128) in [0, 1]
    labels: Tensor  # (N,) class numbers
    names: list[str]  # file names
    masks: list[dict[str, Tensor]]  # for each picture (128,128) bool by part: disjoint, together the whole picture
    problems: list[str]  # what was left out and why, one sentence each
    all_classes: tuple[str, ...] = CLASSES

    def __len__(self) -> int:
        return len(self.names)

    @property
    def classes(self) -> list[str]:
        known = dict(enumerate(self.all_classes))
        return [known.get(label, f"class {label}") for label in self.labels.tolist()]

    @property
    def titles(self) -> list[str]:  # as "0 · Bread"
        return [f"{number} · {name}" for number, name in enumerate(self.classes)]


def load_pictures(folder: str | Path | None = None, *, skip_broken: bool = False) -> Pictures:
    """The ten pictures in use (the kit's, unless `hw9-xai assets use course` chose others), or every
    `<class>_<number>` picture of a folder, ordered by class and number.

    Each is turned upright, made RGB, and resized to 128x128 without keeping its proportions, as the homework did.
    A file that cannot be used is an error that names it; with `skip_broken` it is left out and listed in `.problems`.

    >>> pictures = load_pictures()
    >>> pictures.images.shape, pictures.classes[9]
    (torch.Size([10, 3, 128, 128]), 'Soup')
    """
    folder = pictures_folder() if folder is None else Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"folder: no folder of pictures at {folder}")
    parts = _read_parts(folder / "parts.json")
    loaded, problems = [], []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.suffix.lower() not in SUFFIXES or OF_ANOTHER.fullmatch(path.name) or not path.is_file():
            continue
        try:
            if not (match := NAME.fullmatch(path.stem)):
                raise ValueError(f"{path}: expected a name like 2_7.jpg, <class>_<number>")
            number = int(match[1]), int(match[2])
            loaded.append((*number, path.name, load_picture(path), _masks(path, parts)))
        except ValueError as problem:
            if not skip_broken:
                raise
            problems.append(str(problem))
    if not loaded:
        found = f"; {problems[0]}" if problems else ""
        raise ValueError(f"folder: expected pictures named <class>_<number>.jpg or .png in {folder}, found none{found}")
    loaded.sort(key=lambda entry: entry[:3])
    labels, _, names, images, masks = zip(*loaded, strict=True)
    return Pictures(torch.stack(images), torch.tensor(labels), list(names), list(masks), problems)


def load_picture(path: str | Path, model: nn.Module | None = None) -> Tensor:  # (3,128,128) in [0, 1]
    """One picture of any kind of SUFFIXES, whatever its name: squeezed to 128x128, or cut and resized as a real
    `model` takes it.

    >>> from hw9_xai.assets import DATA
    >>> load_picture(DATA / "pictures" / "9_9.png").shape
    torch.Size([3, 128, 128])
    """
    return _read(path, lambda photo: as_tensor(as_seen(upright(photo), model)))


def load_photo(path: str | Path, model: nn.Module) -> tuple[Tensor, Tensor]:  # (3,h,w), (3,H,W) in [0, 1]
    """A photo as the model takes it, and whole as a person sees it, at most PIXELS_SHOWN wide and high."""

    def both(photo: Image.Image) -> tuple[Tensor, Tensor]:
        photo = upright(photo)
        seen = as_tensor(as_seen(photo, model))
        photo.thumbnail((PIXELS_SHOWN, PIXELS_SHOWN))
        return seen, as_tensor(photo)

    return _read(path, both)


def as_seen(photo: Image.Image, model: nn.Module | None) -> Image.Image:
    side, square = getattr(model, "side", SIDE), getattr(model, "square", None)
    return photo.resize((side, side), Image.Resampling.BILINEAR, square and square(*photo.size))


def as_tensor(photo: Image.Image) -> Tensor:  # (3,H,W) in [0, 1]
    return torch.from_numpy(np.array(photo)).permute(2, 0, 1).float() / 255


def _read(path: str | Path, developed: Callable[[Image.Image], Developed]) -> Developed:
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path: no picture at {path}")
    if path.stat().st_size == 0:
        raise ValueError(f"{path}: the file is empty")
    try:
        with open_picture(path) as picture:
            if picture.width * picture.height > MOST_PIXELS:  # known before a pixel is decoded
                raise ValueError(f"it has {picture.width}x{picture.height} pixels, more than 100 million")
            return developed(picture)
    except Exception as error:  # a decoder may raise anything at a file from a stranger
        reason = (str(error) or type(error).__name__).splitlines()[0].replace(repr(str(path)), "the file")
        raise ValueError(f"{path}: cannot be read as a picture: {reason}") from None


def open_picture(path: Path) -> Image.Image:
    """By what is in it, whatever its name: an EPS that is called 0_0.png would start Ghostscript."""
    return Image.open(path, formats=FORMATS)


def upright(photo: Image.Image) -> Image.Image:  # RGB
    picture = ImageOps.exif_transpose(photo)
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits or more: Pillow would cut off, not scale
        values, top = np.asarray(picture), 65535 if picture.mode.startswith("I") else 1
        grey = np.empty(values.shape, np.uint8)
        for rows in np.array_split(np.arange(len(grey)), -(-grey.size // 2**20)):  # all at once would fill memory
            grey[rows] = (values[rows].astype(np.float64) / top * 255).clip(0, 255).round()
        return Image.fromarray(grey).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        white = Image.new("RGBA", see_through.size, "white")
        return Image.alpha_composite(white, see_through).convert("RGB")
    return picture.convert("RGB")


def _read_parts(path: Path) -> dict[str, dict[str, int]]:  # part numbers by part and picture
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text("utf-8"))["pictures"].items()
        return {name: {part: whole_number(of, part, 0) for part, of in one["parts"].items()} for name, one in entries}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{path}: expected the parts of the pictures as the kit writes them") from None


def _masks(path: Path, parts: dict[str, dict[str, int]]) -> dict[str, Tensor]:
    plan = path.with_name(f"{path.stem}.parts.png")
    if path.stem not in parts or not plan.is_file():
        return {}
    numbers = part_numbers(plan)
    masks = {part: numbers == number for part, number in parts[path.stem].items()}
    return {part: mask for part, mask in masks.items() if mask.any()}


def part_numbers(plan: Path) -> Tensor:  # (128,128)
    def numbers(plan: Image.Image) -> Tensor:
        return torch.from_numpy(np.array(plan.convert("L").resize((SIDE, SIDE), Image.Resampling.NEAREST)))

    return _read(plan, numbers)
