import pytest
import torch
from given.nets import random_pictures

from hw9_xai.cnn.superpixels import hide_everything, segment

STRIPES = torch.arange(16).repeat(16, 1) // 2  # (16,16) in 8 segments


@pytest.mark.parametrize("labels", [[[3, 3], [-7, 900]], [[0, 1], [2, 2]]])
def test_any_labels_of_a_segmentation_are_numbered_from_zero(labels):
    pieces = torch.tensor(labels).repeat_interleave(8, 0).repeat_interleave(8, 1)
    compact = segment(random_pictures(1, 3, 16, 16)[0], pieces)
    assert compact.unique().tolist() == list(range(len(pieces.unique())))
    for value in pieces.unique():
        assert len(compact[pieces == value].unique()) == 1


def test_what_hidden_looks_like():
    image = random_pictures(1, 3, 16, 16)[0]
    means = hide_everything(image, STRIPES, "mean")
    assert torch.allclose(means[:, STRIPES == 3].std(1), torch.zeros(3), atol=1e-6)
    assert torch.allclose(means[:, STRIPES == 3][:, 0], image[:, STRIPES == 3].mean(1))
    assert not hide_everything(image, STRIPES, "black").any()
    blurred = hide_everything(image, STRIPES, "blur")
    assert blurred.std() < image.std() and blurred.mean().item() == pytest.approx(image.mean().item(), abs=0.05)
    assert torch.equal(hide_everything(image, STRIPES, (0.0, 0.5, 1.0))[:, 5, 5], torch.tensor([0, 0.5, 1]))
