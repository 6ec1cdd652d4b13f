"""A visitor of the checker, with a mouse and a keyboard, who records errors."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from idea.image import DIGITS, Task

SEVEN = [[(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]]
"""Strokes of a 7, as shares of the canvas."""


_TEXTS = Path(__file__).parents[2] / "idea" / "check" / "page" / "texts"
_READ_TEXTS = """async (names) => {
  const read = async (name) => (await import(new URL(`texts/${name}`, location.href).href)).texts;
  return Object.assign({}, ...await Promise.all(names.map(read)));
}"""

# What is uppermost gets the events, as it gets a mouse's.
_AT_ONCE = """(strokes) => {
  const canvas = document.querySelector("#canvas");
  canvas.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { x, y, width, height } = canvas.getBoundingClientRect();
  const send = (type, buttons, [right, down]) => {
    const place = { clientX: x + right * width, clientY: y + down * height };
    const pointer = { pointerId: 1, pointerType: "mouse", buttons, bubbles: true };
    const target = document.elementFromPoint(place.clientX, place.clientY);
    target.dispatchEvent(new PointerEvent(type, { ...pointer, ...place }));
  };
  for (const [first, ...others] of strokes) {
    send("pointerdown", 1, first);
    for (const point of others) send("pointermove", 1, point);
    send("pointerup", 0, others.at(-1));
  }
}"""


# Notes vanish after some seconds, which a busy machine may need to look.
_RECORD_NOTES = """
  window.shownNotes = [];
  new MutationObserver((_, observer) => {
    const notes = document.querySelector("#notes");
    if (!notes) return;
    observer.disconnect();
    const record = () => window.shownNotes.push(notes.textContent);
    new MutationObserver(record).observe(notes, { childList: true, subtree: true });
  }).observe(document, { childList: true, subtree: true });
