"""Explaining photos from the command line: one, or a folder of thousands."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
import torch
from matplotlib import style
from torch import Tensor, nn
from torch.nn.functional import interpolate
from tqdm import tqdm

from hw9_xai.arguments import class_number, classes_of
from hw9_xai.cnn.gradcam import gradcam
from hw9_xai.cnn.integrated_gradients import integrated_gradients
from hw9_xai.cnn.lime import lime
from hw9_xai.cnn.occlusion import occlusion
from hw9_xai.cnn.pictures import OF_ANOTHER, SUFFIXES, load_photo, load_picture
from hw9_xai.cnn.predict import predict
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.shapley import shapley
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.output import is_ours, printable, write
from hw9_xai.pages.picture.explorer import explore_picture
from hw9_xai.plots import images as plots
from hw9_xai.progress import no_bars

Method = Callable[..., Tensor]  # model, images, label, and by their names seed and precision -> (N,H,W)
METHODS: dict[str, Method] = {
    "lime": lambda *what, **how: torch.stack([explanation.heatmap() for explanation in lime(*what, **how)]),
    "saliency": lambda model, images, label, **_: saliency(model, images, label),
    "shapley": lambda *what, **how: torch.stack([explanation.heatmap() for explanation in shapley(*what, **how)]),
    "gradcam": lambda model, images, label, **_: gradcam(model, images, label),
    "occlusion": lambda model, images, label, **_: occlusion(model, images, label),
    "smoothgrad": lambda model, images, label, **how: smoothgrad(model, images, label, samples=200, **how).mean(1),
    "integrated_gradients": lambda model, images, label, seed, **how: (
        integrated_gradients(model, images, label, **how)[0].sum(1).abs()
    ),
}
SIGNED = ("lime", "shapley", "occlusion")  # what speaks against the label is below 0
OF_MANY_PASSES = ("lime", "shapley", "smoothgrad", "integrated_gradients")  # which have a `precision`


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


def explain_photo(
    path: Path, out: Path, method: str, label: str | None, model: nn.Module, seed: int, precision: str = "exact"
) -> str:
    """Write the photo beside its explanation, both at its own size; return in one line what was explained.

    Without a label the model's own answer is explained, and the line says so.
    """
    image, photo = (one[None] for one in load_photo(path, model))
    p = predict(model, image).softmax(1)[0]
    names = classes_of(model, len(p))
    number = class_number(label, names) if label else int(p.argmax())
    line = f"{names[number]}, p {p[number]:.2f}" + ("" if label else " (the model's own answer)")
    maps = METHODS[method](model, image, number, seed=seed, precision=precision)
    stretched = getattr(model, "stretched", interpolate)  # a real network sees only the middle
    shown = {method: stretched(maps[:, None], photo.shape[2:], mode="bilinear")[:, 0]}
    drawn = BytesIO()
    with style.context("default"):  # not as a matplotlibrc beside the photos has it
        draw = plots.signed_maps if method in SIGNED else plots.maps
        figure = draw(photo, shown, titles=[printable(path.name)], caption=printable(line), over=True)
        height, width = photo.shape[2:]
        panel = figure.get_figwidth() / 2.2  # a square, in which a wide photo leaves room above and below
        figure.set_figheight(figure.get_figheight() - max(0, 1 - height / width) * panel)
        figure.savefig(drawn, format="png", dpi=max(120, width / panel))
    write(out, drawn.getvalue())
    return line


def write_page(photos: list[Path], out: Path, label: str | None, model: nn.Module, seed: int) -> Path:
    """One page with every method over every photo. Without a label the model's own answers are explained."""
    images = torch.stack([load_picture(photo, model) for photo in photos])
    labels = label or predict(model, images).argmax(1)
    return explore_picture(model, images, labels, titles=[photo.name for photo in photos], seed=seed).save(out)


def explain_folder(
    folder: Path, out: Path, method: str, label: str | None, model: nn.Module, seed: int, jobs: int,
    precision: str = "exact",
) -> tuple[int, int, list[str]]:  # fmt: skip
    """Explain every photo of a folder that has no explanation in `out` yet, in `jobs` processes.

    Returns how many were explained, how many were there already, and what could not be read. The work is handed out by
    joblib: inside `with joblib.parallel_config(backend="dask")` a cluster does it.
    """
    places = {photo: out / f"{photo.relative_to(folder)}.{method}.png" for photo in find_photos(folder)}
    open_ones = [photo for photo, place in places.items() if not place.exists()]
    work = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(
        joblib.delayed(_try)(photo, places[photo], method, label, model, seed, precision) for photo in open_ones
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
