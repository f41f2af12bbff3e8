"""Descriptions of voices in varied words, from what they are to say: what a reader learns from."""

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from num2words import num2words

from minimax_speech.config import load_yaml
from minimax_speech.text.languages import LANGUAGES
from minimax_speech.text.voice_attributes import ATTRIBUTES

SAID = {
    "gender": 0.6, "age": 0.35, "pitch": 0.5, "expression": 0.2, "tone": 0.25, "texture": 0.2,
    "rate": 0.25, "volume": 0.2, "language": 0.2, "accent": 0.15,
}  # fmt: skip
"""How often a description says anything of an attribute."""
DENIED, TYPO, CAPITALS, UNKNOWN = 0.15, 0.02, 0.15, 0.2

_ASKING = (
    *3 * [""],
    *("I want", "I need", "Give me", "Please make", "Make", "Create", "It is", "Imagine"),
    *("Generate", "I would like", "Design", "Something like", "Think of"),
)


@dataclass(frozen=True)
class Words:
    """What ``description_words.yaml`` holds.

    Attributes:
        values: attribute → value → kind of phrase → phrases.
        denied: attribute → value → what remains where it is denied.
        nouns: noun → what it says of the voice.
        plain: adjectives that say nothing of a voice.
        scenes: places and the like that say nothing of it.
        idle: what somebody does that says nothing of it.
        accents: language → names of accents besides its own.
    """

    values: Mapping[str, Mapping[str, Mapping[str, list[str]]]]
    denied: Mapping[str, Mapping[str, str]]
    nouns: Mapping[str, Mapping[str, str]]
    plain: list[str]
    scenes: list[str]
    idle: list[str]
    accents: Mapping[str, list[str]]


@cache
def words() -> Words:
    """The words, read once."""
    read = load_yaml(Path(__file__).with_name("description_words.yaml"))
    values = {
        name: {
            value: {kind: _listed(phrases) for kind, phrases in kinds.items()}
            for value, kinds in of_value.items()
        }
        for name, of_value in read["values"].items()
    }
    nouns = {noun: group["says"] for group in read["nouns"] for noun in _listed(group["nouns"])}
    accents = {code: _listed(names) for code, names in read["accents"].items()}
    plain, scenes, idle = (_listed(read[name]) for name in ("plain", "scenes", "idle"))
    return Words(values, read["denied"], nouns, plain, scenes, idle, accents)


def _listed(phrases: str) -> list[str]:
    return phrases.split(", ")


def random_attributes(rng: random.Random) -> dict[str, str]:
    """What a description could say: attribute → value, in random number and order."""
    names = [name for name, share in SAID.items() if rng.random() < share]
    rng.shuffle(names)
    wanted = {name: rng.choice(ATTRIBUTES[name]) for name in names}
    if "accent" in wanted and wanted.get("language") == wanted["accent"]:
        del wanted["accent"]
    return wanted


def describe(wanted: Mapping[str, str], rng: random.Random) -> str:
    """A description that says these attributes and no others.

    Args:
        wanted: attribute → value, as in `ATTRIBUTES`; of none, nothing about a voice is said.
        rng: chooses the words.
    """
    form = rng.random()
    if form < 0.12:
        text = _tags(wanted, rng)
    elif form < 0.24:
        text = _keywords(wanted, rng)
    else:
        text = _prose(wanted, rng)
    said = [_misspelt(word, rng) for word in text.split()]
    while rng.random() < UNKNOWN:
        said.insert(rng.randint(0, len(said)), _unknown_word(rng))
    text = " ".join(said)
    if rng.random() < CAPITALS:
        text = text.upper() if rng.random() < 0.3 else text.title()
    return text


def _tags(wanted: Mapping[str, str], rng: random.Random) -> str:
    colon, comma = rng.choice([(": ", ", "), ("=", "; "), (" ", ", "), (": ", "; ")])
    tags = []
    for name, value in wanted.items():
        shown = LANGUAGES[value].name if name in ("language", "accent") else value
        tags.append(f"{name}{colon}{shown}")
    return comma.join(tags)


