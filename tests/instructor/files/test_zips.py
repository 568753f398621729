"""ZIPs as an attacker would make them: refused whole, with a sentence, and nothing outside the folder is touched."""

import random
import stat
import zipfile
from pathlib import PurePosixPath

import pytest
from stand_ins import pictures, zipped

from hw9_xai.instructor.files import zips
from hw9_xai.instructor.files.add import add
from hw9_xai.instructor.files.zips import Refused, Unpacker

PICTURE = pictures()["0_0.jpg"]


def unpack(path, into):
    into.mkdir(exist_ok=True)
    return list(Unpacker(into, lambda name: name.suffix == ".jpg").unpack(path, PurePosixPath(path.name)))


def member(name, mode=stat.S_IFREG | 0o644, **more):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    for key, value in more.items():
        setattr(info, key, value)
    return info


def archive(path, *members):
    with zipfile.ZipFile(path, "w") as file:
        for info, content in members:
            file.writestr(info, content)
    return path


@pytest.mark.parametrize("name", [
    "/etc/0_0.jpg", "../0_0.jpg", "food/../../0_0.jpg", "C:\\0_0.jpg", "C:0_0.jpg", "..\\0_0.jpg",
    "\\\\host\\share\\0_0.jpg",
    "food/..", "/x",
])  # fmt: skip
def test_paths_that_lead_out_are_refused(name, tmp_path, cache):
    bad = archive(tmp_path / "bad.zip", (member("food/1_1.jpg"), PICTURE), (member(name), PICTURE))
    with pytest.raises(Refused, match=r"bad\.zip: holds .* a path that leads out of its folder"):
        unpack(bad, tmp_path / "into")
    with pytest.raises(Refused):
        add(bad)
    assert {path.name for path in tmp_path.rglob("*")} == {"bad.zip", "into", "cache", "lock.sqlite"}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind, tmp_path):
    bad = archive(tmp_path / "bad.zip", (member("food/0_0.jpg", kind | 0o777), b"/etc/passwd"))
    with pytest.raises(Refused, match="is a link or a device; unpack it"):
        unpack(bad, tmp_path / "into")


def test_an_encrypted_one_is_refused(tmp_path):
    path = archive(tmp_path / "bad.zip", (member("0_0.jpg"), PICTURE))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(Refused, match="is encrypted; unpack it, and add the folder"):
        unpack(path, tmp_path / "into")


def test_unusual_compression_is_refused(tmp_path):
    path = archive(tmp_path / "bad.zip", (member("0_0.jpg", compress_type=zipfile.ZIP_LZMA), PICTURE))
    with pytest.raises(Refused, match="is compressed in an unusual way"):
        unpack(path, tmp_path / "into")


def test_a_bomb_is_refused_before_a_byte_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MOST_BYTES", 10_000_000)
    (tmp_path / "bomb.zip").write_bytes(zipped({"0_0.jpg": b"\0" * 11_000_000}))
    assert (tmp_path / "bomb.zip").stat().st_size < 60_000
    with pytest.raises(Refused, match=r"bomb\.zip: more than 0 GB when unpacked"):
        unpack(tmp_path / "bomb.zip", tmp_path / "into")
    assert not list((tmp_path / "into").iterdir())


def test_a_bomb_in_many_zips_is_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MOST_BYTES", 10_000_000)
    inner = zipped({"0_0.jpg": b"\0" * 4_000_000})
    (tmp_path / "bomb.zip").write_bytes(zipped({f"{number}.zip": inner for number in range(5)}))
    with pytest.raises(Refused, match=r"bomb\.zip/2\.zip: more than"):
        unpack(tmp_path / "bomb.zip", tmp_path / "into")


def test_a_size_that_lies_gains_nothing(tmp_path):
    path = tmp_path / "liar.zip"
    path.write_bytes(zipped({"0_0.jpg": b"\0" * 5_000_000}))
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2") + 24
    content[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"liar\.zip: not a complete ZIP"):
        unpack(path, tmp_path / "into")
    assert all(file.stat().st_size <= 1000 for file in (tmp_path / "into").iterdir())


def test_zips_may_be_nested_three_deep_and_no_deeper(tmp_path):
    content = {"0_0.jpg": PICTURE}
    for depth in range(3):
        content = {f"{depth}.zip": zipped(content)}
        path = tmp_path / f"outer{depth}.zip"
        path.write_bytes(content[f"{depth}.zip"])
        if depth < 3:
            assert unpack(path, tmp_path / f"into{depth}")[-1].path.read_bytes() == PICTURE
    (tmp_path / "deeper.zip").write_bytes(zipped({"x.zip": (tmp_path / "outer2.zip").read_bytes()}))
    with pytest.raises(Refused, match="ZIPs nested more than 3 deep"):
        unpack(tmp_path / "deeper.zip", tmp_path / "deep")


def test_a_zip_that_holds_itself_ends(tmp_path, monkeypatch):
    """A quine: whatever is unpacked is the same ZIP again."""
    path = tmp_path / "r.zip"
    path.write_bytes(zipped({"r.zip": b""}))
    monkeypatch.setattr(zips.shutil, "copyfileobj", lambda source, target, block: target.write(path.read_bytes()))
    with pytest.raises(Refused, match=r"r\.zip/r\.zip/r\.zip/r\.zip: ZIPs nested"):
        unpack(path, tmp_path / "into")


def test_only_what_is_wanted_is_written(tmp_path):
    files = {"0_0.jpg": PICTURE, "virus.exe": b"x", "__MACOSX/._0_0.jpg": b"x", ".hidden/1_1.jpg": b"x"}
    (tmp_path / "a.zip").write_bytes(zipped(files))
    found = unpack(tmp_path / "a.zip", tmp_path / "into")
    assert [str(file.name) for file in found] == [f"a.zip/{name}" for name in files]
    assert [file.name for file in (tmp_path / "into").iterdir()] == ["0000.jpg"], "a number, no name of the ZIP's"


def test_slashes_of_windows(tmp_path):
    path = archive(tmp_path / "a.zip", (member("food\\0_0.jpg"), PICTURE))
    assert [str(file.name) for file in unpack(path, tmp_path / "into")] == ["a.zip/food/0_0.jpg"]


@pytest.mark.parametrize("damage", [
    lambda content: content[:50], lambda content: content[: len(content) // 2], lambda content: b"",
    lambda content: content[:100] + b"\xff" * 50 + content[150:], lambda content: content[:-1],
])  # fmt: skip
def test_damage_is_one_sentence(damage, tmp_path):
    (tmp_path / "a.zip").write_bytes(damage(zipped({"0_0.jpg": PICTURE}, level=9)))
    with pytest.raises(Refused, match=r"^a\.zip: not a complete ZIP \(.*\)$"):
        unpack(tmp_path / "a.zip", tmp_path / "into")


def test_random_damage_never_ends_in_another_error(tmp_path):
    dice, whole = random.Random(0), zipped({"food/0_0.jpg": PICTURE[:2000], "b.zip": zipped({"1_1.jpg": b"1"})})
    refused = 0
    for number in range(500):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        (tmp_path / "a.zip").write_bytes(content)
        try:
            unpack(tmp_path / "a.zip", tmp_path / f"into{number}")
        except Refused as problem:
            refused += 1
            assert "\n" not in str(problem)
    assert refused > 200
