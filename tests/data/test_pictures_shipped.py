"""The shipped pictures are what their card says: classes, sizes, hashes, masks, and scenes with a part taken out."""

import hashlib
import json

import numpy as np
import pytest
import torch
from PIL import Image

from hw9_xai import load_pictures
from hw9_xai.assets import DATA
from hw9_xai.cnn.pictures import load_picture

MAIN_PARTS = {
    "0_0": {"pizza", "plate", "fork", "knife"},
    "1_1": {"butter", "background"},
    "1_2": {"jug", "strawberries", "background", "shadow"},
    "2_3": {"cake", "plate", "fork", "table"},
    "2_4": {"waffle", "plate"},
    "3_5": {"egg", "toast"},
    "5_6": {"steak", "fries", "plate"},
    "6_7": {"noodles", "egg", "vegetable", "sausage", "plate"},
    "8_8": {"salmon", "plate", "chopsticks", "table"},
    "9_9": {"soup", "bowl", "table"},
}


@pytest.fixture(scope="module")
def pictures():
    return load_pictures()


@pytest.fixture(scope="module")
def validation():
    return load_pictures(DATA / "validation")


def test_the_ten_scenes_in_the_homeworks_order(pictures):
    assert pictures.names == [f"{stem}.png" for stem in MAIN_PARTS]
    assert pictures.labels.tolist() == [0, 1, 1, 2, 2, 3, 5, 6, 8, 9]
    for name in pictures.names:
        with Image.open(DATA / "pictures" / name) as picture:
            assert min(picture.size) >= 256


def test_every_main_part_has_a_mask(pictures):
    for masks, (stem, parts) in zip(pictures.masks, MAIN_PARTS.items(), strict=True):
        assert parts <= set(masks), f"{stem} lacks {parts - set(masks)}; it has {sorted(masks)}"
        assert all(masks[part].sum() >= 20 for part in parts - {"fork", "knife", "chopsticks"})


def test_masks_are_disjoint_and_cover_the_picture(pictures, validation):
    for masks in pictures.masks + validation.masks:
        assert (torch.stack(list(masks.values())).sum(0) == 1).all()


def test_the_validation_set_is_balanced_small_and_masked(validation):
    assert validation.labels.bincount().tolist() == [40] * 11
    size = sum(path.stat().st_size for path in (DATA / "validation").iterdir())
    assert size < 10e6
    assert all(len(masks) >= 2 for masks in validation.masks)


@pytest.mark.parametrize("folder, suffix", [("pictures", "png"), ("validation", "jpg")])
def test_files_are_those_that_were_rendered(folder, suffix):
    recorded = json.loads((DATA / folder / "parts.json").read_text())["pictures"]
    for stem, entry in recorded.items():
        content = (DATA / folder / f"{stem}.{suffix}").read_bytes()
        assert hashlib.sha256(content).hexdigest()[:16] == entry["sha256"], stem


def test_each_class_has_at_least_three_dishes():
    recorded = json.loads((DATA / "validation" / "parts.json").read_text())["pictures"]
    for number in range(11):
        assert len({entry["dish"] for stem, entry in recorded.items() if stem.startswith(f"{number}_")}) >= 3


def test_masks_match_the_picture_where_a_part_is_taken_out(pictures):
    """Without a part the picture changes inside the part's mask far more than elsewhere."""
    compared = 0
    for name, image, masks in zip(pictures.names, pictures.images, pictures.masks, strict=True):
        for path in sorted((DATA / "pictures").glob(f"{name[:-4]}.without_*.png")):
            parts = path.name.split("without_")[1][:-4].split("+")
            change = (load_picture(path) - image).abs().mean(0)
            inside = torch.stack([masks[part] for part in parts if part in masks]).any(0)
            # What stands far from the part only sees its reflected light.
            away = np.asarray(Image.fromarray(inside.numpy().astype(np.uint8) * 255).resize((8, 8))) == 0
            away = torch.from_numpy(np.kron(away, np.ones((16, 16), bool)))
            assert change[inside].mean() > 3 * change[away].mean(), path.name
            compared += 1
    assert compared >= 10


def test_interventions_come_in_pairs_that_differ():
    for case in ("strawberries", "bowl"):
        whole = sorted((DATA / "interventions").glob(f"{case}_*[0-9].jpg"))
        assert 36 <= len(whole) <= 40  # a soup in a cup has no bowl to lose
        for path in whole:
            without = load_picture(path.with_suffix(".without.jpg"))
            assert (without - load_picture(path)).abs().max() > 0.1