def _keywords(wanted: Mapping[str, str], rng: random.Random) -> str:
    said = [_short(name, value, rng) for name, value in wanted.items()]
    said += rng.sample(words().plain, rng.choice([0, 0, 0, 1, 2]))
    rng.shuffle(said)
    return rng.choice([", ", " ", " and ", ", "]).join(said)


def _short(name: str, value: str, rng: random.Random) -> str:
    """One or a few words for a value."""
    if name == "language":
        shown = LANGUAGES[value].name
        return rng.choice([shown, f"in {shown}", f"{shown} language", f"{shown}-speaking"])
    if name == "accent":
        return f"{_accent(value, rng)} accent"
    phrases = words().values[name][value]
    if rng.random() < 0.3:
        return rng.choice(phrases["of"])
    return rng.choice(phrases["adjective"])


def _accent(code: str, rng: random.Random) -> str:
    return rng.choice([LANGUAGES[code].name, *words().accents.get(code, [])])


def _prose(wanted: Mapping[str, str], rng: random.Random) -> str:
    """A noun with what belongs to it, perhaps in several sentences."""
    left = dict(wanted)
    noun = _noun(left, rng)
    parts: dict[str, list[str]] = {"adjective": [], "of": [], "verb": []}
    order = list(left)
    rng.shuffle(order)
    for name in order:
        kind, phrase = _phrase(name, left[name], rng)
        parts[kind].append(phrase)
    parts["adjective"] += rng.sample(words().plain, rng.choice([0, 0, 0, 1, 1, 2]))
    rng.shuffle(parts["adjective"])
    before = parts["adjective"] if rng.random() < 0.7 else []
    after = [] if before else parts["adjective"]
    head = _joined(before, rng, final=rng.choice([", ", " ", " and "]))
    first = f"{head} {noun}".strip()
    article = rng.choice(["a", "an" if first[:1] in "aeiou" else "a", "the", ""])
    clauses = [f"with {_joined(parts['of'], rng)}"] if parts["of"] else []
    subject, owner = _pronouns(wanted.get("gender"), rng)
    if parts["verb"]:
        linked = rng.choice(["who", "that", "which", f". {subject}", f". {subject}"])
        clauses.append(f"{linked} {_joined(parts['verb'], rng)}")
    if after:
        linked = rng.choice([f". {owner} voice is", f". {subject} is", f". {owner} voice sounds"])
        clauses.append(f"{linked} {_joined(after, rng)}")
    if subject != "It" and not (parts["verb"] or after) and rng.random() < 0.5:
        clauses.append(f". {subject} {rng.choice(words().idle)}")
    scenes = rng.sample(words().scenes, rng.choice([0, 0, 1]))
    clauses = [*clauses, *scenes] if rng.random() < 0.8 else [*scenes, *clauses]
    joint = rng.choice([" ", " ", ", "])
    text = f"{rng.choice(_ASKING)} {article} {first}{joint}{joint.join(clauses)}"
    return " ".join(text.split()).replace(" .", ".").replace(",.", ".").strip(" ,")


def _pronouns(gender: str | None, rng: random.Random) -> tuple[str, str]:
    """He or she, and his or her, where a description says which; else what says nothing."""
    if gender is None or rng.random() < 0.3:
        return rng.choice([("It", "The"), ("It", "Its"), ("They", "Their")])
    return ("She", "Her") if gender == "female" else ("He", "His")


def _noun(left: dict[str, str], rng: random.Random) -> str:
    """A noun that says nothing else than what is wanted; takes out of ``left`` what it says."""
    nouns = words().nouns
    fitting = [noun for noun, says in nouns.items() if says.items() <= left.items()]
    telling = [noun for noun in fitting if nouns[noun]]
    chosen = rng.choice(telling if telling and rng.random() < 0.6 else fitting)
    for name in nouns[chosen]:
        del left[name]
    return chosen


