"""Scenes and their truth: what is shipped hangs together, and Shapley's values follow from it."""

import hashlib
import itertools
import json

import numpy as np
import pytest
import torch
from given.nets import food_cnn
from PIL import Image
from torch import nn

from hw9_xai import load_picture, load_scenes, shapley_of_parts, true_effects
from hw9_xai.assets import DATA
from hw9_xai.cnn.parts import food_mask
from hw9_xai.cnn.scenes import IN_GLASS

SCENES = load_scenes()
COMBINED = [scene for scene in (*SCENES, *load_scenes("pictures")) if scene.players]


def test_there_are_as_many_as_the_data_card_says():
    assert len(SCENES) == 440 and [scene.label for scene in SCENES[:41]] == [0] * 40 + [1]
    assert len(load_scenes(per_class=3)) == 33 and len(load_scenes("pictures")) == 10
    assert len(COMBINED) == 54 and all(2 <= len(scene.players) <= 4 for scene in COMBINED)
    assert sum(len(scene.without) for scene in SCENES) > 1_700


@pytest.mark.parametrize("scene", [*SCENES, *load_scenes("pictures")], ids=lambda scene: scene.strip.stem)
def test_a_scenes_files_hang_together(scene):
    listed = json.loads((DATA / "scenes" / "scenes.json").read_text())["scenes"][scene.strip.stem]
    assert hashlib.sha256(scene.strip.read_bytes()).hexdigest()[:16] == listed["sha256"]
    assert scene.image.shape == (3, 128, 128) and 0 <= scene.image.min() < scene.image.max() <= 1
    masks = torch.stack([*scene.masks.values()])
    assert torch.equal(masks.sum(0), torch.ones(128, 128, dtype=torch.int64))  # disjoint, and all of the picture
    food_mask(scene.masks)  # there is food in it
    original = load_picture(
        scene.plan.with_name(f"{scene.name}.{'jpg' if 'picture' not in scene.strip.stem else 'png'}")
    )
    assert (scene.image - original).abs().mean() < 0.05  # the same scene, compressed otherwise


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_part_of_at_least_a_hundredth_was_taken_out(scene):
    numbers = torch.from_numpy(np.array(Image.open(scene.plan)))
    ground = {"background", "table"}
    large = {part for part, number in scene.parts.items() if (numbers == number).float().mean() >= 0.01} - ground
    behind = {part for part in scene.inside if scene.masks[part].float().mean() >= 0.01}
    assert large <= set(scene.without) <= large | behind | set(scene.inside) | set(scene.players)


@pytest.mark.parametrize("scene", SCENES[::7], ids=lambda scene: scene.name)
def test_what_is_taken_out_changes_most_where_it_was(scene):
    for part, less in scene.without.items():
        changed = (scene.image - less).abs().amax(0)
        mask = scene.masks.get(part)
        if mask is None or part in IN_GLASS:  # all of it is seen through
            continue
        assert changed[mask].mean() > 1.5 * changed[~mask].mean(), part


def test_milk_in_a_glass_is_food_and_has_a_mask_of_its_own():
    glass_of_milk = next(scene for scene in SCENES if scene.name == "1_24")
    assert set(glass_of_milk.masks) == {"background", "glass", "milk"} and set(glass_of_milk.without) == {
        "glass",
        "milk",
    }
    milk = glass_of_milk.masks["milk"]
    whiteness = glass_of_milk.image.amin(0)
    assert milk.float().mean() > 0.01 and whiteness[milk].mean() > 0.5


class Sums(nn.Module):
    """A score that is known: for label c the mean of the picture, squared c times."""

    def forward(self, images):
        mean = images.mean((1, 2, 3))
        return torch.stack([mean ** (2**label) for label in range(11)], 1)


@pytest.mark.parametrize("scene", COMBINED, ids=lambda scene: scene.strip.stem)
def test_shares_are_the_mean_gain_over_all_orders(scene):
    value = {frozenset(there): float(picture.mean() ** (2**scene.label)) for there, picture in scene.coalitions.items()}
    expected = dict.fromkeys(scene.players, 0.0)
    orders = [*itertools.permutations(scene.players)]
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            expected[player] += (value[before | {player}] - value[before]) / len(orders)
    shares = shapley_of_parts(Sums(), scene)
    assert shares == pytest.approx(expected, abs=1e-5)
    everything, nothing = frozenset(scene.players), frozenset()
    assert sum(shares.values()) == pytest.approx(value[everything] - value[nothing], abs=1e-5)


def test_of_two_players_the_last_to_leave_is_what_without_shows():
    scene = next(scene for scene in COMBINED if len(scene.players) == 2)
    pictures = scene.coalitions
    assert torch.equal(pictures[scene.players], scene.image)
    assert torch.equal(pictures[scene.players[1:]], scene.without[scene.players[0]])


def test_effects_take_scenes_as_they_come():
    scene = SCENES[130]
    effects = true_effects(food_cnn(), scene.image, scene.label, scene.without)
    assert list(effects) == list(scene.without) and all(map(torch.isfinite, map(torch.tensor, effects.values())))


def test_a_scene_keeps_nothing_for_the_next():
    SCENES[3].image.zero_()
    assert SCENES[3].image.max() > 0 and not vars(SCENES[3]).keys() - SCENES[3].__dataclass_fields__


def test_what_cannot_be_is_said(monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="of: expected one of 'validation', 'pictures', got 'training'"):
        load_scenes("training")
    with pytest.raises(ValueError, match="per_class: expected a whole number from 1 up, got 0"):
        load_scenes(per_class=0)
    monkeypatch.setattr("hw9_xai.cnn.scenes.DATA", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"scenes: expected them in .* they come with the repository"):
        load_scenes()
