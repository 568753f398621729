"""Folders, ZIPs and what hides in them: opened within limits, never followed, never unpacked."""

import os
import zipfile

import pytest
from given.submitted import zipped

from hw9_xai.instructor import budget
from hw9_xai.instructor.budget import Budget
from hw9_xai.instructor.files import zips
from hw9_xai.instructor.submissions import find_students, open_documents


def documents(path):
    found = open_documents([path], Budget())
    return [(document.name, document.problem or document.data) for document in found if not document.is_other]


def test_the_first_name_is_the_student(tmp_path):
    for name in [
        "王小明/01.ipynb",
        "王小明/more/02.ipynb",
        "lee.ipynb",
        "lee.py",
        "chen.zip",
        "notes.txt",
        ".hidden/a.py",
    ]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = {student: [path.name for path in paths] for student, paths in find_students(tmp_path).items()}
    assert found == {"王小明": ["王小明"], "lee": ["lee.ipynb", "lee.py"], "chen": ["chen.zip"]}


def test_nested_folders_in_the_order_of_their_names(tmp_path):
    for name in ["s/b.py", "s/a/c.ipynb", "s/a/x.txt", "s/.ipynb_checkpoints/c.ipynb", "s/__MACOSX/._c.ipynb"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert documents(tmp_path / "s") == [("s/a/c.ipynb", b"s/a/c.ipynb"), ("s/b.py", b"s/b.py")]


def test_zips_and_zips_in_zips(tmp_path):
    inner = zipped({"c.py": b"c"})
    junk = {"x.png": b"", "d/": b"", "__MACOSX/._a.ipynb": b""}
    files = {"b/b.py": b"b", "a.ipynb": b"a", "in.zip": inner, "deep.zip": zipped({"in.zip": inner})}
    (tmp_path / "s.zip").write_bytes(zipped(files | junk))
    assert documents(tmp_path / "s.zip") == [
        ("s.zip/a.ipynb", b"a"), ("s.zip/b/b.py", b"b"), ("s.zip/deep.zip/in.zip", "ZIPs nested too deep"),
        ("s.zip/in.zip/c.py", b"c"),
    ]  # fmt: skip


def test_zip_slip_is_only_a_name(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    names = ["../../evil.py", "/etc/evil.py", "..\\..\\evil.py", "C:\\evil.py"]
    (folder / "s.zip").write_bytes(zipped(dict.fromkeys(names, b"Q1 = 'A'")))
    assert [data for _, data in documents(folder / "s.zip")] == [b"Q1 = 'A'"] * 4
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "s.zip"]


def test_a_zip_bomb_is_not_let_off(tmp_path):
    (tmp_path / "s.zip").write_bytes(zipped({"bomb.ipynb": bytes(50_000_000), "ok.py": b"ok"}))
    assert documents(tmp_path / "s.zip") == [("s.zip/bomb.ipynb", "larger than 20 MB"), ("s.zip/ok.py", b"ok")]


def test_the_allowance_counts_zips_in_zips(tmp_path, monkeypatch):
    monkeypatch.setattr(budget, "MOST_BYTES", 1000)
    bomb = zipped({f"{number}.zip": zipped({"x.txt": bytes(50_000)}) for number in range(9)})
    (tmp_path / "s.zip").write_bytes(bomb)
    assert documents(tmp_path / "s.zip") == [("s.zip", "more than 1,000 files or 0 MB; the rest is not read")]


def test_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(budget, "MOST_FILES", 2)
    (tmp_path / "s.zip").write_bytes(zipped(dict.fromkeys(["a.py", "b.py", "c.py"], b"")))
    assert [name for name, _ in documents(tmp_path / "s.zip")] == ["s.zip/a.py", "s.zip/b.py", "s.zip"]


def test_a_giant_list_of_contents_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "LARGEST_DIRECTORY", 100)
    (tmp_path / "s.zip").write_bytes(zipped(dict.fromkeys(["a.py", "b.py", "c.py"], b"")))
    assert documents(tmp_path / "s.zip") == [("s.zip", "no ZIP that can be read: too many entries")]


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\5\6", b"x" * 100, zipped({"a.py": b"a" * 100})[:-30]])
def test_a_broken_zip(tmp_path, data):
    (tmp_path / "s.zip").write_bytes(data)
    assert documents(tmp_path / "s.zip") == [("s.zip", "no ZIP that can be read: File is not a zip file")]


def test_what_a_zip_may_not_hold(tmp_path):
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        link = zipfile.ZipInfo("link.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("lzma.ipynb", b"x", zipfile.ZIP_LZMA)
        archive.writestr("secret.ipynb", b"x")
        archive.writestr("spoilt.ipynb", b"many bytes to spoil")
    data = bytearray((tmp_path / "s.zip").read_bytes())
    data[data.find(b"many")] ^= 1
    data[data.rfind(b"secret.ipynb") - 38] |= 1  # the flag "encrypted"
    (tmp_path / "s.zip").write_bytes(data)
    assert documents(tmp_path / "s.zip") == [
        ("s.zip/link.ipynb", "a link or a device, not read"),
        ("s.zip/lzma.ipynb", "compressed in an unusual way, not read"),
        ("s.zip/secret.ipynb", "encrypted, not read"),
        ("s.zip/spoilt.ipynb", "cannot be unpacked: BadZipFile"),
    ]


def test_links_and_pipes_are_not_opened(tmp_path):
    (tmp_path / "outside.py").write_text("Q1 = 'A'")
    folder = tmp_path / "s"
    folder.mkdir()
    os.symlink(tmp_path / "outside.py", folder / "a.py")
    os.symlink(tmp_path, folder / "loop")
    os.symlink(tmp_path / "nowhere", folder / "b.ipynb")
    os.mkfifo(folder / "pipe.ipynb")
    assert documents(folder) == [
        ("s/a.py", "a link, not followed"), ("s/b.ipynb", "a link, not followed"), ("s/loop", "a link, not followed"),
        ("s/pipe.ipynb", "not an ordinary file"),
    ]  # fmt: skip


def test_a_student_who_is_a_link(tmp_path):
    (tmp_path / "in").mkdir()
    os.symlink(tmp_path, tmp_path / "in" / "s")
    (paths,) = find_students(tmp_path / "in").values()
    assert documents(paths[0]) == [("s", "a link, not followed")]


def test_no_folder_and_an_empty_one(tmp_path):
    with pytest.raises(NotADirectoryError, match=r"^FOLDER: expected a folder of submissions, got .*nowhere"):
        find_students(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"^FOLDER: expected notebooks, scripts, ZIPs or folders of them in .* none"):
        find_students(tmp_path)
