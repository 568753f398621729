"""What measures the speed measures right: in seconds here, and for real in tests/bench."""

from itertools import pairwise

import pytest
import torch
from given.nets import food_cnn, random_pictures
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from hw9_xai import FoodCNN, load_bert, load_corpus
from hw9_xai.bert.corpus import Corpus
from tests.bench import gpu, peers


def test_the_gpu_script_runs_whole_on_a_cpu(capsys):
    assert gpu.main(["--device", "cpu", "--tiny"]) == 0
    printed = capsys.readouterr().out
    for said in ("LIME 8", "LIME 8, fast", "Grad-CAM", "the bar of 5 s", "noise copied", "channels last", "Self CPU"):
        assert said in printed


@pytest.mark.skipif(torch.cuda.is_available(), reason="here is one")
def test_without_a_gpu_it_says_so_in_one_sentence(capsys):
    assert gpu.main([]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("no GPU: ") and said.err.count("\n") == 1


class Counted(TorchDispatchMode):
    """torch's own FlopCounterMode also asks which module is at work, and does not stand a gradient of what is given."""

    total = 0

    def __torch_dispatch__(self, call, types, args=(), kwargs=None):
        given = call(*args, **(kwargs or {}))
        if (count := flop_registry.get(call.overloadpacket)) is not None:
            self.total += count(*args, **(kwargs or {}), out_val=given)
        return given


def test_the_work_is_what_torch_itself_counts():
    for part in gpu.homework(food_cnn(4), random_pictures(2), torch.tensor([3, 9]), gpu.TINY):
        with Counted() as counted:
            part.run()
        # not in `work`: the gradient of the linear layers, the weighted sum of the gradients along the path
        more = 0.01 if part.method in ("Grad-CAM", "integrated gradients 3") else 0
        assert 2 * part.work <= counted.total <= 2 * (1 + more) * part.work, part.method


def test_the_homeworks_network_takes_nine_billion_multiply_adds():
    rows = [(128, [3, 128, 128, 128]), (64, [128, 128, 128, 128]), (32, [128, 256, 256, 256]), (16, [256, 512])]
    rows.append((8, [512, 512]))
    convolutions = sum(9 * side**2 * a * b for side, row in rows for a, b in pairwise(row))
    linear = 512 * 4 * 4 * 1024 + 1024 * 11
    assert gpu.multiply_adds(FoodCNN(), torch.rand(1, 3, 128, 128)) == convolutions + linear


def test_what_is_set_for_a_measure_is_set_back():
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32, cudnn.benchmark
    with pytest.raises(KeyboardInterrupt), gpu.rounding(not before[0], not before[2]):
        assert (matmul.allow_tf32, cudnn.benchmark) != (before[0], before[2])
        raise KeyboardInterrupt
    assert (matmul.allow_tf32, cudnn.allow_tf32, cudnn.benchmark) == before


@pytest.fixture(scope="module")
def given():
    corpus = Corpus(load_corpus().sentences[:12])
    return peers.Given(food_cnn(2), random_pictures(2), torch.tensor([3, 9]), load_bert("kit-en"), corpus, 200, 2_000)


def test_occlusion_and_captum_answer_the_same(given):
    found = next(peers.captum_contests(given))
    assert torch.allclose(found.ours(0, 0), found.theirs(0, 0), atol=1e-5)


def test_a_loop_over_sentences_finds_the_same(given):
    (found,) = peers.corpus_contests(given)
    assert torch.allclose(found.ours(), found.theirs(), atol=2e-3)  # of the index in half precision


def test_the_passes_that_suffice_are_found_and_timed():
    """Ours comes as near in n passes as theirs in 4 n."""

    def mean_of(passes, seed):
        return torch.tensor([1 + passes**-0.5])

    never = peers.Contest("", "", mean_of, lambda passes, seed: torch.tensor([1.0]), 64, lambda: torch.tensor([1.0]))
    found = peers.Contest("", "", mean_of, lambda passes, seed: mean_of(passes // 4, seed), 64, never.converged)
    row = peers.measure(found, 1)
    assert row.enough == 16 and row.error == pytest.approx(1 / 8) and row.their_error == pytest.approx(1 / 4)
    assert row.same_error is not None and "16" in peers.line(row)
    assert peers.measure(never, 1).same_error is None and "never" in peers.line(peers.measure(never, 1))


def test_what_is_missing_is_said_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(peers, "PEERS", {"no-such-peer": ("no_such_peer", None), "other": ("no_other", None)})
    monkeypatch.setattr("sys.argv", ["peers"])
    peers.main()
    assert capsys.readouterr().err == "left out, not installed: pip install no-such-peer other\n"
