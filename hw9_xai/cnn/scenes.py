"""Scenes of which the truth is known: the exact mask of every part, and the scene rendered again without each part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from hw9_xai.arguments import choice, whole_number
from hw9_xai.assets import DATA
from hw9_xai.cnn.classifier import SIDE
from hw9_xai.cnn.pictures import open_picture, part_numbers
from hw9_xai.cnn.predict import predict

IN_GLASS = ("glass", "jug", "bottle")
FOLDERS = {"validation": DATA / "validation", "pictures": DATA / "pictures"}


@dataclass(frozen=True)
class Scene:
    """One scene. What it holds is read whenever it is asked for: hundreds of scenes fill no memory.

    >>> scene = load_scenes()[120]
    >>> scene.name, scene.label, list(scene.without)
    ('3_0', 3, ['plate', 'egg'])
    """

    name: str  # <class>_<number>
    label: int
    taken_out: tuple[str, ...]  # what each picture of the strip lacks, "plate" or "plate+egg"
    players: tuple[str, ...]  # main parts that were taken out in every combination; of most scenes none
    parts: dict[str, int]  # by their number in the plan
    inside: dict[str, int]  # what stands in clear glass, by its number in the plan without the glass
    strip: Path
    plan: Path

    @property
    def number(self) -> int:  # within its class
        return int(self.name.split("_")[1])

    @property
    def _tiles(self) -> Tensor:  # (1 + taken out,3,H,W)
        with open_picture(self.strip) as strip:
            pixels = torch.from_numpy(np.array(strip.convert("RGB"))).float() / 255  # (tiles * H,W,3)
        return pixels.unflatten(0, (-1, SIDE)).permute(0, 3, 1, 2)

    @property
    def image(self) -> Tensor:  # (3,H,W) in [0, 1]
        return self._tiles[0]

    @property
    def without(self) -> dict[str, Tensor]:  # (3,H,W) by the part that alone is taken out
        named = zip(self.taken_out, self._tiles[1:], strict=True)
        return {part: tile for part, tile in named if "+" not in part or part in self.players}

    @property
    def masks(self) -> dict[str, Tensor]:  # (H,W) bool by part: disjoint, together the whole picture
        """Each pixel belongs to what is seen there; food seen through clear glass to the food."""
        numbers = part_numbers(self.plan)
        masks = {part: numbers == number for part, number in self.parts.items()}
        if self.inside:
            behind = part_numbers(self.strip.with_name(f"{self.strip.stem}.inside.png"))
            glass = torch.stack([mask for part, mask in masks.items() if part in IN_GLASS]).any(0)
            for part, number in self.inside.items():
                seen = glass & (behind == number)
                masks = {other: mask & ~seen for other, mask in masks.items()}
                masks[part] = masks.get(part, torch.zeros_like(seen)) | seen
        return {part: mask for part, mask in masks.items() if mask.any()}

    @property
    def coalitions(self) -> dict[tuple[str, ...], Tensor]:  # (3,H,W) by the players that are there
        """Every combination of the players, from none of them to all."""
        tiles, places = self._tiles, {"": 0} | {name: place for place, name in enumerate(self.taken_out, 1)}
        return {
            tuple(player for player in self.players if player not in gone): tiles[places["+".join(gone)]]
            for count in range(len(self.players), -1, -1)
            for gone in combinations(self.players, count)
        }


def load_scenes(of: str = "validation", *, per_class: int | None = None) -> list[Scene]:
    """The validation scenes, or the ten "pictures"; of each class only the first `per_class`.

    They are in the repository, not in the package: 9 MB of truth that only marking explanations takes.

    >>> scenes = load_scenes(per_class=2)
    >>> len(scenes), scenes[0].image.shape, list(scenes[0].without)
    (22, torch.Size([3, 128, 128]), ['plate', 'toast'])
    """
    plans, folder = FOLDERS[choice(of, "of", tuple(FOLDERS))], DATA / "scenes"
    if not (folder / "scenes.json").is_file():
        raise FileNotFoundError(f"scenes: expected them in {folder}; they come with the repository, not the package")
    listed = json.loads((folder / "scenes.json").read_text("utf-8"))["scenes"]
    parts = json.loads((plans / "parts.json").read_text("utf-8"))["pictures"]
    prefix = "picture_" if of == "pictures" else ""
    chosen = [
        Scene(
            name=name,
            label=int(name.split("_")[0]),
            taken_out=tuple(listed[prefix + name]["without"]),
            players=tuple(listed[prefix + name]["players"]),
            parts=entry["parts"],
            inside=listed[prefix + name].get("inside", {}),
            strip=folder / f"{prefix}{name}.webp",
            plan=plans / f"{name}.parts.png",
        )
        for name, entry in parts.items()
    ]
    if per_class is not None:
        whole_number(per_class, "per_class")
        labels = sorted({scene.label for scene in chosen})
        chosen = [scene for label in labels for scene in [s for s in chosen if s.label == label][:per_class]]
    return chosen


def shapley_of_parts(model: nn.Module, scene: Scene) -> dict[str, float]:
    """What each player truly adds to the label's score, shared out fairly (Shapley 1953): the mean of what it adds to
    the others over all orders in which they could come. Exact, as every combination was rendered.

    >>> scene = next(scene for scene in load_scenes() if scene.players)
    >>> shares = shapley_of_parts(FoodCNN(width=8).eval(), scene)
    >>> list(shares) == list(scene.players)
    True
    """
    pictures, count = scene.coalitions, len(scene.players)
    weight = next(model.parameters(), scene.image)
    scores = predict(model, torch.stack([*pictures.values()]).to(weight))[:, scene.label].tolist()
    value = dict(zip(pictures, scores, strict=True))
    shares = dict.fromkeys(scene.players, 0.0)
    for there in pictures:
        for player in set(scene.players) - set(there):
            joined = tuple(one for one in scene.players if one in there or one == player)
            orders = factorial(len(there)) * factorial(count - len(there) - 1) / factorial(count)
            shares[player] += orders * (value[joined] - value[there])
    return shares
