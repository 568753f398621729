"""What the classifier's training does to its pictures, and what its report does to them: only what they say."""

import pytest
import torch
from given.nets import food_cnn

from checkpoints.make import train_classifier
from checkpoints.make.evaluate_classifier import attacked
from checkpoints.make.train_classifier import augment, elsewhere

IMAGES = torch.randint(0, 256, (16, 3, 128, 128), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
PARTS = torch.zeros(16, 128, 128, dtype=torch.uint8)
PARTS[:, 40:80, 30:90] = 3


def test_elsewhere_changes_the_setting_of_about_half_and_nothing_else():
    moved = elsewhere(IMAGES, PARTS, torch.Generator().manual_seed(1))
    assert torch.equal(moved[:, :, 40:80, 30:90], IMAGES[:, :, 40:80, 30:90])
    assert 3 <= (moved != IMAGES).flatten(1).any(1).sum() <= 13


def test_augment_takes_the_parts_along():
    marked = torch.where(PARTS[:, None] == 3, 255, 0).byte().expand(-1, 3, -1, -1)
    pixels, at_pixels, at_places = augment(marked, PARTS, 128, torch.Generator().manual_seed(2))
    assert at_pixels.shape == (16, 128, 128) and at_places.shape == (16, 8, 8)
    assert pixels.mean(1)[at_pixels == 3].mean() > 0.6 > 0.3 > pixels.mean(1)[at_pixels == 0].mean()


def test_an_attack_stays_within_its_bounds_and_raises_the_loss():
    model, labels = food_cnn(), torch.arange(4)
    images = IMAGES[:4] / 255
    changed = attacked(model, images, labels, 4 / 255)
    assert (changed - images).abs().max() <= 4 / 255 + 1e-6 and changed.min() >= 0 and changed.max() <= 1
    loss = torch.nn.functional.cross_entropy
    assert loss(model(changed), labels) > loss(model(images), labels)


@pytest.mark.parametrize("name", ["mine.safetensors", "mine.json", "mine_curves.png"])
def test_nothing_of_anothers_is_written_over(tmp_path, monkeypatch, name):
    (tmp_path / name).write_text("mine")
    out = ["--out", str(tmp_path / "mine.safetensors"), "--work", str(tmp_path / "work")]
    monkeypatch.setattr("sys.argv", ["train", str(tmp_path), *out])
    with pytest.raises(SystemExit, match=r"--out: .*expected a free name"):
        train_classifier.main()
    assert [path.name for path in tmp_path.iterdir()] == [name]
