"""Byte-pair encoding of text: the vocabulary between characters and the speech model.

Sennrich et al. 2016 (BPE); Provilkov et al. 2020 (BPE dropout). Layout of the ids:

    <pad> <bos> <eos> | <en> <de> … | <0x00> … <0xFF> | characters | merges | later characters

A character outside the vocabulary becomes its UTF-8 bytes, so no text is unspeakable. The
control tokens can only be reached by id: a user who types "<eos>" gets its five characters.

Text is encoded as it is written or, for small models, as it is read aloud (`readings`). What the
encoding does not keep: letter case where `lowercase` was set at training, the difference between
canonically equivalent characters (NFC), runs of white space (one space; none at the ends). All of
it is stored in the file, so that it travels with the vocabulary.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import get_args

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from minimax_speech.errors import InputError
from minimax_speech.files import write_text
from minimax_speech.text.readings import Form, reading

CONTROL = ("<pad>", "<bos>", "<eos>")
BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
WORD_MARK = "▁"
_BALANCE = 0.5
_FORM = "form"  # the one key of the file that is not the library's
_FORMS: tuple[Form, ...] = get_args(Form)


def _normalizer(lowercase: bool) -> normalizers.Normalizer:
    steps: list[normalizers.Normalizer] = [normalizers.Lowercase()] if lowercase else []
    steps += [
        normalizers.NFC(),
        normalizers.Replace(Regex(rf"[\s{WORD_MARK}]+"), " "),
        normalizers.Strip(),
    ]
    return normalizers.Sequence(steps)


def _pre_tokenizer() -> pre_tokenizers.PreTokenizer:
    # Punctuation stands alone: it carries the prosody and must not hide inside a word's token.
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement=WORD_MARK, prepend_scheme="always"),
            pre_tokenizers.Split(Regex(rf"[^\p{{L}}\p{{M}}\p{{N}}{WORD_MARK}'’]"), "isolated"),
        ]
    )


def _decoder() -> decoders.Decoder:
    return decoders.Sequence(
        [
            decoders.Replace(WORD_MARK, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )


def _backend(
    tokens: Sequence[str], merges: Iterable[Sequence[str]], normalizer: normalizers.Normalizer
) -> Tokenizer:
    vocab = {token: index for index, token in enumerate(tokens)}
    pairs = [(left, right) for left, right in merges]
    backend = Tokenizer(models.BPE(vocab=vocab, merges=pairs, byte_fallback=True))
    backend.normalizer = normalizer
    backend.pre_tokenizer = _pre_tokenizer()
    backend.decoder = _decoder()
    return backend


def _balanced(sentences: Mapping[str, Iterable[str]], form: Form) -> Iterator[str]:
    """What is encoded of the sentences, as often as evens out how much each language has.

    The language with the most is taken once.
    """
    texts = {
        code: [reading(line, code) for line in lines] if form == "read" else list(lines)
        for code, lines in sentences.items()
    }
    sizes = {code: sum(map(len, lines)) for code, lines in texts.items()}
    for code, lines in texts.items():
        share = (max(sizes.values()) / max(1, sizes[code])) ** (1 - _BALANCE)
        for number in range(round(share * len(lines))):
            yield lines[number % len(lines)]


class TextTokenizer:
    """Text to ids and back. Made by `train` or `load`.

    Attributes:
        form: what is encoded of a text: what is written, or what is read of it.
    """

    def __init__(self, backend: Tokenizer, form: Form = "written") -> None:
        self._backend = backend
        self.form = form
        self._vocab: dict[str, int] = backend.get_vocab()
        self._ranks: dict[tuple[str, str], int] | None = None
        self.pad_id, self.bos_id, self.eos_id = (self._vocab[token] for token in CONTROL)
        first_byte = self._vocab[BYTES[0]]
        self._languages = {
            token[1:-1]: index
            for token, index in sorted(self._vocab.items(), key=lambda item: item[1])
            if len(CONTROL) <= index < first_byte
        }

    @classmethod
    def train(
        cls,
        sentences: Mapping[str, Iterable[str]],
        vocab_size: int,
        lowercase: bool = False,
        form: Form = "written",
    ) -> "TextTokenizer":
        """Learns the merges from the normalised sentences of each language, by its code.

        Languages count by the square root of how much text they have (as in XLM, Conneau & Lample
        2019), lest the small ones be cut into letters. The vocabulary has at most `vocab_size`
        tokens (fewer when the text repeats too little to fill it), control, language, and byte
        tokens included. At most half of what remains after those is given to single characters:
        the rarer ones are left to the bytes.

        Raises InputError if `vocab_size` leaves no room beyond the reserved tokens.
        """
        reserved = [*CONTROL, *(f"<{code}>" for code in sentences), *BYTES]
        room = vocab_size - len(reserved)
        if room < 2:
            raise InputError(
                f"vocab_size={vocab_size} is too small: {len(reserved)} tokens are reserved, "
                f"use {len(reserved) + 2} or more"
            )
        learner = Tokenizer(models.BPE())
        learner.normalizer = _normalizer(lowercase)
        learner.pre_tokenizer = _pre_tokenizer()
        trainer = trainers.BpeTrainer(
            vocab_size=room, limit_alphabet=room // 2, min_frequency=2, show_progress=False
        )
        learner.train_from_iterator(_balanced(sentences, form), trainer)
        learnt = json.loads(learner.to_str())["model"]
        pieces = sorted(learnt["vocab"], key=learnt["vocab"].__getitem__)
        backend = _backend([*reserved, *pieces], learnt["merges"], _normalizer(lowercase))
        return cls(backend, form)

    def extended(self, sentences: Mapping[str, Iterable[str]], vocab_size: int) -> "TextTokenizer":
        """This encoding with more languages, and with the characters that they need.

        What it encodes without bytes, it encodes in the same tokens as before; their ids move.

        Args:
            sentences: normalised, of each language by its code; those of languages that are known
                already change nothing. Characters of the others that have no token yet are added,
                the most frequent ones first, as far as there is room.
            vocab_size: at most so many tokens.

        Raises:
            InputError: there is no room for the languages.
        """
        texts = {code: text for code, text in sentences.items() if code not in self._languages}
        new = [f"<{code}>" for code in texts]
        room = vocab_size - self.vocab_size - len(new)
        if room < 0:
            raise InputError(
                f"vocab_size={vocab_size} is too small: there are {self.vocab_size} tokens and "
                f"{len(new)} more languages"
            )
        found = Counter(
            character
            for sentence in _balanced(texts, self.form)
            for character in self._backend.normalizer.normalize_str(sentence)
            if character != " " and character not in self._vocab
        )
        characters = [character for character, _ in found.most_common(room)]
        tokens = self.tokens
        first_byte = self._vocab[BYTES[0]]
        tokens[first_byte:first_byte] = new
        merges = json.loads(self._backend.to_str())["model"]["merges"]
        backend = _backend([*tokens, *characters], merges, self._backend.normalizer)
        return TextTokenizer(backend, self.form)

    @classmethod
    def load(cls, path: str | Path) -> "TextTokenizer":
        """Reads tokenizer.json. Raises InputError for a missing, corrupt, or foreign file."""
        path = Path(path)
        if not path.is_file():
            raise InputError(f"no tokenizer file at {path}: name the tokenizer.json of a model")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            form = content.pop(_FORM, "written")
            backend = Tokenizer.from_str(json.dumps(content, ensure_ascii=False))
        except Exception as error:  # the library raises a bare Exception for any parse failure
            reason = str(error).splitlines()[0]
            raise InputError(
                f"{path} is not a readable tokenizer ({reason}): copy the file again"
            ) from error
        missing = [token for token in (*CONTROL, *BYTES) if backend.token_to_id(token) is None]
        if missing:
            raise InputError(
                f"{path} lacks {missing[0]}: it is not a tokenizer of this toolkit, train one anew"
            )
        if form not in _FORMS:
            raise InputError(f"{path} has the form {form!r}: one of {', '.join(_FORMS)} is known")
        return cls(backend, form)

    def save(self, path: str | Path) -> None:
        """Writes everything, text normalisation included, to one JSON file."""
        content = json.loads(self._backend.to_str())
        write_text(path, json.dumps({_FORM: self.form, **content}, ensure_ascii=False, indent=2))

    @property
    def vocab_size(self) -> int:
        return len(self._vocab)

    @property
    def byte_ids(self) -> range:
        """The ids that are bytes of characters outside the vocabulary."""
        first = self._vocab[BYTES[0]]
        return range(first, first + len(BYTES))

    @property
    def tokens(self) -> list[str]:
        """Every token, in the order of the ids."""
        return sorted(self._vocab, key=self._vocab.__getitem__)

    @property
    def languages(self) -> list[str]:
        """The codes with a language token, in the order given at training."""
        return list(self._languages)

    def language_id(self, code: str) -> int:
        """The id of a language's token. Raises InputError if it has none."""
        if code not in self._languages:
            raise InputError(
                f"language {code!r} is not one of this model's: use {', '.join(self._languages)}"
            )
        return self._languages[code]

    def encode(
        self,
        text: str,
        language: str,
        dropout: float = 0.0,
        generator: random.Random | None = None,
    ) -> list[int]:
        """Ids of a normalised text of some language alone, without control tokens.

        `dropout` is the probability with which each merge is skipped (training only; 0.1 is
        usual): the model then sees a word cut in many ways and learns its letters.
        `generator` makes the draws repeatable.
        """
        if self.form == "read":
            text = reading(text, language)
        if not dropout:
            return list(self._backend.encode(text, add_special_tokens=False).ids)
        if not 0 <= dropout <= 1:
            raise InputError(f"dropout={dropout} is not a probability: use 0 to 1")
        draw = (generator or random.Random()).random
        words = self._backend.pre_tokenizer.pre_tokenize_str(
            self._backend.normalizer.normalize_str(text)
        )
        return [
            self._vocab[symbol]
            for word, _ in words
            for symbol in self._merge(self._symbols(word), dropout, draw)
        ]

    def decode(self, ids: Sequence[int]) -> str:
        """Text of the ids; control and language tokens are skipped."""
        first_byte = self._vocab[BYTES[0]]
        tokens = (self._backend.id_to_token(index) for index in ids if index >= first_byte)
        return str(self._backend.decoder.decode([token for token in tokens if token is not None]))

    def _symbols(self, word: str) -> list[str]:
        """Characters, or the bytes of those that the vocabulary lacks."""
        symbols: list[str] = []
        for character in word:
            if character in self._vocab:
                symbols.append(character)
            else:
                symbols += [BYTES[byte] for byte in character.encode()]
        return symbols

    def _merge(self, symbols: list[str], dropout: float, draw: Callable[[], float]) -> list[str]:
        if self._ranks is None:
            merges = json.loads(self._backend.to_str())["model"]["merges"]
            self._ranks = {(left, right): rank for rank, (left, right) in enumerate(merges)}
        ranks = self._ranks
        while True:
            candidates = [
                (ranks[pair], index)
                for index, pair in enumerate(pairwise(symbols))
                if pair in ranks and draw() >= dropout
            ]
            if not candidates:
                return symbols
            _, index = min(candidates)
            symbols[index : index + 2] = [symbols[index] + symbols[index + 1]]
