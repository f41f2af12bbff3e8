"""What design.sh cannot say in bash: designed voices are made, heard, and measured."""

import argparse
import itertools
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio.traits import NAMES, measure_traits
from minimax_speech.data.descriptions import describe
from minimax_speech.data.manifest import Utterance, read_manifest, read_samples
from minimax_speech.data.packed import PackedFeatures
from minimax_speech.evaluation.verifiers import VERIFIERS
from minimax_speech.inference.bundle import Bundle
from minimax_speech.models.voice_designer import GROUPS, QUANTILES, TRAITS, VoiceDesigner
from minimax_speech.text.voice_attributes import ATTRIBUTES
from minimax_speech.training.voice_features import timbre_feature

Line, Row = dict[str, Any], tuple[str, str]

SENTENCES = (
    "The museum opens at nine, and the first train leaves an hour before that.",
    "Nobody could say why the lamp in the hall had been burning all night.",
)
"""What designed voices say to be measured by."""
OTHERS = {
    "expression": ("flat", "lively"),
    "tone": ("dark", "bright"),
    "texture": ("clear", "breathy"),
    "age": ("young", "old"),  # the pitch of children is no other one's
}
PITCHES = ("low", "medium", "high")
MEASURED = {
    "expression": ("liveliness", "lively"),
    "tone": ("brightness", "bright"),
    "texture": ("breathiness", "breathy"),
    "age": ("tract", "old"),
}
"""Attribute → the trait that shows it, and the value of which there is more of that."""
SEEDS = 4
TRAIT_WEIGHT = 0.3
"""Of pitch and vocal tract beside an embedding of length 1: what tells genders of engines best that
a judge was not fitted on (0.2 and 0.6 do hardly worse)."""
FRESH = 2027
"""Makes the descriptions; another one after whatever is tuned with these in view."""


def requests(count: int) -> list[dict[str, Any]]:
    """What is asked for: several seeds of a few descriptions, then descriptions that all differ.

    Of the latter, both genders and three pitches come alike, and half of them say something else.
    """
    asked: list[dict[str, Any]] = []
    for number, (gender, pitch) in enumerate(itertools.product(ATTRIBUTES["gender"], PITCHES)):
        text = f"a {'woman' if gender == 'female' else 'man'} with a {pitch} pitch"
        wanted = {"gender": gender, "pitch": pitch}
        for seed in range(SEEDS):
            twin = {"description": text, "seed": 2000 + seed, "wanted": wanted, "twin": number}
            asked.append(twin)
    rng = random.Random(FRESH)
    kinds = itertools.cycle(itertools.product(ATTRIBUTES["gender"], PITCHES))
    for number, (gender, pitch) in zip(range(count), kinds, strict=False):
        wanted = {"gender": gender, "pitch": pitch}
        if number % 2:
            other = rng.choice(sorted(OTHERS))
            wanted[other] = rng.choice(OTHERS[other])
        asked.append(
            {"description": describe(wanted, rng), "seed": 10_000 + number, "wanted": wanted}
        )
    return asked


def make(model: str, out: Path, count: int, device: str) -> None:
    """Design the voices and measure what they say: a line of ``out`` each; goes on where it was."""
    done = len(out.read_text().splitlines()) if out.exists() else 0
    tts = MiniMaxSpeech.from_pretrained(model, device=device)
    verifier = VERIFIERS.create("resemblyzer")
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a") as file:
        for asked in requests(count)[done:]:
            voice = tts.design_voice(asked["description"], seed=asked["seed"])
            spoken = [audio.samples for audio in tts.synthesize(
                list(SENTENCES), voice, language="en", speed=1, volume=1)]  # fmt: skip
            whole = np.concatenate(spoken)
            heard = [measure_traits(samples, tts.sample_rate) for samples in spoken]
            traits = {n: float(np.mean([getattr(h, n) for h in heard if h])) for n in NAMES}
            embedding = verifier.embed(whole, tts.sample_rate)
            line = {
                **asked,
                "understood": voice.metadata["attributes"],
                "traits": traits,
                "timbre": [round(float(value), 4) for value in voice.timbre],
                "embedding": [round(float(value), 5) for value in embedding],
            }
            file.write(json.dumps(line) + "\n")
            file.flush()


