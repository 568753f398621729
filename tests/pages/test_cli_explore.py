from berts import tiny_bert

from hw9_xai.bert import models
from hw9_xai.cli import main


def test_explore_writes_a_page(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(models, "load_bert", lambda name: tiny_bert(name=name))
    out = tmp_path / "page.html"
    assert (
        main(["explore", "Emily is kind .", "--model", "some-bert", "--pair", "Emily", "kind", "--out", str(out)]) == 0
    )
    assert '"masked":[1,3]' in out.read_text(encoding="utf-8") and '"model":"some-bert"' in out.read_text()
    assert str(out) in capsys.readouterr().out


def test_explore_says_what_is_wrong_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(models, "load_bert", lambda name: tiny_bert(name=name))
    assert main(["explore", "", "--out", str(tmp_path / "page.html")]) == 1
    assert capsys.readouterr().err == "hw9-xai: text: expected at least one word, got ''\n"
