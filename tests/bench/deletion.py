"""python -m tests.bench.deletion: what is lost of a real network's answer when the tenth of the picture goes that a
method calls most relevant, beside controls. Ten crops of each photograph: half an hour on one core.

The methods as they sit the exam. What goes takes the crop's mean colour, as in trust.deletion, or that of its blur, as
in trust.insertion. Scattered holes hurt a network far more than one hole of the same area does, whatever they show: so
a tenth is one square, or whole superpixels, ranked by the mean of the map in them, and controls have the same shape. In
single pixels only a method's own set, moved elsewhere, has its shape.

Of the score, a square takes more by every method than at random or by edges (95 % over 60 crops) but for input ×
gradient. That fell short: single pixels by the saliency of one gradient take no more than random ones. Superpixels take
more than by edges only where LIME, Shapley and SmoothGrad choose them: on these photographs, edges tell the object. Of
the probability, and over photographs drawn anew (six are few), only some leads over edges hold.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import skimage.data
import torch
from PIL import Image
from torch import Tensor, nn

from hw9_xai import load_classifier, trust
from hw9_xai.arguments import class_number
from hw9_xai.cnn.pictures import as_tensor
from hw9_xai.cnn.predict import predict
from hw9_xai.cnn.superpixels import hide_everything, segment
from hw9_xai.progress import no_bars
from hw9_xai.trust.methods import Method

# What scikit-image brings along. ImageNet has no astronaut: one of the network's guesses stands in.
PHOTOS = {
    "coffee": "espresso", "chelsea": "tiger cat", "rocket": "missile", "stereo_motorcycle": "moped",
    "camera": "tripod", "astronaut": "football helmet",
}  # fmt: skip
CONTROLS = {
    "square": ("random", "edges"),
    "superpixels": ("random", "edges"),
    "pixels": ("random", "edges", "moved"),
}
HIDES = ("mean", "blur")
DRAWS = 8  # of each control that is drawn
Lost = dict[str, tuple[float, float]]  # method or control -> of the score, of the probability
Row = dict[str, Lost]  # "square, mean" -> what is lost


@cache
def photo(name: str) -> Image.Image:
    found = getattr(skimage.data, name)()
    return Image.fromarray(found[0] if isinstance(found, tuple) else found).convert("RGB")


def crops(picture: Image.Image, count: int, side: int, seed: int = 0) -> Tensor:  # (count,3,side,side)
    """Squares of 75 to 100 % of the shorter side, anywhere in it."""
    found, most = [], min(picture.size)
    for size, x, y in torch.rand(count, 3, generator=torch.Generator().manual_seed(seed)).tolist():
        edge = most * (0.75 + 0.25 * size)
        left, top = x * (picture.width - edge), y * (picture.height - edge)
        found.append(as_tensor(picture.resize((side, side), 2, (left, top, left + edge, top + edge))))
    return torch.stack(found)


def top_tenth(map: Tensor, dice: torch.Generator) -> Tensor:  # (H,W) bool; equals in an order by chance
    shuffled = torch.randperm(map.numel(), generator=dice)
    chosen = torch.zeros(map.numel(), dtype=torch.bool)
    chosen[shuffled[map.flatten()[shuffled].argsort(descending=True, stable=True)][: map.numel() // 10]] = True
    return chosen.reshape(map.shape)


def best_square(map: Tensor) -> Tensor:  # (H,W) bool
    """The square of a tenth of the area in which the map's mean is highest."""
    edge = round((map.numel() / 10) ** 0.5)
    means = nn.functional.avg_pool2d(map[None, None].double(), edge, 1)[0, 0]
    row, column = divmod(int(means.argmax()), means.shape[1])
    return square(map, row, column, edge)


def square(map: Tensor, row: int, column: int, edge: int) -> Tensor:
    chosen = torch.zeros(map.shape, dtype=torch.bool)
    chosen[row : row + edge, column : column + edge] = True
    return chosen


def best_pieces(map: Tensor, pieces: Tensor) -> Tensor:  # (H,W) bool
    """Whole superpixels, those of the highest means first, until a tenth of the area is reached."""
    areas = pieces.flatten().bincount()
    means = torch.zeros(len(areas), dtype=torch.double).index_add_(0, pieces.flatten(), map.flatten().double()) / areas
    order = means.argsort(descending=True, stable=True)
    enough = int((areas[order].cumsum(0) < map.numel() / 10).sum()) + 1
    return torch.isin(pieces, order[:enough])


