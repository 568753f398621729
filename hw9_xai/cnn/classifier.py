"""The homework's food classifier, at any width."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from hw9_xai.assets import classifier_file
from hw9_xai.real import load_real
from hw9_xai.tensors import read_tensors

CLASSES = (
    "Bread", "Dairy product", "Dessert", "Egg", "Fried food", "Meat",
    "Noodles/Pasta", "Rice", "Seafood", "Soup", "Vegetable/Fruit",
)  # fmt: skip
SUFFIXES = (".pth", ".pt", ".bin", ".safetensors")
SIDE = 128  # pictures are SIDE x SIDE; five poolings leave SIDE / 32 = 4


class FoodCNN(nn.Module):
    """Five stages of (convolution, batch norm, ReLU) x n and a pooling, then two linear layers.

    `cnn` is one flat Sequential of 38 modules: its indices are the `cnnid` of the questions.
    Width 128 is the homework's network; width 32 is the kit's.

    >>> logits = FoodCNN(width=8)(torch.rand(2, 3, 128, 128))
    >>> logits.shape
    torch.Size([2, 11])
    """

    is_plain = True  # `forward` only runs the modules, so that a fast copy may run instead: see network.py

    def __init__(self, width: int = 128, classes: int = 11) -> None:
        super().__init__()
        self.classes = CLASSES if classes == len(CLASSES) else tuple(f"class {number}" for number in range(classes))
        stages = [(3, width), (3, width), (3, 2 * width), (1, 4 * width), (1, 4 * width)]
        modules: list[nn.Module] = []
        channels = 3
        for convolutions, out in stages:
            for _ in range(convolutions):
                modules += [nn.Conv2d(channels, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU()]
                channels = out
            modules.append(nn.MaxPool2d(2))
        self.cnn = nn.Sequential(*modules)
        flat, hidden = channels * (SIDE // 32) ** 2, 8 * width
        self.fc = nn.Sequential(nn.Linear(flat, hidden), nn.ReLU(), nn.Dropout(0.3), nn.Linear(hidden, classes))

    def forward(self, images: Tensor) -> Tensor:  # (N,3,128,128) pixels in [0,1] -> (N,classes) logits
        if images.shape[1:] != (3, SIDE, SIDE):
            raise ValueError(f"images: FoodCNN expects shape (N, 3, {SIDE}, {SIDE}), got {tuple(images.shape)}")
        return self.fc(self.cnn(images).flatten(1))


def load_classifier(name: str | Path | None = None) -> Any:
    """The classifier in use (the kit's, unless `hw9-xai assets use course` chose another), in eval mode.

    The kit's has learnt to withstand small changes of its pictures; "plain" is the kit's other one, which has
    not, or the course's own where that is in use. A file is a FoodCNN: the course's checkpoint.pth, a plain state
    dict, or safetensors; its width and its number of classes are read off the weights.

    Any other name is a real network, a RealClassifier: "efficientnet_lite0" (from hw9-xai[real]), one of
    torchvision such as "resnet50", or a classifier of the hub, such as "google/vit-base-patch16-224", or its folder.

    >>> model = load_classifier()
    >>> model.training, model.classes[9]
    (False, 'Soup')
    """
    if name in (None, "plain"):
        return _food_cnn(classifier_file(plain=name == "plain"))
    if Path(name).is_file() or Path(name).suffix in SUFFIXES or (isinstance(name, Path) and not name.is_dir()):
        return _food_cnn(Path(name))
    return load_real(str(name))


def _food_cnn(path: Path) -> FoodCNN:
    state = read_tensors(path)
    try:
        width, classes = state["cnn.0.weight"].shape[0], state["fc.3.bias"].shape[0]
    except (KeyError, IndexError):
        raise ValueError(f"{path}: no FoodCNN has these keys: {_some(state)}") from None
    with torch.device("meta"):  # no memory, no random numbers: only the shapes to compare with
        model = FoodCNN(width, classes)
    expected = model.state_dict()
    if missing := expected.keys() - state.keys():
        raise ValueError(f"{path}: these keys of FoodCNN are missing: {_some(missing)}")
    if unknown := state.keys() - expected.keys():
        raise ValueError(f"{path}: these keys do not belong to FoodCNN: {_some(unknown)}")
    for key, tensor in expected.items():
        if state[key].shape != tensor.shape:
            shapes = f"{tuple(state[key].shape)}, expected {tuple(tensor.shape)} at width {width}"
            raise ValueError(f"{path}: {key} has shape {shapes}")
        if state[key].is_floating_point() != tensor.is_floating_point():
            raise ValueError(f"{path}: {key} holds {state[key].dtype}, expected {tensor.dtype}")
        state[key] = state[key].to(tensor.dtype)
    model.load_state_dict(state, assign=True)
    return model.requires_grad_().eval()


def _some(keys: Iterable[object]) -> str:
    names = sorted(map(str, keys))
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "") or "none"
