"""Nothing that a user can call is lost: the lists below were written from the library before its house was rebuilt."""

from pathlib import Path

import pytest

import hw9_xai as xai
from hw9_xai.cli import main

ROOT = Path(__file__).resolve().parents[1]

NAMES = [
    "Attention", "FoodCNN", "HeadFunctions", "LimeExplanation", "Pictures", "Pronoun", "answer_distance",
    "answer_question", "attention", "character_states", "check", "compare_embeddings", "concentration", "confusion",
    "coreference", "course", "deep_dream", "exercise", "explore", "explore_layers", "filter_activation",
    "filter_visualization", "food_mask", "generate_images_on_linear_path", "gradcam", "head_functions",
    "hidden_states", "hint", "influence", "integrated_gradients", "joined", "layer_numbers", "lime", "load_bert",
    "load_classifier", "load_corpus", "load_hidden_states", "load_interventions", "load_picture", "load_pictures",
    "load_pronouns", "load_questions", "load_scenes", "load_without", "neighbours", "normalize", "occlusion",
    "own_photo", "part_means", "part_sums", "plots", "predict", "predict_masked", "project", "project_together",
    "rank_correlation", "real_network", "relations", "saliency", "score", "search_corpus", "search_corpus_by_layer",
    "shapley", "shapley_of_parts", "similarity_by_layer", "slide_matrix", "smoothgrad", "true_effects", "trust",
    "trust_report", "trust_table",
]  # fmt: skip

LEFT = {"evidence": "data.make.key"}  # the face, for a place of its own

MODULES = {
    "course": "filter_visualization integrated_gradients lime saliency smoothgrad",
    "plots": "attention_maps confusion coreference curves effects filters head_lifts heads layers lime maps "
    "masked_words matrices parts parts_of_speech pictures signed_maps token_bars top_classes trust",
    "trust": "agreement cascade complexity corrected deletion edges examine insertion load_trust mass_over_area "
    "noisy_mean pointing randomised rank_accuracy right_sign similarity uniform",
}

RENAMED = {"trust.layers": "trust.layers_with_weights", "trust.spearman": "trust.similarity"}  # and why: one word each

COMMANDS = {
    "": ["--debug", "run", "explain", "evaluate", "trust", "grade", "key", "bench", "explore", "assets", "doctor"],
    "run": ["NOTEBOOK", "--report", "--jobs", "--answers", "--in-place"],
    "explain": ["PHOTO", "--method", "--label", "--checkpoint", "--seed", "--out", "--jobs"],
    "evaluate": ["FOLDER", "--model", "--out"],
    "trust": ["--method", "--kit", "--model", "--per-class", "--jobs", "--seed", "--out"],
    "grade": ["FOLDER", "--key", "--out"],
    "key": ["--compare", "--new", "--prove", "--options"],
    "bench": ["--width", "--rounds"],
    "explore": ["sentence", "--model", "--out", "--pair", "--context", "--live"],
    "assets": ["list", "add", "use", "remove"],
    "assets list": [],
    "assets add": ["FILE_OR_FOLDER", "--name"],
    "assets use": ["kit", "course"],
    "assets remove": ["KIND"],
    "doctor": [],
}


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_still_there(name):
    assert name in xai.__all__ and name in dir(xai)
    assert getattr(xai, name).__name__.split(".")[-1] == name


@pytest.mark.parametrize("module", MODULES)
def test_every_function_of_its_modules_is_still_there(module):
    assert all(callable(getattr(getattr(xai, module), name)) for name in MODULES[module].split())


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_what_has_another_name_has_it_only_once(old, new):
    module, name = new.split(".")
    assert callable(getattr(getattr(xai, module), name)) and not hasattr(getattr(xai, module), old.split(".")[1])


@pytest.mark.parametrize(("name", "place"), LEFT.items())
def test_what_left_the_face_has_a_place_that_is_named(name, place):
    assert name not in xai.__all__
    assert (ROOT / place.replace(".", "/")).is_dir()
    assert f"python -m {place}" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_still_there(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and [word for word in COMMANDS[command] if word not in said] == []
