import pytest
import torch
from scipy.stats import spearmanr

from hw9_xai.cnn.agreement import rank_correlation


def test_it_is_scipys_spearman_with_ties():
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randint(0, 9, (3, 7, 11), generator=generator).float() for _ in range(2))
    for one, x, y in zip(rank_correlation(a, b), a, b, strict=True):
        assert float(one) == pytest.approx(spearmanr(x.flatten(), y.flatten())[0], abs=1e-12)


def test_a_map_agrees_with_itself_whatever_the_scale_and_not_with_its_opposite():
    map = torch.rand(2, 3, 16, 16)
    assert torch.allclose(rank_correlation(map, (5 * map).exp()), torch.ones(2).double())
    assert torch.allclose(rank_correlation(map, -map), -torch.ones(2).double())


def test_a_constant_map_agrees_with_nothing():
    assert rank_correlation(torch.zeros(1, 4, 4), torch.rand(1, 4, 4)).isnan().all()


def test_maps_of_different_size_are_refused():
    with pytest.raises(ValueError, match=r"b: expected the shape of a, \(1, 4, 4\), got \(1, 2, 2\)"):
        rank_correlation(torch.zeros(1, 4, 4), torch.zeros(1, 2, 2))
