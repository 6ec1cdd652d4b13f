"""The directive `lessons`: the lessons of the page for teachers, with links into the playground."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

LESSONS = Path(__file__).parents[1] / "idea" / "check" / "page" / "lessons" / "lessons.json"
_LANGUAGES = ("en", "ja")
# From docs/how-to/, where the pages with the lessons lie.
_PAGE = "../playground/index.html#"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive with Sphinx."""
    app.add_directive("lessons", Lessons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Lessons(Directive):
    """All lessons in a language, `en` or `ja`, each a section."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        env = self.state.document.settings.env
        env.note_dependency(str(LESSONS))
        place = _LANGUAGES.index(self.arguments[0])
        contents = json.loads(LESSONS.read_text("utf-8"))
        words = {name: text[place] for name, text in contents["words"].items()}
        sections: list[nodes.Node] = [nodes.paragraph("", words["about"])]
        for number, lesson in enumerate(contents["lessons"], 1):
            heading = words["lesson"].format(n=number)
            section = nodes.section(ids=[lesson["id"]], names=[lesson["id"]])
            section += nodes.title("", f"{heading}: {lesson['title'][place]}")
            section += nodes.paragraph("", lesson["aim"][place])
            steps = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
            steps += [_step(step, place, words) for step in lesson["steps"]]
            section += steps
            sections.append(section)
        return sections


def _step(step: dict[str, Any], place: int, words: dict[str, str]) -> nodes.list_item:
    link = nodes.reference("", words["open"], refuri=_PAGE + step["link"], internal=True)
    minutes = words["minutes"].format(n=step["minutes"])
    first = nodes.paragraph("", f"{step['do'][place]} ({minutes}) ")
    first += link
    parts = [
        nodes.paragraph("", "", nodes.strong("", f"{words[part]}: "), nodes.Text(step[part][place]))
        for part in ("see", "ask")
    ]
    return nodes.list_item("", first, *parts)
