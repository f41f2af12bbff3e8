"""What is to be read of marked-up text: no tags, no Markdown, and lines that are known to end.

A newline says nothing where a line is merely wrapped, but ends a title, a verse, or an item of a
list. `paragraphs` tells them apart and gives the latter a stop.
"""

import html
import re
from dataclasses import dataclass
from itertools import pairwise

NARROWEST_WRAP, WIDEST_WRAP = 40, 120
"""Prose is wrapped at a column between these."""

WIDEST_VERSE = 60

# Those of HTML, and a few of speech markup.
_TAGS = """
    a abbr address article aside audio b big blockquote body br button caption center cite code col
    dd del details div dl dt em figcaption figure font footer form h[1-6] head header hr html i
    iframe img input ins kbd label li link main mark meta nav ol option p pre q s samp section
    select small span strike strong sub summary sup table tbody td tfoot th thead time title tr tt
    u ul var video speak break prosody emphasis say-as phoneme voice
"""
_LINES = """
    article blockquote br dd div dl dt figcaption footer h[1-6] header hr li ol p pre section table
    title tr ul
"""
_ATTRIBUTE = r"\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?"
_TAG = re.compile(rf"</?(?:{'|'.join(_TAGS.split())})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_LINE_TAG = re.compile(rf"</?(?:{'|'.join(_LINES.split())})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_UNREAD = re.compile(r"<!--.*?-->|<(script|style|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)

_FENCE = re.compile(r"\s*(?:```|~~~)[\w+-]*\s*")
_RULE = re.compile(r"\s*(?:(?:[-*_=]\s?){3,}|\|?(?:\s*:?-{2,}:?\s*\|)+[\s:-]*)")
_LINK_TARGET = re.compile(r"\s*\[[^\]]+\]:\s+\S+\s*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)[\s#]*")
_QUOTED = re.compile(r"\s*(?:>\s?)+(?![\d=])")
_BULLET = re.compile(r"\s*(?:[-*+•‣◦–—●○▪]\s+)+(?:\[[ xX]\]\s+)?")
_NUMBERED = re.compile(r"\s*(?!\([cC]\) ?\d{4})\(?(\d{1,2}|[a-z])[.)]\s+(?=\S)")
_ROW = re.compile(r"\s*\|(.*)\|\s*")

_INLINE = (
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    # [^1], and [12] after the stop of what it proves.
    (re.compile(r"\[\^[^\]\s]+\]|(?<=[.,;!?\"\])])\[\d{1,3}\]"), ""),
    (re.compile(r"(`+)(?!`)([^`]+)\1"), r"\2"),
    *(
        (
            re.compile(
                rf"(?<![\w{mark[-1:]}]){mark}(?![\s{mark[-1:]}])(.{{1,300}}?)(?<!\s){mark}(?!\w)"
            ),
            r"\1",
        )
        for mark in (r"\*\*\*", "___", r"\*\*", "__", "~~", r"\*", "_")
    ),
    (re.compile(r"\\([*_`#\[\]()~>])"), r"\1"),
)


@dataclass(frozen=True)
class _Line:
    """A line as it is read, and whether it is known to stand alone on either side."""

    text: str
    starts: bool = False
    ends: bool = False


def paragraphs(text: str, terminators: str) -> list[str]:
    """The paragraphs of a text, each on one line, without markup.

    terminators: characters that end a sentence; the first is given to lines that end without
    punctuation though the next does not go on with their sentence.
    """
    # What shells pass on of "one\\ntwo"; "C:\\new" is a path.
    text = re.sub(r"(?<!\w:)(?:\\r)?\\n(?=\\|[^a-z]|$)", "\n", text)
    text = _without_tags(text)
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if _FENCE.fullmatch(line) or _LINK_TARGET.fullmatch(line):
            continue
        if not line.strip() or _RULE.fullmatch(line):
            blocks.append([])
        else:
            blocks[-1].append(line)
    joined = [_joined(_lines(block), terminators) for block in blocks if block]
    return [paragraph for paragraph in map(_without_marks, joined) if paragraph.strip()]


def finished(text: str, terminators: str) -> str:
    """A text with a stop, if it ends in a letter, a digit or their like."""
    text = text.rstrip()
    ended = text.rstrip("\"'”’»)*_`~")[-1:]
    return text if not ended or ended in f"{terminators},;:-–—" else text + terminators[0]


def _without_tags(text: str) -> str:
    if "<" in text:
        text = _UNREAD.sub(" ", text)
        text = _LINE_TAG.sub("\n", text)
        text = _TAG.sub("", text)
    # Only with the semicolon: "AT&T" and "x&lt" are no entities.
    return re.sub(r"&(?:#\d+|#[xX][\da-fA-F]+|\w+);", lambda match: html.unescape(match[0]), text)


def _without_marks(text: str) -> str:
    for pattern, reading in _INLINE:
        text = pattern.sub(reading, text)
    return text


def _lines(block: list[str]) -> list[_Line]:
    lines: list[_Line] = []
    for line in block:
        # Wrapped prose may have "23. Then" at the start of a line: that begins no list.
        listed = not lines or any(before.starts for before in lines)
        lines.append(_read(line, listed))
    return lines


def _read(line: str, listed: bool) -> _Line:
    line = _QUOTED.sub("", line, count=1) if _QUOTED.match(line) else line
    if heading := _HEADING.fullmatch(line):
        return _Line(heading[1], True, True)
    if row := _ROW.fullmatch(line):
        cells = [cell.strip() for cell in row[1].split("|")]
        return _Line(", ".join(cell for cell in cells if cell), True, True)
    if bullet := _BULLET.match(line):
        return _Line(line[bullet.end() :], True)
    numbered = _NUMBERED.match(line)
    if numbered and (listed or numbered[1] in ("1", "a")):
        return _Line(f"{numbered[1]}. {line[numbered.end() :]}", True)
    return _Line(line)


def _joined(lines: list[_Line], terminators: str) -> str:
    """One line of several: with a stop after each that the next does not go on."""
    width = max(NARROWEST_WRAP, *(len(line.text.rstrip()) for line in lines), 0)
    # Wrapped prose is wider, and does not start every line with a capital.
    verses = len(lines) > 2 and width <= WIDEST_VERSE and all(_opens(line.text) for line in lines)
    parts: list[str] = []
    for line, following in pairwise(lines):
        length = len(line.text.rstrip())
        words = following.text.split()
        room = length + 1 + len(words[0]) <= width if words else True
        broken = verses or room or length > WIDEST_WRAP
        over = line.ends or following.starts or (broken and _opens(following.text))
        parts.append(finished(line.text, terminators) if over else line.text.rstrip())
    return " ".join(part.strip() for part in [*parts, lines[-1].text] if part.strip())


def _opens(line: str) -> bool:
    """Whether a line may begin a sentence: it starts with a capital or a figure."""
    start = line.lstrip("\"'“‘«(¿¡*_ \t")[:1]
    return start.isupper() or start.isdigit()
