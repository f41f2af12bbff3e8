"""Hooks of mkdocs: results and READMEs of the repository are pages of the site too.

Links are written as they work in the repository. On the site those to its pages lead there, and of
those to other files of the repository, such as scripts, the label is left.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
DOCS = "docs/"
PAGES = ("egs/**/*.md", "egs/**/*.png", "recipes/*.md", "minimax_speech/bundled/*/README.md")
LINK = re.compile(r"(?P<image>!?)\[(?P<label>[^\]]*)\]\((?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the repository to those of the site."""
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, files: Files, **_: Any) -> str:
    """The page with links as the site has them."""
    return LINK.sub(lambda link: _on_site(link, page.file, files), markdown)


def _on_site(link: re.Match[str], page: File, files: Files) -> str:
    """A link of a page as the site has it; what leads to no file is left as it is."""
    beside = DOCS if (ROOT / DOCS / page.src_uri).is_file() else ""
    here = posixpath.dirname(page.src_uri)
    there = posixpath.normpath(posixpath.join(beside, here, link["path"]))
    if not (ROOT / there).exists():
        return link[0]
    name = there.removeprefix(DOCS)
    if files.get_file_from_path(name) is None:
        return link["label"]
    path = posixpath.relpath(name, here or ".")
    return f"{link['image']}[{link['label']}]({path}{link['anchor'] or ''})"
