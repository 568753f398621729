"""The exam: planted methods land where they must, on a network whose reasons are known and on the kit's."""

import os

import joblib
import pytest
import torch
from given.nets import food_cnn

from hw9_xai import load_classifier, load_scenes, trust, trust_report
from hw9_xai.assets import DATA
from hw9_xai.cnn.parts import food_mask
from hw9_xai.output import MANIFEST
from hw9_xai.trust import CONTROLS, MEASURES, examine
from hw9_xai.trust.report import fingerprint

SCENES = load_scenes(per_class=2)
MASKS = {scene.image.numpy().tobytes(): scene for scene in SCENES}


def looks_at_the_mask(model, images, labels):
    """It cheats: it knows where the food is, and nothing of the model."""
    return torch.stack([food_mask(MASKS[image.numpy().tobytes()].masks).float() for image in images])


def looks_at_edges(model, images, labels):
    return trust.edges(images)


def looks_at_nothing(model, images, labels):
    return torch.zeros_like(images[:, 0])


def throws_dice(model, images, labels, seed):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(images[:, 0].shape, generator=dice)


@pytest.fixture(scope="module")
def known():
    return trust.KnownNetwork().eval()


@pytest.fixture(scope="module")
def planted(known):
    methods = {
        "the truth": lambda model, images, labels: trust.KnownNetwork().truth(images, labels),
        "the mask": looks_at_the_mask,
        "its edges": looks_at_edges,
        "nothing": looks_at_nothing,
        "dice": throws_dice,
    }
    measures = [
        measure for measure in MEASURES if measure != "change, smoothed"
    ]  # noisy copies have no mask to look up
    return trust_report(known, methods, SCENES, measures=measures)


def test_who_knows_the_mask_finds_the_food_and_is_found_out(planted):
    table = planted.table
    for measure in ("mass / area", "top-K on food", "pointing game"):
        assert table.trusted(measure)[0] == "the mask", measure
    assert table.intervals["pointing game"]["the mask"].mean == 1
    assert table.intervals["change when forgetting"]["the mask"] == (0, 0, 0)  # it has never seen the model
    for measure in ("right about the class", "change when forgetting", "disorder when forgetting"):
        assert "the mask" not in table.trusted(measure), measure


def test_who_knows_the_truth_gives_the_exact_answer(planted):
    table = planted.table
    assert table.trusted("exact answer") == ["the truth"]
    assert table.intervals["exact answer"]["the truth"].low == pytest.approx(1, abs=1e-5)
    assert table.intervals["right about the class"]["the truth"].mean > 0.3


def test_edges_nothing_and_dice_are_trusted_nowhere(planted):
    for measure in planted.table.intervals:
        allowed = {"dice"} if "forgetting" in measure else set()
        assert set(planted.table.trusted(measure)) & {"its edges", "nothing", "dice"} <= allowed, measure
    edges, control = planted.measured["top-K on food"]["its edges"], planted.measured["top-K on food"]["edges"]
    assert edges == control
    nothing, chance = planted.measured["mass / area"]["nothing"], planted.measured["mass / area"]["random"]
    assert nothing == chance == [1.0] * len(nothing)


def test_dice_do_not_repeat_themselves(planted):
    assert planted.measured["repeats itself"].keys() == {"dice"}
    assert abs(planted.table.intervals["repeats itself"]["dice"].mean) < 0.02


def test_only_maps_with_signs_are_asked_for_signs(planted):
    assert planted.measured["right sign"].keys() == {"the truth", "dice", *CONTROLS}


def test_every_question_has_two_languages_and_a_bar_or_a_control(planted):
    assert all(len(asked.question) == 2 and all(asked.question) for asked in MEASURES.values())
    for measure in planted.table.intervals:
        assert measure in planted.table.bars


