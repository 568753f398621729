"""How often a classifier is right about photos whose classes are known, where it errs, and whether it knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from os.path import abspath, basename, dirname
from pathlib import Path
from typing import NamedTuple

import torch
from scipy.stats import binomtest
from torch import Tensor, nn

from hw9_xai.arguments import class_number, classes_of
from hw9_xai.cnn.pictures import load_picture
from hw9_xai.cnn.predict import confusion, predict
from hw9_xai.progress import progress_bar

BATCH = 32  # photos in memory at a time
BINS = 10
IN_A_PATH = str.maketrans("/-_", "   ")  # Food-11 keeps Noodles/Pasta in Noodles-Pasta, others in noodles_pasta


class Rates(NamedTuple):  # of a class; NaN is a share of none
    photos: int
    recall: float  # the share of its photos that are named right
    answers: int
    precision: float  # the share of the answers naming it that are right


class Bin(NamedTuple):  # of the probability of an answer
    photos: int
    probability: float  # the mean; NaN where there are none
    right: float  # the share


@dataclass(frozen=True)
class Evaluation:
    """What the model answered to each photo, beside its class."""

    classes: Sequence[str]
    paths: list[Path]
    labels: Tensor  # (N,)
    probabilities: Tensor  # (N,classes) float32
    unreadable: list[str]  # one sentence each
    unknown: list[str]  # photos of no known class

    @property
    def right(self) -> Tensor:  # (N,) bool
        return self.probabilities.argmax(1) == self.labels

    @property
    def accuracy(self) -> tuple[float, float, float]:
        """With Wilson's 95 % interval."""
        right, photos = int(self.right.sum()), len(self.labels)
        low, high = binomtest(right, photos).proportion_ci(method="wilson")
        return right / photos, float(low), float(high)

    @property
    def confusion(self) -> Tensor:  # (classes,classes), truth down, answers across
        return confusion(self.probabilities, self.labels)

    @property
    def by_class(self) -> list[Rates]:
        matrix = self.confusion
        counts = zip(matrix.sum(1).tolist(), matrix.sum(0).tolist(), matrix.diagonal().tolist(), strict=True)
        return [Rates(of, right / of if of else nan, to, right / to if to else nan) for of, to, right in counts]

    @property
    def bins(self) -> list[Bin]:
        """Equally wide: above 0 to 0.1, and so on."""
        sure, right = self.probabilities.double().amax(1), self.right.double()
        place = torch.bucketize(sure, torch.linspace(0, 1, BINS + 1, dtype=torch.double)[1:-1])
        inside = [place == number for number in range(BINS)]
        return [Bin(int(one.sum()), float(sure[one].mean()), float(right[one].mean())) for one in inside]

    @property
    def calibration_error(self) -> float:
        """Expected: how far probability and share of the right are apart in a photo's bin, on average."""
        return sum(one.photos * abs(one.probability - one.right) for one in self.bins if one.photos) / len(self.labels)

    def worst(self, most: int) -> list[int]:
        """The wrong answers that the model was surest of."""
        surest = self.probabilities.amax(1).argsort(descending=True, stable=True)
        return surest[~self.right[surest]][:most].tolist()


def evaluate(photos: Sequence[Path], model: nn.Module) -> Evaluation:
    """A photo of no known class, or one that cannot be read, is left out and listed."""
    classes = classes_of(model)
    names = [name.translate(IN_A_PATH) for name in classes]
    labelled, unknown, labels, paths, answers, unreadable = [], [], [], [], [], []
    for photo in photos:
        try:
            labelled.append((photo, class_of(photo, names)))
        except ValueError as problem:
            unknown.append(str(problem))
    for start in progress_bar(range(0, len(labelled), BATCH), desc=f"photos, {BATCH} at a time"):
        images = []
        for photo, label in labelled[start : start + BATCH]:
            try:
                images.append(load_picture(photo, model))
                labels.append(label)
                paths.append(photo)
            except (ValueError, OSError) as problem:
                unreadable.append(str(problem))
        if images:
            answers.append(predict(model, torch.stack(images)).float().softmax(1))
    if not paths:
        raise ValueError(f"FOLDER: expected photos with a class, got none: {(unreadable + unknown)[0]}")
    return Evaluation(classes, paths, torch.tensor(labels), torch.cat(answers), unreadable, unknown)


def class_of(photo: Path, names: Sequence[str]) -> int:
    """By what stands before _<number> in its name, a class number or a name, or else by its folder's name."""
    before = re.findall(r"(?s)\A(.+)_\d+\Z", photo.stem)  # one, or none
    if before and before[0].isdecimal() and int(before[0]) < len(names):
        return int(before[0])
    for said in [*before, basename(dirname(abspath(photo)))]:
        with suppress(ValueError):
            return class_number(said.translate(IN_A_PATH), names)
    raise ValueError(f"{photo}: expected <class>_<number> as its name, or its class as its folder's, got neither")
