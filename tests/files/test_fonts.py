"""The labels of pictures are drawn, or spelled, in characters that the font has."""

from __future__ import annotations

import pytest

from idea.files import fonts
from idea.files.fonts import font_for


def widths(font, text: str) -> list[tuple[int, int]]:
    return [font.getmask(character).size for character in text]


def test_a_font_that_has_the_characters_is_taken_where_there_is_one():
    pytest.importorskip("matplotlib")
    plain, text = font_for("sneaker", 14)
    assert text == "sneaker"
    other, text = font_for("café Ж", 14)
    assert text == "café Ж"
    boxes = widths(other, "\uf8ff") * len(text)
    assert all(one != box for one, box in zip(widths(other, text), boxes, strict=True))
    assert other.getname() != plain.getname()
    assert font_for("café Ж", 14)[0] is other


@pytest.mark.parametrize(
    ("label", "spelled"),
    [
        ("café", "cafe"),
        ("日", "U+65E5"),
        ("a日本", "a U+65E5 U+672C"),
        ("Łø“x”", "U+0141 U+00F8 “x”"),
    ],
)
def test_without_one_a_label_is_spelled(monkeypatch, label, spelled):
    monkeypatch.setattr(fonts, "_others", lambda size: iter(()))
    font, text = font_for(label, 14)
    assert text == spelled
    assert font is font_for("sneaker", 14)[0]
