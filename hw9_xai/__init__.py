"""hw9-xai: explainable AI that can be checked. Everything a notebook needs is here, flat.

A name is imported when it is first used: grading needs no torch, and pictures need no transformers. Type checkers
and editors, which cannot follow that, read the same names in __init__.pyi.
"""

from importlib import import_module

_HOME = {
    "Attention": "bert.attention",
    "FoodCNN": "cnn.classifier",
    "HeadFunctions": "bert.heads",
    "LimeExplanation": "cnn.lime",
    "Pictures": "cnn.pictures",
    "Pronoun": "bert.coreference",
    "answer_distance": "bert.hidden",
    "answer_question": "bert.questions",
    "attention": "bert.attention",
    "character_states": "bert.similarity",
    "check": "quiz.check",
    "check_metric": "quiz.distances",
    "compare_embeddings": "bert.similarity",
    "concentration": "cnn.parts",
    "confusion": "cnn.confusion",
    "coreference": "bert.coreference",
    "course": "",
    "deep_dream": "cnn.deep_dream",
    "explore": "bert.explorer",
    "filter_activation": "cnn.filters",
    "filter_visualization": "cnn.visualization",
    "food_mask": "cnn.parts",
    "generate_images_on_linear_path": "cnn.integrated_gradients",
    "head_functions": "bert.heads",
    "hidden_states": "bert.hidden",
    "hint": "quiz.check",
    "influence": "bert.influence",
    "integrated_gradients": "cnn.integrated_gradients",
    "joined": "cnn.parts",
    "layer_numbers": "bert.hidden",
    "lime": "cnn.lime",
    "load_bert": "bert.models",
    "load_classifier": "cnn.classifier",
    "load_corpus": "bert.corpus",
    "load_hidden_states": "instructor.files.states",
    "load_interventions": "cnn.interventions",
    "load_picture": "cnn.pictures",
    "load_pictures": "cnn.pictures",
    "load_pronouns": "bert.coreference",
    "load_questions": "bert.questions",
    "load_without": "cnn.interventions",
    "neighbours": "bert.neighbours",
    "normalize": "cnn.normalize",
    "own_photo": "cnn.own_photo",
    "part_means": "cnn.parts",
    "part_sums": "cnn.parts",
    "plots": "",
    "predict": "cnn.confusion",
    "predict_masked": "bert.prediction",
    "project": "bert.projection",
    "project_together": "bert.projection",
    "rank_correlation": "cnn.agreement",
    "relations": "bert.relations",
    "saliency": "cnn.saliency",
    "score": "quiz.score",
    "search_corpus": "bert.corpus",
    "search_corpus_by_layer": "bert.corpus",
    "similarity_by_layer": "bert.similarity",
    "slide_matrix": "bert.slide",
    "smoothgrad": "cnn.smoothgrad",
    "true_effects": "cnn.interventions",
    "trust": "",
    "trust_table": "verdict",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'hw9_xai' has no attribute {name!r}")
    if not _HOME[name]:  # a module of its own
        return import_module(f"hw9_xai.{name}")
    return getattr(import_module(f"hw9_xai.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
