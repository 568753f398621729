import pytest
import torch

from hw9_xai import trust
from hw9_xai.cnn.parts import food_mask, joined, part_means, part_sums

LEFT = torch.zeros(4, 8, dtype=torch.bool)
LEFT[:, :2] = True
MASKS = {"egg": LEFT, "plate": ~LEFT}  # a quarter, and the rest


def test_sums_add_up_to_the_map_and_come_largest_first():
    values = torch.where(LEFT, -2.0, 1.0)
    sums = part_sums(values, MASKS)
    assert list(sums.items()) == [("plate", 24.0), ("egg", -16.0)]
    assert sum(sums.values()) == float(values.sum())


def test_means_do_not_depend_on_a_parts_size():
    assert part_means(torch.where(LEFT, 5.0, 3.0), MASKS) == {"egg": 5.0, "plate": 3.0}


def test_the_coarse_map_of_a_late_layer_is_stretched_to_the_masks():
    coarse = torch.tensor([[8.0, 0.0, 0.0, 0.0], [8.0, 0.0, 0.0, 0.0]])
    means = part_means(coarse, MASKS)
    assert means["egg"] > 6 and means["plate"] < 1


def test_a_picture_without_masks_has_no_parts():
    assert all(measure(torch.ones(4, 8), {}) == {} for measure in (part_sums, part_means))


def test_parts_named_together_are_one():
    top = torch.zeros(4, 8, dtype=torch.bool)
    top[0] = True
    found = joined({**MASKS, "herbs": top}, ["egg+herbs", "plate", "milk", "egg+milk"])
    assert list(found) == ["egg+herbs", "plate", "egg+milk"]
    assert torch.equal(found["egg+herbs"], LEFT | top) and torch.equal(found["egg+milk"], LEFT)


def test_food_is_what_is_not_crockery():
    assert torch.equal(food_mask(MASKS), LEFT)
    assert food_mask({"egg": LEFT, "toast": ~LEFT}).all()
    with pytest.raises(ValueError, match="masks: expected a part that is food, got plate"):
        food_mask({"plate": LEFT})
    with pytest.raises(ValueError, match="got none"):
        food_mask({})


def test_the_kits_own_parts_are_sorted_into_food_and_surroundings():
    from hw9_xai import load_pictures

    pictures = load_pictures()
    eaten = [food_mask(masks) for masks in pictures.masks]
    for part, picture in {"jug": 2, "waffle": 4, "soup": 9, "salmon": 8}.items():
        assert eaten[picture][pictures.masks[picture][part]].all()
    for part, picture in {"plate": 3, "bowl": 9, "chopsticks": 8, "shadow": 2, "background": 1}.items():
        assert not eaten[picture][pictures.masks[picture][part]].any()


def test_masks_of_0_and_1_are_masks_and_no_indices():
    map, mask = torch.arange(16.0).reshape(4, 4), torch.arange(16).reshape(4, 4) % 3 == 0
    for kind in (torch.uint8, torch.int64, torch.float32):
        assert part_sums(map, {"a": mask.to(kind)}) == part_sums(map, {"a": mask})
        assert part_means(map, {"a": mask.to(kind)}) == part_means(map, {"a": mask})
        for measure in (trust.mass_over_area, trust.rank_accuracy, trust.pointing):
            assert measure(map, mask.to(kind)) == measure(map, mask)
    with pytest.raises(ValueError, match="mask: expected True or False, got other numbers"):
        part_sums(map, {"a": torch.full((4, 4), 2)})
    with pytest.raises(ValueError, match=r"mask: expected the map's shape \(4, 4\), got \(2, 2\)"):
        part_sums(map, {"a": torch.ones(2, 2)})


def test_sums_of_a_half_precise_map_do_not_overflow():
    assert part_sums(torch.full((128, 128), 100.0).half(), {"a": torch.ones(128, 128).bool()}) == {"a": 1638400.0}
