"""What is read of markup, and which lines end a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.text.markup import paragraphs

ENDS = ".!?"

READ = {
    # HTML
    "<p>Fish &amp; chips</p>": ["Fish & chips"],
    "<h1>Title</h1><p class='x'>One<br/>Two.</p>": ["Title", "One. Two."],
    "<ul><li>One</li><li>Two</li></ul>": ["One", "Two"],
    "a<script>var x = 1;</script><!-- no --> b": ["a   b"],
    "&lt;b&gt; AT&T &#8364;5": ["<b> AT&T €5"],
    "<speak>Hi <break time='1s'/>there.</speak>": ["Hi there."],
    "if a <b> or <name>, 5 < 6": ["if a  or <name>, 5 < 6"],
    # Markdown
    "# Title\nText.": ["Title. Text."],
    "Title\n=====\nText.": ["Title", "Text."],
    "**Bold**, _italic_, ***both***, ~~gone~~, `x_y`.": ["Bold, italic, both, gone, x_y."],
    "2 * 3 * 4, snake_case_name": ["2 * 3 * 4, snake_case_name"],
    "[Here](http://x.org 'T') ![a cat](cat.png) [this][1]\n\n[1]: http://x.org": [
        "[Here](http://x.org 'T') a cat this"
    ],
    "[Here](http://x.org) it says so.[12]": ["Here it says so."],
    "- [x] Milk\n- Eggs\n* Bread": ["Milk. Eggs. Bread"],
    "1. First\n2) Second, and\n   more\n(c) Third": ["1. First. 2. Second, and more. c. Third"],
    "To do:\n1. This\n2. That": ["To do: 1. This. 2. That"],
    "When he left the town where he was born he was\n23. Then he came.": [
        "When he left the town where he was born he was 23. Then he came."
    ],
    "(c) 2024 Acme": ["(c) 2024 Acme"],
    "(555) 123-4567": ["(555) 123-4567"],
    "> They said\n> so.": ["They said so."],
    "| A | B |\n|---|---|\n| 1 | 2 |": ["A, B", "1, 2"],
    "```python\nprint(1)\n```": ["print(1)"],
    "One.\n\n---\n\nTwo.": ["One.", "Two."],
    r"One\nTwo\n\nThree, C:\new": ["One. Two", r"Three, C:\new"],
    # lines
    "Chapter One\nIt was dark.": ["Chapter One. It was dark."],
    "Dear Anna,\nThank you\nYours\nTom": ["Dear Anna, Thank you. Yours. Tom"],
    "Are you there?\nYes": ["Are you there? Yes"],
    "hi\nhow are you": ["hi how are you"],
    "Two roads diverged in a wood,\nAnd sorry I could not travel both\nAnd be one traveler": [
        "Two roads diverged in a wood, And sorry I could not travel both. And be one traveler"
    ],
}


@pytest.mark.parametrize("written", READ, ids=list(READ))
def test_what_is_read(written: str) -> None:
    assert paragraphs(written, ENDS) == READ[written]


def test_wrapped_prose_is_not_broken() -> None:
    prose = (
        "In March 1861 the newly elected President, whose name was Abraham Lincoln, came to "
        "Washington to take the oath of office before a crowd of Americans who had waited since "
        "the early morning in the cold of that day. Nobody who was there that Monday forgot it."
    )
    for width in range(45, 100):
        lines = [""]
        for word in prose.split():
            if len(lines[-1]) + 1 + len(word) > width:
                lines.append(word)
            else:
                lines[-1] = f"{lines[-1]} {word}".strip()
        assert paragraphs("\n".join(lines), ENDS) == [prose], width


def test_the_stop_is_the_languages_own() -> None:
    assert paragraphs("- 你好\n- 再见", "。！？") == ["你好。 再见"]


MARKS = st.sampled_from([*"#*_`~<>[]()|-+=&;.\\/!'\"\n\n\n  ", "1. ", "- ", "<p>", "&lt;", "Word"])


@settings(max_examples=300, deadline=None)
@given(st.lists(MARKS | st.text(max_size=3), max_size=25).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    for paragraph in paragraphs(text, ENDS):
        assert paragraph.strip()
        assert "\n" not in paragraph


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text("abcXYZ0159äß", min_size=1, max_size=8), min_size=1, max_size=40),
    st.lists(st.sampled_from([" ", "\n", "\n\n", "\n- ", "\n# ", ", ", ".\n"]), min_size=40),
)
def test_no_word_is_lost(words: list[str], gaps: list[str]) -> None:
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    kept = " ".join(paragraphs(text, ENDS)).replace(",", " ").replace(".", " ").split()
    assert kept == words