def test_effects_areas_and_sums_belong_to_the_same_parts(planted, known):
    effects, areas, said = (planted.of_parts(*of) for of in (["effects"], ["areas"], ["sums", "the truth"]))
    assert len(effects) == len(areas) == len(said) > 80
    parts = [(scene, part) for scene in SCENES for part in planted.scenes[scene.name]["truth"]["effects"]]
    scene, part = parts[5]
    scores = known(torch.stack([scene.image, scene.without[part]])).detach()[:, scene.label]
    assert effects[5] == pytest.approx(float(scores[0] - scores[1]), abs=1e-4)
    assert areas[5] == pytest.approx(float(scene.masks[part].float().mean()), abs=1e-4)
    assert said[5] == pytest.approx(
        float(known.truth(scene.image[None], scene.label)[0][scene.masks[part]].sum()), abs=1e-4
    )


# -- any model, anywhere, again ----------------------------------------------------------------------------------------


def brightness(model, images, labels):
    return images.mean(1)


FEW = load_scenes(per_class=1)[:3]


def test_it_goes_on_where_it_was_stopped_and_finds_the_same(tmp_path):
    model, calls = food_cnn(), []

    def counted(model, images, labels):
        calls.append(1)
        if len(calls) == 12:
            raise KeyboardInterrupt
        return images.mean(1)

    with pytest.raises(KeyboardInterrupt):
        trust_report(model, {"mine": counted}, FEW, folder=tmp_path / "exam")
    kept = sorted(path.name for path in (tmp_path / "exam").glob("scene_*.json"))
    assert kept and len(kept) < 3
    resumed = trust_report(model, {"mine": counted}, FEW, folder=tmp_path / "exam")
    assert resumed.scenes == trust_report(model, {"mine": counted}, FEW).scenes
    before = len(calls)
    trust_report(model, {"mine": counted}, FEW, folder=tmp_path / "exam")
    assert len(calls) == before
    assert [path.name for path in (tmp_path / "exam").glob(".*")] == [MANIFEST]


def test_another_model_seed_or_code_is_not_mixed_in(tmp_path):
    model = food_cnn()
    trust_report(model, {"mine": brightness}, FEW[:1], folder=tmp_path)
    for change, words in (
        ((food_cnn(seed=5), {"mine": brightness}, 0), "model"),
        ((model, {"mine": brightness}, 1), "seed"),
        ((model, {"mine": looks_at_nothing}, 0), "code"),
        ((model, {"other": brightness}, 0), "methods"),
    ):
        with pytest.raises(ValueError, match=f"folder: .* holds an exam with another .*{words}"):
            trust_report(*change[:2], FEW[:1], seed=change[2], folder=tmp_path)


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="folder: expected an empty folder or one of an earlier exam"):
        trust_report(food_cnn(), {"mine": brightness}, FEW[:1], folder=tmp_path)
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_processes_and_a_dask_cluster_find_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    model = food_cnn()
    alone = trust_report(model, {"mine": brightness}, FEW)
    assert trust_report(model, {"mine": brightness}, FEW, jobs=2).scenes == alone.scenes
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        assert trust_report(model, {"mine": brightness}, FEW, jobs=-1).scenes == alone.scenes


def test_nothing_is_left_behind():
    model = food_cnn().train()
    before, state = {key: value.clone() for key, value in model.state_dict().items()}, torch.get_rng_state()
    examine(model, {"mine": trust.METHODS["saliency of score"]} | CONTROLS, SCENES[0], seed=3)
    assert torch.equal(torch.get_rng_state(), state) and model.training
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("methods", "error", "words"),
    [
        ({}, TypeError, "methods: expected functions by their names"),
        ({"mine": 3}, TypeError, "methods: expected functions by their names"),
        ({"edges": brightness}, ValueError, "methods: expected other names than the controls', got edges"),
        (
            {"mine": lambda m, x, y: x},
            ValueError,
            r"methods: expected finite maps of shape \(1, 128, 128\), got \(1, 3,",
        ),
        ({"mine": lambda m, x, y: x.mean(1) / 0}, ValueError, "methods: expected finite maps"),
        ({"mine": lambda m, x, y: None}, ValueError, "methods: expected finite maps .* got NoneType"),
    ],
)
def test_what_cannot_sit_the_exam_is_told(methods, error, words):
    with pytest.raises(error, match=words):
        trust_report(food_cnn(), methods, FEW[:1])


