"""Find the broken links inside a site."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """The anchors of a page, and what it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors = {"", "top"}
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag's anchor and link."""
        named = dict(attrs)
        self.anchors |= {named.get("id") or "", (tag == "a" and named.get("name")) or ""}
        self.links |= {named[key] or "" for key in ("href", "src") if key in named}


def broken_links(site: Path) -> list[str]:
    """List the links inside a site, in `href` and `src`, without a target."""
    pages: dict[Path, _Page] = {}
    for path in site.rglob("*.html"):
        pages[path] = _Page()
        pages[path].feed(path.read_text("utf-8"))
    return [
        f"{path.relative_to(site)}: {link} leads nowhere"
        for path, page in pages.items()
        for link in sorted(page.links)
        if not urlsplit(link).scheme and not _has_target(path, link, pages)
    ]


def _has_target(path: Path, link: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target /= "index.html"
    if target in pages and not _is_state(parts.fragment):
        return unquote(parts.fragment) in pages[target].anchors
    return target.is_file()


def _is_state(fragment: str) -> bool:
    """Check whether a fragment names what the playground shows, such as `ideas?network=mlp`."""
    return "?" in fragment
