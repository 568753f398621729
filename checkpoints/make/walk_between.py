"""Weights between two classifiers: python -m checkpoints.make.walk_between PLAIN WITHSTANDS OUT SHARE [SHARE ...]

The second was trained from the first to withstand changes; SHARE 0 is the first, 1 the second. As it began there
and batch norms kept their statistics, the straight line stays among good networks (Wortsman et al. 2022,
arXiv:2109.01903): most of its readability, most of the other's accuracy. Prints both for all shares, writes the last.
PLAIN and WITHSTANDS are weights with the cards that train_classifier wrote beside them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

import hw9_xai as xai
from checkpoints.make.train_classifier import write
from hw9_xai import trust
from hw9_xai.assets import DATA
from hw9_xai.cnn.parts import SURROUNDINGS, food_mask


def main() -> None:
    start, end, out, *shares = sys.argv[1:]
    plain, withstands = load_file(start), load_file(end)
    cards = {Path(file).stem: json.loads(Path(file).with_suffix(".json").read_text()) for file in (start, end)}
    validation, pictures = xai.load_pictures(DATA / "validation"), xai.load_pictures()
    for share in map(float, shares):
        between = {key: torch.lerp(tensor, withstands[key], share) if tensor.is_floating_point() else tensor
                   for key, tensor in plain.items()}  # fmt: skip
        model = xai.load_classifier(start)
        model.load_state_dict(between)
        about = {"plan": {"share": share, **{name: card["plan"] for name, card in cards.items()}}}
        about |= {name: cards[Path(end).stem][name] for name in ("training_data", "validation_data", "history")}
        write(model, Path(out), (validation.images * 255).round().byte(), validation.labels, about)
        for name, of, every in (("validation", validation, 4), ("the ten", pictures, 1)):
            right = (xai.predict(model, of.images).argmax(1) == of.labels).float().mean()
            seen = [i for i in range(0, len(of), every) if of.masks[i].keys() - SURROUNDINGS]
            maps = xai.saliency(model, of.images[seen], of.labels[seen], of="score")
            mass = [trust.mass_over_area(map, food_mask(of.masks[i])) for map, i in zip(maps, seen, strict=True)]
            print(f"{share:.2f} {name}: {right:.3f} right, mass over area {sum(mass) / len(mass):.2f}", flush=True)


if __name__ == "__main__":
    main()
