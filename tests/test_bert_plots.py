"""The figures of topic II show what they are given: read back from the drawn axes."""

import matplotlib

matplotlib.use("Agg")
import numpy as np
import pytest
import torch
from given.berts import SENTENCES, tiny_bert, tiny_qa

from hw9_xai import plots
from hw9_xai.bert.attention import attention
from hw9_xai.bert.coreference import Coreference
from hw9_xai.bert.corpus import CorpusSearch, Hit
from hw9_xai.bert.heads import head_functions
from hw9_xai.bert.hidden import hidden_states
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.bert.projection import project


def test_heads_have_the_colour_and_sign_of_their_function():
    functions = head_functions(attention(tiny_bert(heads=4), SENTENCES))
    figure = plots.heads(functions)
    figure.canvas.draw()
    axes = figure.axes[0]
    signs = [text.get_text() for text in axes.texts]
    assert signs == [plots.HEADS[label][1] for row in functions.label for label in row]
    assert np.asarray(axes.images[0].get_array()).shape == (4, 4)
    assert "3 sentences, weak" in figure.get_suptitle()
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "2", "3", "4"]


def test_head_lifts_frame_the_best_of_each_function():
    functions = head_functions(attention(tiny_bert(heads=4), SENTENCES))
    figure = plots.head_lifts(functions)
    figure.canvas.draw()
    for axes, (name, lift) in zip(figure.axes, functions.lift.items(), strict=False):
        layer, head = divmod(int(lift.argmax()), 4)
        assert axes.get_title() == f"{name}\nlayer {layer + 1} head {head + 1}"
        assert axes.patches[0].get_xy() == (head - 0.5, layer - 0.5)
        assert np.allclose(np.asarray(axes.images[0].get_array()), lift)


def search(layer, *tags):
    return CorpusSearch(layer, tuple(Hit("x", tag, 1.0, "", 0) for tag in tags), {"NOUN": 0.25, "VERB": 0.75})


def test_parts_of_speech_stand_beside_the_corpus():
    figure = plots.parts_of_speech([search(0, "NOUN", "VERB", "VERB", "VERB"), search(1, *["NOUN"] * 4)])
    figure.canvas.draw()
    heights = {c.get_label(): [bar.get_height() for bar in c] for c in figure.axes[0].containers}
    assert heights == {"NOUN": pytest.approx([0.25, 1, 0.25]), "VERB": pytest.approx([0.75, 0, 0.75])}
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["0", "1", "corpus"]


def test_rare_parts_of_speech_are_others():
    figure = plots.parts_of_speech([search(1, "NOUN", "ADJ", "DET", "PRON")], most=2)
    assert [container.get_label() for container in figure.axes[0].containers] == ["VERB", "NOUN", "others"]
    tops = sum(np.array([bar.get_height() for bar in container]) for container in figure.axes[0].containers)
    assert tops == pytest.approx([1, 1])


def test_layers_show_question_context_and_answer_by_shape_too():
    hidden = hidden_states(tiny_qa(), "who sleeps ?", "the dog sleeps .", "dog").without_special()
    projection = project(hidden)
    figure = plots.layers(projection, hidden, caption="tiny-qa")
    figure.canvas.draw()
    panels = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title()[:7] for axes in panels] == [f"layer {i}" for i in (1, 2, 3, 4)]
    question, context, answer = panels[1].collections
    assert torch.allclose(torch.tensor(answer.get_offsets().data).float(), projection.points[2, list(hidden.answer)])
    assert len(question.get_offsets()) == 4 and len(context.get_offsets()) == 4
    assert "of the variance" in panels[0].get_title()
    assert len([axes for axes in plots.layers(projection, hidden, chosen=[0, 4]).axes if axes.get_title()]) == 2


def test_curves_may_begin_at_layer_0():
    line = plots.curves({"a": [1, 2, 3]}, "layer", "cosine", first=0).axes[0].lines[0]
    assert list(line.get_xdata()) == [0, 1, 2]