def test_a_report_is_kept_and_read_again(planted, tmp_path):
    again = trust.load_trust(planted.save(tmp_path / "planted.json"))
    assert again.measured == planted.measured and again.table._repr_html_() == planted.table._repr_html_()
    (tmp_path / "other.json").write_text('{"notes": []}')
    with pytest.raises(ValueError, match=r"path: expected a report that TrustReport.save wrote"):
        trust.load_trust(tmp_path / "other.json")


# -- the committed results ---------------------------------------------------------------------------------------------

QUICK = ("saliency of score", "input × gradient", "Grad-CAM")


@pytest.fixture(scope="module")
def leaderboard():
    return {path.stem: trust.load_trust(path) for path in sorted((DATA / "trust").glob("*.json"))}


def models():
    return {
        "food_cnn": load_classifier,
        "food_cnn_plain": lambda: load_classifier("plain"),
        "known": trust.KnownNetwork,
    }


@pytest.mark.parametrize("name", models())
def test_the_committed_results_are_of_this_model_and_this_code(leaderboard, name):
    protocol = leaderboard[name].protocol
    assert protocol["protocol"] == trust.PROTOCOL
    assert protocol["model"] == fingerprint(models()[name]())
    assert protocol["methods"] == [*trust.METHODS, *CONTROLS]


def close(found, committed):
    """Most numbers to the third digit; a tie that another machine's last bit breaks otherwise may move a few."""
    off = []
    for method, measured in committed.items():
        for measure, value in measured.items():
            if isinstance(value, float | int) and not isinstance(value, bool) and measure in found.get(method, {}):
                off.append(abs(found[method][measure] - value))
    return torch.tensor(off).quantile(0.95) < 0.01, len(off)


@pytest.mark.parametrize("label", range(11))
def test_ten_scenes_a_class_measured_again(leaderboard, label):
    """The measures of one map each; pytest -m bench measures all of it again."""
    model, of_one_map = load_classifier(), [measure for measure, asked in MEASURES.items() if asked.first > 10]
    methods = {name: trust.METHODS[name] for name in QUICK} | CONTROLS
    for scene in [scene for scene in load_scenes(per_class=10) if scene.label == label]:
        same, count = close(examine(model, methods, scene, 0, of_one_map), leaderboard["food_cnn"].scenes[scene.name])
        assert same and count >= 15, scene.name


def test_one_scene_measured_again_by_all(leaderboard):
    scene = load_scenes(per_class=3)[11]  # asked everything but the smoothed test, which takes a minute
    for name, load in models().items():
        found = examine(load(), trust.METHODS | CONTROLS, scene, 0)
        same, count = close(found, leaderboard[name].scenes[scene.name])
        assert same and count > 40, name


@pytest.mark.bench
@pytest.mark.parametrize("name", models())
def test_the_whole_leaderboard_measured_again(leaderboard, name):
    committed = leaderboard[name]
    scenes = [scene for scene in load_scenes() if scene.name in committed.scenes]
    measures = committed.protocol["measures"]
    again = trust_report(models()[name](), trust.METHODS, scenes, measures=measures, jobs=-1)
    for measure in committed.table.intervals:
        assert again.table.trusted(measure) == committed.table.trusted(measure), measure


def test_a_method_that_writes_into_its_pictures_changes_no_other_methods():
    def greedy(model, images, labels):
        return images.mul_(0).sum(1)

    def bright(model, images, labels):
        return images.mean(1)

    scene, measures = load_scenes(per_class=1)[0], ["pointing game"]
    both = examine(food_cnn(), {"greedy": greedy, "bright": bright}, scene, measures=measures)
    assert both["bright"] == examine(food_cnn(), {"bright": bright}, scene, measures=measures)["bright"]