class Genders:
    """A classifier of genders, fitted on speech of known ones.

    It goes by what resemblyzer hears and, since a few engines sound more like each other than men
    like men, by pitch and vocal tract.
    """

    def __init__(self, manifests: Sequence[Path]) -> None:
        items = [item for path in manifests for item in read_manifest(path) if item.gender]
        verifier = VERIFIERS.create("resemblyzer")
        rows = []
        for item in items:
            sound = read_samples(item)
            if traits := measure_traits(*sound):
                rows.append((item, _row(verifier.embed(*sound), traits.pitch, traits.tract)))
        self.x = np.stack([row for _, row in rows])
        self.female = np.array([item.gender == "female" for item, _ in rows])
        self.voices = np.array([":".join(item.speaker.split(":")[:2]) for item, _ in rows])
        self._model = self._fitted(self.x, self.female)

    def accuracy(self) -> str:
        """How often it is right on each gender's clips, fitted anew without their voice."""
        right = np.zeros(len(self.voices), bool)
        for voice in set(self.voices):
            mine = self.voices == voice
            model = self._fitted(self.x[~mine], self.female[~mine])
            right[mine] = model.predict(self.x[mine]) == self.female[mine]
        return _by_gender(right, self.female)

    def accuracy_on(self, others: "Genders") -> str:
        """How often it is right on what another one was fitted on."""
        return _by_gender(self._model.predict(others.x) == others.female, others.female)

    def hears(self, lines: Sequence[Line]) -> str:
        """How often it hears the gender that was asked for."""
        wanted = np.array([line["wanted"]["gender"] == "female" for line in lines])
        rows = [_row(e["embedding"], e["traits"]["pitch"], e["traits"]["tract"]) for e in lines]
        heard = self._model.predict(np.array(rows))
        return _by_gender(heard == wanted, wanted)

    def _fitted(self, x: np.ndarray, female: np.ndarray) -> Pipeline:
        middle, weights = x.mean(0), np.ones(x.shape[1])
        weights[-2:] = TRAIT_WEIGHT / x[:, -2:].std(0)
        # There are more female voices among the engines than male ones.
        judge = LogisticRegression(C=10, max_iter=2000, class_weight="balanced")
        return make_pipeline(
            FunctionTransformer(lambda rows: (rows - middle) * weights), judge
        ).fit(x, female)


def _row(embedding: Sequence[float], pitch: float, tract: float) -> np.ndarray:
    """What a judge of genders goes by."""
    return np.array([*embedding, np.log(pitch), tract])


def _by_gender(right: np.ndarray, female: np.ndarray) -> str:
    parts = f"{100 * right[female].mean():.1f} % female, {100 * right[~female].mean():.1f} % male"
    return f"{share(right.tolist())} ({parts})"


class Spread:
    """Where among the voices of a gender a trait lies, as the designer knows them."""

    def __init__(self, designer: VoiceDesigner) -> None:
        self._quantiles = designer.quantiles.numpy()
        self._shares = np.linspace(0, 1, QUANTILES)

    def value(self, gender: str, trait: str, share: float) -> float:
        """What so large a share of the voices is below."""
        row = self._quantiles[GROUPS.index(gender), TRAITS.index(trait)]
        return float(np.interp(share, self._shares, row))

    def third(self, gender: str, pitch: float) -> str:
        """Low, medium or high."""
        low, high = (self.value(gender, "pitch", share) for share in (1 / 3, 2 / 3))
        return "low" if pitch < low else "high" if pitch > high else "medium"


def obedience(lines: Sequence[Line], spread: Spread) -> list[Row]:
    """How often what is asked for is measured, but for the gender."""
    wanted = [line["wanted"] for line in lines]
    rows: list[Row] = []
    pitches = [line["traits"]["pitch"] for line in lines]
    thirds = [
        spread.third(w["gender"], pitch) == w["pitch"]
        for w, pitch in zip(wanted, pitches, strict=True)
    ]
    rows.append(("pitch: third of its gender's voices", share(thirds)))
    for name in PITCHES:
        these = [r for r, w in zip(thirds, wanted, strict=True) if w["pitch"] == name]
        rows.append((f"– {name}", share(these)))
    middles = [
        spread.value(w["gender"], "pitch", (2 * PITCHES.index(w["pitch"]) + 1) / 6) for w in wanted
    ]
    correlation = spearmanr(middles, pitches)[0]
    rows.append(("pitch: rank correlation with the middle of that third", f"{correlation:.3f}"))
    for name, (trait, more) in MEASURED.items():
        sides = [
            (line["traits"][trait] > spread.value(line["wanted"]["gender"], trait, 0.5))
            == (line["wanted"][name] == more)
            for line in lines
            if name in line["wanted"]
        ]
        rows.append((f"{name}: side of its gender's median {trait}", share(sides)))
    understood = [line["understood"] == w for line, w in zip(lines, wanted, strict=True)]
    return [*rows, ("descriptions understood wholly, made-up wording", share(understood))]