def sets_of(image: Tensor, maps: Mapping[str, Tensor], shape: str, dice: torch.Generator) -> dict[str, list[Tensor]]:
    """By method and by control: the pixels that go, (H,W) bool, once or as often as they are drawn."""
    maps, size = {**maps, "edges": trust.edges(image[None])[0]}, image.shape[1:]
    noise = [torch.rand(size, generator=dice) for _ in range(DRAWS)]
    if shape == "square":
        edge = round((size[0] * size[1] / 10) ** 0.5)
        places = (torch.rand(DRAWS, 2, generator=dice) * (torch.tensor(size) - edge + 1)).long().tolist()
        drawn = [square(noise[0], row, column, edge) for row, column in places]
        return {name: [best_square(map)] for name, map in maps.items()} | {"random": drawn}
    if shape == "superpixels":
        pieces = segment(image, 40)
        colours = torch.rand(DRAWS, int(pieces.max()) + 1, generator=dice)
        drawn = [best_pieces(by_piece[pieces], pieces) for by_piece in colours]
        return {name: [best_pieces(map, pieces)] for name, map in maps.items()} | {"random": drawn}
    chosen = {name: top_tenth(map, dice) for name, map in maps.items()}
    steps = torch.randint(size[0] // 4, size[0] * 3 // 4, (DRAWS, 2), generator=dice).tolist()
    moved = {f"{name} moved": [one.roll(step, (0, 1)) for step in steps] for name, one in chosen.items()}
    return {name: [one] for name, one in chosen.items()} | moved | {"random": [top_tenth(one, dice) for one in noise]}


def lost(
    model: nn.Module, image: Tensor, label: int, methods: Mapping[str, Method],
    shapes: Iterable[str] = CONTROLS, hides: Iterable[str] = HIDES, seed: int = 0,
) -> Row:  # fmt: skip
    """What each deletion takes from the label's score and from its probability; of draws, the mean."""
    maps = {}
    for name, method in methods.items():
        drawn = {"seed": seed} if "seed" in inspect.signature(method).parameters else {}
        maps[name] = method(model, image[None], torch.tensor([label]), **drawn)[0].detach()
    whole, found = answers(model, image[None], label)[0], {}
    everywhere = torch.zeros(image.shape[1:], dtype=torch.long)
    for shape in shapes:
        sets = sets_of(image, maps, shape, torch.Generator().manual_seed(seed))
        for hide in hides:
            blank = hide_everything(image, everywhere, hide)
            left = {
                name: answers(model, torch.where(torch.stack(masks)[:, None], blank, image), label)
                for name, masks in sets.items()
            }
            found[f"{shape}, {hide}"] = {name: tuple((whole - one).mean(0).tolist()) for name, one in left.items()}
    return found


def answers(model: nn.Module, images: Tensor, label: int) -> Tensor:  # (N,2) score, probability
    logits = predict(model, images, label)
    return torch.stack([logits[:, label], logits.softmax(1)[:, label]], 1)


def measured(
    model: nn.Module, photos: Mapping[str, str], count: int, methods: Mapping[str, Method], **how: Iterable[str]
) -> Iterator[tuple[str, Row]]:  # photo, one crop
    with no_bars():
        for name, label in photos.items():
            for number, image in enumerate(crops(photo(name), count, model.side)):
                yield name, lost(model, image, class_number(label, model.classes), methods, seed=number, **how)


def leads(
    rows: Iterable[tuple[str, Row]], kind: str, of: int
) -> dict[str, dict[str, trust.Interval]]:  # method -> what it takes "itself", and its lead over each control
    cases, controls = [row[kind] for _, row in rows], CONTROLS[kind.split(",")[0]]
    values = {name: torch.tensor([case[name][of] for case in cases], dtype=torch.double) for name in cases[0]}
    table = {}
    for name, own in values.items():
        if name not in controls and not name.endswith(" moved"):
            over = {control: values[f"{name} moved" if control == "moved" else control] for control in controls}
            table[name] = {"itself": own} | {f"over {control}": own - other for control, other in over.items()}
    return {name: {what: trust.bootstrap(row) for what, row in found.items()} for name, found in table.items()}


def main(count: int, kept: Path | None) -> None:
    rows = []
    for row in measured(load_classifier("efficientnet_lite0"), PHOTOS, count, trust.METHODS):
        rows.append(row)
        if kept:
            kept.write_text(json.dumps(rows))
    for kind in rows[0][1]:
        for of, unit in enumerate(("score", "probability")):
            table = leads(rows, kind, of)
            print(f"\n{unit} lost: {kind}")
            print(" " * 22 + "".join(f"{what:>24}" for what in next(iter(table.values()))))
            for method, row in table.items():
                print(f"{method:22}" + "".join(f"{interval!s:>24}" for interval in row.values()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
