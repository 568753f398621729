"""How every method here runs a model: in padded batches, in evaluation mode, leaving no trace; results on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedModel

from hw9_xai.apart import own_dice, twin
from hw9_xai.bert.encoding import Encoding
from hw9_xai.bert.models import Bert

TEXTS_AT_A_TIME = 8  # with a vocabulary of 30,000, the probabilities of 64 tokens take 8 MB
TOKENS_PER_BATCH = 2**11  # beyond that a CPU gets no faster, and the attention of long texts fills the memory


def attention_weights(bert: Bert, encodings: Sequence[Encoding]) -> list[Tensor]:
    """(L,H,T,T) of each text."""
    if bert.model.config._attn_implementation != "eager":
        raise ValueError(
            "bert: expected a model whose attention_implementation is 'eager', as load_bert makes it, got "
            f"{bert.model.config._attn_implementation!r}, which never forms the weights"
        )

    def read(network: PreTrainedModel, inputs: dict[str, Tensor]) -> Tensor:  # -> (N,L,H,T,T)
        return torch.stack(network.base_model(**inputs, output_attentions=True).attentions, dim=1)

    return [weights[..., : weights.shape[-2]].contiguous() for weights in _each(bert, encodings, read)]


def states_of_layers(bert: Bert, encodings: Sequence[Encoding]) -> list[Tensor]:
    """(L+1,T,D) of each text; layer 0 is the input embeddings."""

    def read(network: PreTrainedModel, inputs: dict[str, Tensor]) -> Tensor:  # -> (N,L+1,T,D)
        return torch.stack(network.base_model(**inputs, output_hidden_states=True).hidden_states, dim=1)

    return _each(bert, encodings, read)


def contexts_of_layers(bert: Bert, encodings: Sequence[Encoding]) -> list[Tensor]:
    """(L+1,T,D) of each text: what a layer's heads gather, side by side, before it mixes them; zeros at layer 0."""

    def read(network: PreTrainedModel, inputs: dict[str, Tensor]) -> Tensor:  # -> (N,L+1,T,D)
        hooked, found = twin(network), list[Tensor]()  # the hooks go with the twin
        mixing = [one for name, one in hooked.named_modules() if name.endswith("attention.output.dense")]
        if not mixing:
            raise ValueError(f"by: expected 'embedding' for layers that are not named as BERT's, those of {bert.name}")
        for one in mixing:
            one.register_forward_pre_hook(lambda _, given: found.append(given[0]))
        hooked.base_model(**inputs)
        return torch.stack([torch.zeros_like(found[0]), *found], dim=1)

    return _each(bert, encodings, read)


def word_probabilities(bert: Bert, encodings: Sequence[Encoding]) -> list[Tensor]:
    """(T,V) of each text: how probable the model thinks each word of its vocabulary at each position."""
    if not predicts_words(bert):
        raise ValueError(f"bert: expected a model that predicts masked words, such as kit-en, got {bert.name}")
    return _each(bert, encodings, lambda network, inputs: network(**inputs).logits.float().softmax(-1))


def word_probabilities_in_turn(bert: Bert, encodings: Sequence[Encoding]) -> Iterator[Tensor]:
    """The same for so many texts that only a few fit in memory at once."""
    for start in range(0, len(encodings), TEXTS_AT_A_TIME):
        yield from word_probabilities(bert, encodings[start : start + TEXTS_AT_A_TIME])


def span_scores(bert: Bert, encodings: Sequence[Encoding]) -> list[Tensor]:
    """(T,2) of each text: how much each token looks like the first of the answer, and like the last."""
    if not hasattr(bert.model, "qa_outputs"):
        raise ValueError(f"bert: expected a model that is tuned for questions, such as kit-qa, got {bert.name}")

    def read(network: PreTrainedModel, inputs: dict[str, Tensor]) -> Tensor:  # -> (N,T,2)
        output = network(**inputs)
        return torch.stack([output.start_logits, output.end_logits], dim=-1)

    return _each(bert, encodings, read)


def predicts_words(bert: Bert) -> bool:
    return bert.model.get_output_embeddings() is not None


def _each(
    bert: Bert, encodings: Sequence[Encoding], read: Callable[[PreTrainedModel, dict[str, Tensor]], Tensor]
) -> list[Tensor]:
    """What `read` gives (N,...,T,...), cut to each text's own length in its second last dimension; texts of like length
    share a batch."""
    found: dict[int, Tensor] = {}
    device = next(bert.model.parameters()).device
    with own_dice(bert.model), torch.inference_mode(False), torch.no_grad(), torch.autocast(device.type, enabled=False):
        # transformers hangs hooks on a model that is asked for its inner states: here on the twin, not on the caller's.
        network = twin(bert.model).eval()
        for chosen in _batches(encodings):
            batch = [encodings[i] for i in chosen]
            inputs = {name: tensor.to(device) for name, tensor in _padded(bert, batch).items()}
            rows = read(network, inputs).float().cpu()
            for i, one, row in zip(chosen, batch, rows, strict=True):
                found[i] = row[..., : len(one.ids), :].clone()
    return [found[i] for i in range(len(encodings))]


def _batches(encodings: Sequence[Encoding]) -> Iterator[list[int]]:
    batch: list[int] = []
    for i in sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids)):
        if (len(batch) + 1) * len(encodings[i].ids) > TOKENS_PER_BATCH and batch:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _padded(bert: Bert, batch: Sequence[Encoding]) -> dict[str, Tensor]:
    def together(rows: Iterable[Sequence[int]], padding: int) -> Tensor:
        return pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=padding)

    return {
        "input_ids": together([one.ids for one in batch], bert.tokenizer.pad_token_id),
        "token_type_ids": together([one.segments for one in batch], 0),
        "attention_mask": together([[1] * len(one.ids) for one in batch], 0),
    }