def test_coreference_writes_percentages_and_frames_the_best():
    accuracy = torch.tensor([[0.25, 0.5, 0.75], [1.0, 0.0, 0.5]])
    figure = plots.coreference(Coreference(accuracy, accuracy, nearest=0.4, chance=0.5, pronouns=8))
    figure.canvas.draw()
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["25", "50", "75", "100", "0", "50"]
    assert [text.get_text() for text in axes.texts if text.get_weight() == "bold"] == ["100"]
    (frame,) = axes.patches
    assert frame.get_xy() == (-0.5, 0.5)
    image = axes.images[0]
    at_baseline, beyond = (tuple(image.cmap(image.norm(share))) for share in (0.49, 0.51))
    assert at_baseline == tuple(image.cmap(image.norm(0.0))) != beyond


def test_attention_maps_show_the_heads_that_are_asked_for():
    found = attention(tiny_bert(heads=4), SENTENCES[0])
    figure = plots.attention_maps(found, {"first": (1, 1), "last": (4, 4)}, caption="two")
    figure.canvas.draw()
    one, two = figure.axes
    assert np.allclose(np.asarray(one.images[0].get_array()), found.weights[0, 0])
    assert np.allclose(np.asarray(two.images[0].get_array()), found.weights[3, 3])
    assert two.get_title().startswith("last · layer 4 head 4")
    assert [text.get_text() for text in one.get_xticklabels()] == list(found.tokens)


def test_masked_words_begin_with_nothing_hidden():
    bert = tiny_bert()
    places = {
        "she hidden": predict_masked(bert, SENTENCES[2], "she", watch=["he", "she"])["she"],
        "Emily too": predict_masked(bert, SENTENCES[2], ["she", "Emily"], watch=["he", "she"])["she"],
    }
    axes = plots.masked_words(places).axes[0]
    heights = [[bar.get_height() for bar in bars] for bars in axes.containers if hasattr(bars, "patches")]
    named = [[one.probability for one in place.watched] for place in places.values()]
    assert heights[1:] == [pytest.approx(row) for row in named]
    hidden = places["she hidden"].watched
    assert heights[0] == pytest.approx([one.probability - one.change for one in hidden])
    assert [text.get_text() for text in axes.get_xticklabels()] == ["he", "she"]


def test_token_bars_leave_out_what_has_no_value():
    figure = plots.token_bars(["a", "b", "c"], {"x": torch.tensor([1.0, torch.nan, -2.0]), "y": torch.ones(3)})
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == [1, 0, -2]
    assert [bool(bar.get_hatch()) for bar in figure.axes[0].patches] == [False, False, True]
    assert figure.axes[1].get_title() == "y"


def test_layers_write_the_named_tokens():
    hidden = hidden_states(tiny_qa(), "who sleeps ?", "the dog sleeps .", "dog").without_special()
    figure = plots.layers(project(hidden), hidden, chosen=[1, 2], named=hidden.answer)
    assert [[text.get_text() for text in axes.texts] for axes in figure.axes] == [["dog"], ["dog"]]


@pytest.mark.parametrize("numbers", [True, False])
def test_matrices_share_a_scale(numbers):
    panels = {"a": torch.eye(3), "b": 5 * torch.eye(3), "c": -torch.eye(3)}
    figure = plots.matrices(panels, columns=2, numbers=numbers)
    figure.canvas.draw()
    drawn = [axes for axes in figure.axes if axes.get_title()]
    assert {axes.images[0].get_clim() for axes in drawn} == {(-1, 5)}
    assert np.allclose(np.asarray(drawn[1].images[0].get_array()), 5 * np.eye(3))
    assert len(drawn[0].texts) == 9 * numbers
    (parted,) = [axes for axes in plots.matrices({"a": torch.eye(3)}, split=2).axes if axes.get_title()]
    assert {tuple(line.get_xdata()) for line in parted.lines} == {(0, 1), (1.5, 1.5)}
    alone = [axes for axes in plots.matrices(panels, one_scale=False).axes if axes.get_title()]
    assert [axes.images[0].get_clim() for axes in alone] == [(0, 1), (0, 5), (-1, 0)]
