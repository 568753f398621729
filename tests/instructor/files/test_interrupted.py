"""hw9-xai assets add, killed: what was there before, or all that is new, and never anything between."""

import os
import random
import shutil
import time

import killing
import pytest
from stand_ins import checkpoint, course_zip, pictures, zipped

from hw9_xai.assets import CACHE_VARIABLE, read_shelf
from hw9_xai.instructor.files.add import add
from hw9_xai.instructor.files.shelf import digest_of, use

pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are killed as POSIX does it")


def archive(path, width, names):
    files = {f"food/{name}": pictures()[name] for name in names}
    path.write_bytes(zipped({"checkpoint.pth": checkpoint(width), "food.zip": zipped(files)}))
    return path


def state():
    """What counts, with every byte of it proved to be there."""
    shelf = read_shelf()
    for asset in shelf.assets.values():
        assert digest_of(asset.folder) == (asset.sha256, asset.bytes)
    return shelf


def ten_random(moments):
    return sorted(random.Random(0).sample(range(1, moments + 1), 10))


def every(moments):
    return range(1, moments + 1)


@pytest.mark.parametrize("chosen", [ten_random, pytest.param(every, marks=pytest.mark.bench)])
def test_killed_at_any_moment_it_leaves_the_old_or_the_new(chosen, tmp_path, monkeypatch):
    first = archive(tmp_path / "first.zip", 4, list(pictures()))
    second = archive(tmp_path / "second.zip", 5, list(pictures())[:4])
    home, cache = tmp_path / "home", tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(home))
    add(first)
    use("course")

    def fresh():
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(home, cache)
        monkeypatch.setenv(CACHE_VARIABLE, str(cache))

    fresh()
    old = state()
    moments, code = killing.add(second, cache)
    new = state()
    assert code == 0 and old.use == new.use == "course"
    assert {kind: new.assets[kind] != old.assets[kind] for kind in old.assets} == {"classifier": True, "pictures": True}

    left = {"old": 0, "new": 0}
    for moment in chosen(moments):
        fresh()
        assert killing.add(second, cache, moment) == (moment, -9)
        found = state()
        assert found in (old, new), f"killed at {moment} of {moments}"
        left["old" if found == old else "new"] += 1
        assert killing.add(second, cache)[1] == 0, "what was interrupted is simply done again"
        assert state() == new
        assert {path.name for path in (cache / "items").iterdir()} == {
            asset.folder.name for asset in new.assets.values()
        }
        assert {path.name for path in cache.iterdir()} == {"assets.json", "items", "lock.sqlite"}
    print(f"{sum(left.values())} of {moments} moments: {left}")
    assert left["old"] and (left["new"] or chosen is ten_random)


@pytest.mark.bench
def test_killed_by_the_clock_with_files_of_full_size(tmp_path, monkeypatch):
    """In the middle of writing, too: 170 MB are unpacked, and 57 MB of weights are written."""
    small, full = course_zip(tmp_path, 4), tmp_path / "full"
    full.mkdir()
    large, cache = course_zip(full, 128), tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))
    add(small)
    old = state()
    killing.add(small, tmp_path / "other")  # what is done once is not timed
    start = time.perf_counter()
    assert killing.add(large, tmp_path / "other")[1] == 0
    whole = time.perf_counter() - start
    dice, left = random.Random(0), {"old": 0, "new": 0}
    for _ in range(10):
        shutil.rmtree(cache)
        add(small)
        killing.add(large, cache, seconds=dice.uniform(0, whole))
        found = state()
        assert found == old or found.assets["classifier"].what == "width 128, 11 classes"
        left["old" if found == old else "new"] += 1
    print(f"10 kills within {whole:.1f} s: {left}")