"""

# A service worker would fetch the whole site on each visit.
SETTINGS = {"viewport": {"width": 1280, "height": 900}, "service_workers": "block"}
_OF_A_PAGE = {"viewport", "reduced_motion", "color_scheme", "forced_colors"}
_BLOCKED = "Service Worker registration blocked by Playwright"
# Kept over reloads, so that readers find the slider where they left it.
_NOISE = """sessionStorage["idea.noise"] ??= %d"""
# What plays on a first visit has played.
_HAS_SEEN_INTRO = 'sessionStorage["idea.intro"] = "true"'


class Visit:
    """One visitor's page; the slider of noise is at `noise`, by default at the logit alone.

    It opens at a panel that computes nothing until something is drawn; without `opened`, at the
    first one. With `intro`, it is the first in a session. With `listed`, `requested_urls` records
    the address of each request, which is slow: a page makes over a hundred.

    It is made in the context `everyday`, if nobody is there, of which all storage is removed first.
    It has a new one `alone`, as one needs whose clock is changed, which is the context's, and with
    routes or settings other than those of a page.
    """

    def __init__(
        self,
        browser,
        address,
        routes=None,
        noise=0,
        *,
        intro=False,
        opened="fool",
        listed=False,
        everyday=None,
        alone=False,
        **settings,
    ) -> None:
        is_special = alone or routes or settings.keys() - _OF_A_PAGE
        self._is_everyday = not (is_special or everyday is None or everyday.pages)
        self.context = everyday if self._is_everyday else browser.new_context(**SETTINGS | settings)
        for pattern, handler in (routes or {}).items():
            self.context.route(pattern, handler)
        # What is waited for takes a second where nothing else runs, and a minute beside much else.
        self.context.set_default_timeout(120_000)
        self.page = self.context.new_page()
        if self._is_everyday:
            self._forget(address)
            self.page.set_viewport_size(settings.pop("viewport", SETTINGS["viewport"]))
            self.page.emulate_media(**settings)
        self.page.add_init_script(_RECORD_NOTES)
        if noise is not None:
            self.page.add_init_script(_NOISE % noise)
        if not intro:
            self.page.add_init_script(_HAS_SEEN_INTRO)
        self.console_errors: list[str] = []
        self._expected: str | None = None
        self.requested_urls: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        if listed:
            self.page.on("request", lambda request: self.requested_urls.append(request.url))
        self.address = address
        self.task = DIGITS
        # On phones a link leads to its panel, away from the canvas.
        is_whole = intro or "#" in address or settings.get("is_mobile")
        self.page.goto(address if is_whole else f"{address}#{opened}")
        self.texts = texts_of(self.page)
        self._wait_until_ready()

    def _forget(self, address: str) -> None:
        """Remove what visits before have stored."""
        session = self.context.new_cdp_session(self.page)
        origin = urlsplit(address)._replace(path="", fragment="").geturl()
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.detach()

    def reload(self) -> None:
        """Reload the page, and wait until it can be used."""
        self.page.reload()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        """Wait until the networks are listed: by then everything handles its events."""
        self.page.locator("select option").first.wait_for(state="attached")
        self.wait_for_panel()

    def wait_for_panel(self) -> None:
        """Wait until the open panel is loaded, and end the scrolling to it, which moves it on."""
        self.page.locator(".panel.loading:not([hidden])").wait_for(state="detached")
        self.page.evaluate("() => scrollTo({ top: scrollY, behavior: 'instant' })")

    def _listen(self, message) -> None:
        # While a server loads the training images, it has no nearest one yet.
        is_waiting = "503" in message.text and message.location["url"].endswith("api/nearest")
        is_expected = is_waiting or message.text == _BLOCKED
        if message.type in ("error", "warning") and not is_expected:
            self.console_errors.append(message.text)

    def end(self) -> None:
        """Close the page, and check that there were no errors.

        A request to another site would be one, for the browser finds no other. Handlers that still
        answer requests of the page fail when it closes, which the next test would meet.
        """
        self.context.unroute_all(behavior="ignoreErrors")
        for page in self.context.pages:
            page.close()
        if not self._is_everyday:
            self.context.close()
        errors = [text for text in self.console_errors if not self._is_expected(text)]
        assert not errors, errors

    def expect_errors(self, text: str) -> None:
        """Allow errors with a text: the browser itself writes of each request that fails."""
        self._expected = text

    def _is_expected(self, error: str) -> bool:
        return self._expected is not None and self._expected in error

    def text(self, key: str, **params) -> str:
        """Return a text of the page in its language, by its key."""
        language = self.page.locator("html").get_attribute("lang")
        if self.task.classes != DIGITS.classes:
            key = f"{key}.class" if f"{key}.class" in self.texts else key
        text = self.texts[key][("en", "ja").index(language)]
        task = self.task
        sizes = {"height": task.height, "width": task.width, "pixels": task.pixels}
        return re.sub(r"\{(\w+)\}", lambda gap: _filled(gap, sizes | params, task), text)

    def pattern(self, key: str, **params) -> re.Pattern[str]:
        """Return a pattern of a text, in which missing parameters match anything."""
        return re.compile(
            "^" + re.sub(r"\\\{\w+\\\}", ".*", re.escape(self.text(key, **params))) + "$"
        )

    def button(self, key: str):
        return self.page.get_by_role("button", name=self.text(key), exact=True)

    def panel(self, key: str):
        """Open a panel by its tab."""
        name = self.text(key)
        self.page.get_by_role("tab", name=name, exact=True).click()
        panel = self.page.get_by_role("tabpanel", name=name, exact=True)
        panel.wait_for()
        self.wait_for_panel()
        return panel

    def thumb(self, label, **params):
        """Return the button of an idea that has been found."""
        name = self.pattern("ideas.thumb", label=label, **params)
        return self.page.get_by_role("button", name=name)

    def draw(self, strokes=SEVEN) -> None:
        """Draw strokes, of which all movements reach the page before its next frame.

        Points are shares of the canvas.
        """
        self.page.evaluate(_AT_ONCE, strokes)

    def draw_by_mouse(self, strokes=SEVEN, steps=3) -> None:
        """Draw strokes with the mouse, in steps, at each of which the page paints and reads."""
        box = self.canvas_in_sight()
        for stroke in strokes:
            points = [
                (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke
            ]
            self.page.mouse.move(*points[0])
            self.page.mouse.down()
            for point in points[1:]:
                self.page.mouse.move(*point, steps=steps)
            self.page.mouse.up()

    def canvas_in_sight(self) -> dict[str, float]:
        """Scroll back to the canvas, and return where it is."""
        canvas = self.page.locator("#canvas")
        canvas.evaluate("(it) => it.scrollIntoView({ block: 'nearest', behavior: 'instant' })")
        return canvas.bounding_box()

    def answer(self, label) -> None:
        """Wait until the page's prediction is a class."""
        self.page.locator("#answer-digit").get_by_text(str(label), exact=True).wait_for()

    def choose(self, model, task: Task = DIGITS) -> None:
        """Choose one of the networks; the task is the network's."""
        self.page.get_by_label(self.text("model"), exact=True).select_option(model)
        self.task = task

    def settle(self) -> None:
        """Wait until predictions have arrived, and no more of them arrive."""
        before = None
        while (now := self._answered()) != before or not now:
            before = now
            self.page.wait_for_timeout(250)

    def _answered(self) -> str | None:
        """Return how many predictions have arrived; None while others are awaited."""
        return self.page.evaluate("document.documentElement.dataset.answered")

    def greys(self, key: str, **params) -> np.ndarray:
        """Return the greys 0…255 of a displayed image, by the key of its label."""
        image = self.page.get_by_role("img", name=self.text(key, **params), exact=True)
        url = image.evaluate("(canvas) => canvas.toDataURL()")
        with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as picture:
            return np.asarray(picture.convert("L"), np.float32)

    def tab_to(self, what: str) -> None:
        """Press Tab until something has the focus: an expression of the element `it`."""
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"((it) => {what})(document.activeElement)"):
                return
        raise AssertionError(f"Tab never came to {what}")

    def press(self, keys: str) -> None:
        """Press keys, named with spaces between them."""
        for key in keys.split():
            self.page.keyboard.press(key)

    def note(self, key: str, **params) -> None:
        """Wait until a note has been displayed, be it there still or not."""
        text = self.text(key, **params)
        self.page.wait_for_function("(text) => window.shownNotes.includes(text)", arg=text)

    def toast(self) -> str:
        """Return the displayed error."""
        alert = self.page.get_by_role("alert")
        alert.get_by_text(re.compile(".")).first.wait_for()
        return alert.inner_text()

    def close_toast(self) -> None:
        """Close the displayed error."""
        self.button("toast.close").click()
        self.button("toast.close").wait_for(state="detached")

    def saved(self, button) -> bytes:
        """Press a button that saves a file; return the file's contents."""
        with self.page.expect_download() as download:
            button.click()
        return download.value.path().read_bytes()

    def name_of_saved(self, button) -> str:
        """Press a button that saves a file; return the file's name."""
        with self.page.expect_download() as download:
            button.click()
        return download.value.suggested_filename

    def drop(self, name: str, data: bytes, beside: dict[str, bytes] | None = None) -> None:
        """Drop a file onto the page, and others with it."""
        files = {name: data, **(beside or {})}
        self.page.evaluate(
            """(files) => {
              const dataTransfer = new DataTransfer();
              for (const [name, text] of files) {
                const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
                dataTransfer.items.add(new File([bytes], name));
              }
              for (const type of ["dragenter", "dragover", "drop"]) {
                const options = { dataTransfer, bubbles: true, cancelable: true };
                document.body.dispatchEvent(new DragEvent(type, options));
              }
            }""",
            [[each, base64.b64encode(part).decode()] for each, part in files.items()],
        )


_known_texts: dict[str, list[str]] = {}


def texts_of(page) -> dict[str, list[str]]:
    """Return all texts of the page by their keys, in each language: they are read once."""
    if not _known_texts:
        _known_texts.update(page.evaluate(_READ_TEXTS, [path.name for path in _TEXTS.iterdir()]))
    return _known_texts


def choose(panel, digit) -> None:
    """Choose a digit among ten."""
    check(panel.get_by_role("radio", name=str(digit), exact=True))


def check(radio) -> None:
    """Choose a radio button by its label, which is what one sees, once that stands still."""
    radio.locator("xpath=ancestor::label").click()


def binary(greys) -> np.ndarray:
    return (greys.ravel() >= 128).astype(np.float32)


def _filled(gap: re.Match[str], params: dict[str, object], task: Task) -> str:
    """Return a gap of a text as the page fills it: {a_label} is "a 5", "an 8" or “cat”."""
    name = gap[1].removeprefix("a_")
    if name not in params:
        return gap[0]
    if gap[1] != name and not task.is_numbered:
        return f"“{params[name]}”"
    article = "" if gap[1] == name else "an " if str(params[name]) == "8" else "a "
    return f"{article}{params[name]}"
