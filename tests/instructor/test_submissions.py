"""Folders, ZIPs and what hides in them: opened within limits, never followed, never unpacked."""

import io
import os
import zipfile

import pytest
from given.attacks import entries, failing, marked, pretending
from given.submitted import zipped

from hw9_xai.instructor import budget
from hw9_xai.instructor.budget import Budget
from hw9_xai.instructor.files import zips
from hw9_xai.instructor.submissions import find_students, open_documents, passed_over


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


def test_every_file_is_in_a_row_or_in_the_list_of_what_was_passed_over(tmp_path):
    names = [
        "a.rar",
        "b.7z",
        "c.ipynb.txt",
        "d.tar.gz",
        "e.ipynb",
        "e.rar",
        "notes.txt",
        ".hidden",
        "grades.csv",
        "f.py.txt",
    ]
    for name in names:
        (tmp_path / name).write_text("")
    students = find_students(tmp_path)
    assert list(students) == ["a", "b", "c", "d", "e", "f"]
    rows = [path.name for paths in students.values() for path in paths]
    assert sorted([*rows, *passed_over(tmp_path)]) == sorted(names)
    assert documents(tmp_path / "a.rar") == [("a.rar", "no notebook, script or ZIP by its name, not read")]


def test_what_a_student_handed_in_beside_is_named(tmp_path):
    (tmp_path / "s" / "__MACOSX").mkdir(parents=True)
    for name in ["a.ipynb", "b.rar", "c.png"]:
        (tmp_path / "s" / name).write_text("")
    (tmp_path / "s" / "d.zip").write_bytes(
        zipped({"e.7z": b"", "f.txt": b"", "g.ipynb/": b"", "__MACOSX/._a.ipynb": b""})
    )
    found = {document.name: document.is_other for document in open_documents([tmp_path / "s"], Budget())}
    assert found == {
        "s/__MACOSX": True, "s/a.ipynb": False, "s/b.rar": False, "s/c.png": True, "s/d.zip/e.7z": False,
        "s/d.zip/f.txt": True, "s/d.zip/__MACOSX/._a.ipynb": True,
    }  # fmt: skip


def test_members_that_fail_are_charged(tmp_path, monkeypatch):
    monkeypatch.setattr(budget, "MOST_BYTES", 3_000_000)
    (tmp_path / "s.zip").write_bytes(failing(20, 1_000_000))
    assert [problem for _, problem in documents(tmp_path / "s.zip")] == [
        *["cannot be unpacked: BadZipFile"] * 3, "more than 1,000 files or 3 MB; the rest is not read",
    ]  # fmt: skip


@pytest.mark.parametrize("disguise", [lambda data: data, pretending, marked])
def test_no_disguise_hides_a_giant_list_of_contents(tmp_path, monkeypatch, disguise):
    (tmp_path / "s.zip").write_bytes(disguise(entries(100)))
    assert len(zips.open_zip(io.BytesIO(disguise(entries(100)))).infolist()) == 100, "to zipfile it is whole"
    monkeypatch.setattr(zips, "LARGEST_DIRECTORY", 100)
    assert documents(tmp_path / "s.zip") == [("s.zip", "no ZIP that can be read: too many entries")]
