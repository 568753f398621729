"""Explaining photos from the command line: one, or a folder of thousands."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
import torch
from matplotlib import style
from matplotlib.figure import Figure
from torch import Tensor, nn
from tqdm import tqdm

from hw9_xai.cnn.classifier import CLASSES, FoodCNN, load_classifier
from hw9_xai.cnn.gradcam import gradcam
from hw9_xai.cnn.integrated_gradients import integrated_gradients
from hw9_xai.cnn.lime import lime
from hw9_xai.cnn.normalize import normalize
from hw9_xai.cnn.occlusion import occlusion
from hw9_xai.cnn.pictures import OF_ANOTHER, SUFFIXES, load_picture
from hw9_xai.cnn.predict import predict
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.shapley import shapley
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.output import is_ours, printable, write
from hw9_xai.pages.picture.explorer import explore_picture
from hw9_xai.progress import no_bars

Method = Callable[[nn.Module, Tensor, Tensor, int], Tensor]  # model, images, labels, seed -> (N,3,H,W) to be shown


def _grey(maps: Tensor) -> Tensor:  # (N,H,W) -> (N,3,H,W)
    return normalize(maps)[:, None].expand(-1, 3, -1, -1)


METHODS: dict[str, Method] = {
    "lime": lambda model, images, labels, seed: torch.stack(
        [explanation.overlay() for explanation in lime(model, images, labels, seed=seed)]
    ),
    "saliency": lambda model, images, labels, seed: _grey(saliency(model, images, labels)),
    "shapley": lambda model, images, labels, seed: torch.stack(
        [explanation.overlay() for explanation in shapley(model, images, labels, seed=seed)]
    ),
    "gradcam": lambda model, images, labels, seed: _grey(gradcam(model, images, labels)),
    "occlusion": lambda model, images, labels, seed: _grey(occlusion(model, images, labels).clamp_min(0)),
    "smoothgrad": lambda model, images, labels, seed: _grey(
        smoothgrad(model, images, labels, samples=200, seed=seed).mean(1)
    ),
    "integrated_gradients": lambda model, images, labels, seed: _grey(
        integrated_gradients(model, images, labels)[0].sum(1).abs()
    ),
}


def find_photos(source: Path) -> list[Path]:
    """The photo, or every photo under the folder; explanations that were written there, and masks, are none."""
    if source.is_file():
        return [source]
    pictures = (path for path in source.rglob("*") if path.suffix.lower() in SUFFIXES)
    photos = sorted(path for path in pictures if not OF_ANOTHER.fullmatch(path.name) and not is_ours(path))
    if not photos:
        expected = f"a picture or a folder with some ({', '.join(sorted(SUFFIXES))})"
        raise ValueError(f"{source}: expected {expected}, got none")
    return photos


def classifier(checkpoint: Path | None) -> FoodCNN:
    model = load_classifier(checkpoint)
    if (classes := model.fc[3].out_features) != len(CLASSES):
        raise ValueError(f"--checkpoint: expected a classifier of the {len(CLASSES)} classes, got one of {classes}")
    return model


def explain_photo(photo: Path, out: Path, method: str, label: str | None, model: FoodCNN, seed: int) -> str:
    """Write the photo beside its explanation; return in one line what was explained.

    Without a label the model's own answer is explained, and the line says so.
    """
    image = load_picture(photo)[None]
    with torch.no_grad():
        p = model(image).softmax(1)[0]
    number = CLASSES.index(label) if label else int(p.argmax())
    shown = METHODS[method](model, image, torch.tensor([number]), seed)
    line = f"{CLASSES[number]}, p {p[number]:.2f}" + ("" if label else " (the model's own answer)")
    drawn = BytesIO()
    with style.context(["default", {"text.parse_math": False}]):  # not as a matplotlibrc beside the photos has it
        figure = Figure(figsize=(5.2, 2.9), dpi=120, layout="constrained")
        both = figure.subplots(1, 2, squeeze=False)[0]
        for axes, picture, title in zip(both, (image[0], shown[0]), (printable(photo.name), method), strict=True):
            axes.imshow(picture.permute(1, 2, 0).clamp(0, 1).numpy())
            axes.set_title(title, fontsize=9)
            axes.set_axis_off()
        figure.supxlabel(line, fontsize=9)
        figure.savefig(drawn, format="png")
    write(out, drawn.getvalue())
    return line


def write_page(photos: list[Path], out: Path, label: str | None, model: FoodCNN, seed: int) -> Path:
    """One page with every method over every photo. Without a label the model's own answers are explained."""
    images = torch.stack([load_picture(photo) for photo in photos])
    answers = predict(model, images).argmax(1)
    labels = torch.full_like(answers, CLASSES.index(label)) if label else answers
    return explore_picture(model, images, labels, titles=[photo.name for photo in photos], seed=seed).save(out)


def explain_folder(
    folder: Path, out: Path, method: str, label: str | None, model: FoodCNN, seed: int, jobs: int
) -> tuple[int, int, list[str]]:
    """Explain every photo of a folder that has no explanation in `out` yet, in `jobs` processes.

    Returns how many were explained, how many were there already, and what could not be read. The work is handed out by
    joblib: inside `with joblib.parallel_config(backend="dask")` a cluster does it.
    """
    places = {photo: out / f"{photo.relative_to(folder)}.{method}.png" for photo in find_photos(folder)}
    open_ones = [photo for photo, place in places.items() if not place.exists()]
    work = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(
        joblib.delayed(_try)(photo, places[photo], method, label, model, seed) for photo in open_ones
    )
    problems = [problem for problem in tqdm(work, total=len(open_ones), desc=method, unit=" photos") if problem]
    return len(open_ones) - len(problems), len(places) - len(open_ones), sorted(problems)


def _try(photo: Path, *rest: Any) -> str | None:
    try:
        with no_bars():  # within the folder's
            explain_photo(photo, *rest)
    except (ValueError, OSError) as problem:  # one broken photo among thousands must not stop the others
        return str(problem)
    return None
