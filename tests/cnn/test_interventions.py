import pytest
import torch
from given.nets import Linear, random_pictures

from hw9_xai import load_pictures
from hw9_xai.cnn.interventions import load_interventions, load_without, true_effects


def test_a_part_taken_out_changes_the_picture_where_the_part_was():
    pictures = load_pictures()
    for image, masks, name in zip(pictures.images, pictures.masks, pictures.names, strict=True):
        without = load_without(name)
        assert without
        for parts, other in without.items():
            changed = (other - image).abs().amax(0)  # (H,W)
            was = torch.stack([masks[part] for part in parts.split("+") if part in masks]).any(0)
            assert changed[was].mean() > 3 * changed[~was].mean(), (name, parts)


def test_pictures_of_others_have_no_second_render():
    assert load_without("7_99.png") == {} == load_without("0_0.jpg")


@pytest.mark.parametrize("case", ["strawberries", "bowl"])
def test_a_pair_shows_one_scene(case):
    whole, without = load_interventions(case)
    assert whole.shape == without.shape and len(whole) >= 30 and whole.shape[1:] == (3, 128, 128)
    changed = (whole - without).abs().amax(1)  # (N,H,W)
    untouched = (changed < 0.02).flatten(1).float().mean(1)
    strangers = ((whole - without.roll(1, 0)).abs().amax(1) < 0.02).flatten(1).float().mean(1)
    assert (changed.flatten(1).amax(1) > 0.2).all() and untouched.median() > 10 * strangers.median()


def test_an_unknown_case_is_named():
    with pytest.raises(ValueError, match="case: expected one of 'strawberries', 'bowl', got 'fork'"):
        load_interventions("fork")


def test_the_effect_of_a_part_is_what_a_linear_model_gives_its_pixels():
    model, image = Linear(), random_pictures(1, 3, 16, 16)[0]
    without = {"left": image.clone(), "none": image.clone()}
    without["left"][:, :, :8] = 0
    effects = true_effects(model, image, 2, without)
    left = float((model.weight[2] * image)[:, :, :8].sum().detach())
    assert effects == pytest.approx({"left": left, "none": 0.0}, abs=1e-4)
    assert true_effects(model, image, 2, {}) == {}