def reading(designer: VoiceDesigner, lists: Path) -> list[Row]:
    """How well descriptions are read that people wrote."""
    rows = []
    for path in sorted(lists.glob("descriptions*.jsonl")):
        asked = [json.loads(line) for line in path.read_text().splitlines()]
        read = [designer.read(item.pop("description")) for item in asked]
        pairs = list(zip(read, asked, strict=True))
        name = f"{path.name}: descriptions understood wholly"
        said = [r.get(key) == value for r, a in pairs for key, value in a.items()]
        unsaid = sum(key not in a for r, a in pairs for key in r)
        rows.append((name, share(r == a for r, a in pairs)))
        rows.append(
            ("– attributes read as meant", f"{share(said)}, {unsaid} read that are not said")
        )
    return rows


def novelty(lines: Sequence[Line], corpora: Sequence[Path], fingerprint: str) -> list[Row]:
    """How unlike each other seeds are, and how unlike training voices."""
    timbre = np.array([line["timbre"] for line in lines])
    heard = np.array([line["embedding"] for line in lines])
    groups: dict[int, list[int]] = {}
    for number, line in enumerate(lines):
        if "twin" in line:
            groups.setdefault(line["twin"], []).append(number)
    pairs = [pair for group in groups.values() for pair in itertools.combinations(group, 2)]
    rows = []
    for name, vectors in (("timbre", timbre), ("resemblyzer", heard)):
        alike = cosines(vectors, vectors)
        value = np.mean([alike[pair] for pair in pairs])
        rows.append((f"two seeds of one description: cosine of {name}", f"{value:.2f}"))
    known, speakers, same = [], [], []
    for corpus in corpora:
        features = PackedFeatures(corpus / "features", timbre_feature(fingerprint))
        items = [i for i in read_manifest(corpus / "manifest.jsonl") if i.id in features]
        known += [features[item.id][0] for item in items]
        speakers += [item.speaker for item in items]
        same += same_speaker(items, features)
    ceiling = f"{np.mean(same):.2f} on average, {np.median(same):.2f} in the middle"
    nearest = cosines(timbre, np.stack(known)).max(1)
    others = cosines(np.stack(known), np.stack(known))
    others[np.equal.outer(speakers, speakers)] = -1
    shown = f"{nearest.mean():.2f} on average, {nearest.max():.3f} at most"
    return [
        *rows,
        ("two clips of one training speaker: cosine of timbre", ceiling),
        ("a designed voice's nearest training clip: cosine of timbre", shown),
        ("a training clip's nearest of another speaker", f"{others.max(1).mean():.2f} on average"),
    ]


def report(
    model: str, made: Path, heldout: Sequence[Path], people: Path | None, corpora: list[Path]
) -> None:
    """Print the results as Markdown."""
    bundle = Bundle.load(model)
    designer, fingerprint = bundle.voice_designer, bundle.config.fingerprint
    lines = [json.loads(line) for line in made.read_text().splitlines()]
    single = [line for line in lines if "twin" not in line]
    engines = Genders(heldout)
    rows = [
        ("gender, judge fitted on held-out speech of engines", engines.hears(single)),
        ("– the judge, on voices it was not fitted on", engines.accuracy()),
    ]
    if people is not None:
        judge = Genders([people])
        rows += [
            ("gender, judge fitted on recordings of people", judge.hears(single)),
            ("– the judge, on the held-out speech of engines", judge.accuracy_on(engines)),
            ("– the judge, on people it was not fitted on", judge.accuracy()),
        ]
    rows += obedience(single, Spread(designer))
    rows += reading(designer, Path(__file__).parent)
    rows += novelty(lines, corpora, fingerprint)
    print("| what | result |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")


def share(right: Iterable[bool]) -> str:
    """As a table shows it."""
    right = list(right)
    return f"{100 * np.mean(right):.1f} % of {len(right)}" if right else "-"


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(len(a), len(b)) of the rows of two matrices."""
    a, b = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (a, b))
    return a @ b.T


def same_speaker(utterances: Iterable[Utterance], timbre: PackedFeatures) -> Iterator[float]:
    """Cosines of the timbre of two clips of each speaker."""
    by_speaker: dict[str, list[np.ndarray]] = {}
    for item in utterances:
        by_speaker.setdefault(item.speaker, []).append(timbre[item.id])
    for vectors in by_speaker.values():
        if len(vectors) > 1:
            yield float(cosines(vectors[0], vectors[1])[0, 0])


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("model")
    making.add_argument("out", type=Path)
    making.add_argument("--count", type=int, default=200)
    making.add_argument("--device", default="auto")
    telling = commands.add_parser("report")
    telling.add_argument("model")
    telling.add_argument("made", type=Path)
    telling.add_argument("--heldout", type=Path, action="append", required=True)
    telling.add_argument("--people", type=Path)
    telling.add_argument("corpora", type=Path, nargs="+")
    given = parser.parse_args()
    if given.command == "make":
        make(given.model, given.out, given.count, given.device)
    else:
        report(given.model, given.made, given.heldout, given.people, given.corpora)


if __name__ == "__main__":
    main()
