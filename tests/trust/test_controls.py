"""Maps that have seen no model."""

import torch

from hw9_xai import trust


def test_edges_are_where_brightness_changes():
    image = torch.zeros(1, 3, 8, 8)
    image[..., 4:] = 1
    found = trust.edges(image)[0]
    assert (found[:, 3:5] > 0).all() and found.sum() == found[:, 3:5].sum()
    assert torch.allclose(trust.edges(image.transpose(2, 3))[0], found.T)