def _phrase(name: str, value: str, rng: random.Random) -> tuple[str, str]:
    """Kind and words of a phrase for a value, which may be what is left when another is denied."""
    if name == "language":
        shown = LANGUAGES[value].name
        return rng.choice(
            [("adjective", shown), ("adjective", f"{shown}-speaking"), ("verb", f"speaks {shown}"),
             ("verb", f"reads {shown}"), ("verb", f"talks in {shown}")]
        )  # fmt: skip
    if name == "accent":
        accent = _accent(value, rng)
        article = rng.choice(["a", "a strong", "a slight", "some", "an unmistakable"])
        forms = [("of", f"{article} {accent} accent"), ("adjective", f"{accent}-accented")]
        if accent != LANGUAGES[value].name:  # which would be the language
            forms.append(("adjective", accent))
        return rng.choice(forms)
    denied = [other for other, rest in words().denied[name].items() if rest == value]
    if denied and rng.random() < DENIED:
        return _denial(name, denied, rng)
    if name == "age" and rng.random() < 0.2:
        return "verb", _years(value, rng)
    kind = rng.choice(["adjective", "adjective", "of", "verb"])
    phrase = rng.choice(words().values[name][value][kind])
    if denied and rng.random() < 0.08:  # another value is denied, and this one said
        other = rng.choice(words().values[name][rng.choice(denied)]["adjective"])
        said = rng.choice(words().values[name][value]["adjective"])
        return "verb", rng.choice([f"is not {other} but {said}", f"is {said} rather than {other}",
                                   f"is {said}, not {other}"])  # fmt: skip
    return kind, phrase


def _years(age: str, rng: random.Random) -> str:
    """How old somebody of this age is."""
    first, last = {"child": (4, 12), "young": (14, 29), "adult": (33, 59), "old": (66, 95)}[age]
    years: int | str = rng.randint(first, last)
    if rng.random() < 0.5:
        years = num2words(years)
    return rng.choice([f"is {years} years old", f"is about {years}", f"is {years}",
                       f"is aged {years}", f"sounds about {years} years old"])  # fmt: skip


def _denial(name: str, denied: list[str], rng: random.Random) -> tuple[str, str]:
    others = [rng.choice(words().values[name][value]["adjective"]) for value in denied]
    rng.shuffle(others)
    first = others[0]
    forms = [("verb", f"is not {first}"), ("verb", f"isn't {first}"), ("adjective", f"not {first}"),
             ("verb", f"must not be {first}"), ("verb", f"is anything but {first}"),
             ("verb", f"doesn't sound {first}"), ("verb", f"is never {first}"),
             ("adjective", f"non {first}"), ("verb", f"sounds not at all {first}")]  # fmt: skip
    nouns = [n for n, says in words().nouns.items() for v in denied if says == {name: v}]
    if nouns:
        noun = rng.choice(nouns)
        forms += 4 * [("verb", f"is not a {noun}"), ("of", f"no {noun}'s voice")]
    if len(others) > 1:
        forms += 3 * [("verb", f"is neither {first} nor {others[1]}")]
        forms += 2 * [("verb", f"is not {first} and not {others[1]}")]
    return rng.choice(forms)


def _joined(phrases: list[str], rng: random.Random, final: str | None = None) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    last = final or rng.choice([" and ", ", and ", ", ", " but ", " as well as "])
    return rng.choice([", ", ", ", " and "]).join(phrases[:-1]) + last + phrases[-1]


def _unknown_word(rng: random.Random) -> str:
    """A word that nobody knows, which must not be taken for one that is like it."""
    consonants, vowels = "bcdfghjklmnpqrstvwxz", "aeiouy"
    sounds = rng.choice([consonants, vowels + consonants])
    return "".join(rng.choice(rng.choice((sounds, vowels))) for _ in range(rng.randint(2, 9)))


def _misspelt(word: str, rng: random.Random) -> str:
    """The word, or now and then one with a letter dropped, doubled, swapped or replaced."""
    if len(word) < 5 or rng.random() >= TYPO:
        return word
    at = rng.randrange(1, len(word) - 1)
    letter = rng.choice([
        "", 2 * word[at], word[at + 1] + word[at], rng.choice(string.ascii_lowercase)
    ])  # fmt: skip
    return (
        word[:at] + letter + word[at + (2 if len(letter) == 2 and letter[0] != letter[1] else 1) :]
    )
