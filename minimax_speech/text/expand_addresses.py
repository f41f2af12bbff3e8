"""Addresses of the web and of mail, file names, paths, tags and names of users to words."""

import re
from urllib.parse import unquote

from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import SpokenForms, words

_TOP_LEVEL = (
    "com|org|net|edu|gov|io|ai|info|biz|app|dev|tv|co|uk|us|de|fr|eu|ca|au|ch|es|it|nl|pt|br|pl|cz"
    "|sk|ru|ua|bg|ro|hu|gr|tr|dk|se|fi|hr|jp|kr|cn|tw|hk|vn|id|th|il|sa|ae"
)
_SPELT_DOMAINS = [name for name in _TOP_LEVEL.split("|") if len(name) == 2 and name != "co"]
_FILE_ENDINGS = words("""
    txt md py js ts json yaml yml xml html htm css csv tsv pdf doc docx xls xlsx ppt pptx png jpg
    jpeg gif svg mp3 mp4 wav flac ogg zip tar gz exe dll sh bat cpp rs toml ini log conf cfg sql
""")
_MAIL = r"[\w.+-]*\w@\w[\w-]*(?:\.\w[\w-]*)+"
_SITE = rf"(?:https?://|www\.)[^\s\"()<>]+|(?:\w[\w-]*\.)+(?:{_TOP_LEVEL})\b(?:/[^\s\"()<>]*)?"
_ADDRESS = re.compile(rf"(?<![\w.@])(?:mailto: ?)?(?:{_MAIL}|{_SITE})(?![@\w])")
_WINDOWS_PATH = re.compile(r"(?<!\w)[A-Za-z]:\\[\w\\.-]*\w|\\\\\w[\w\\.-]*\w")
_UNIX_PATH = re.compile(
    # Marks of these scripts end words, too.
    r"(?<![\w/.)~€$£¥₽₴%²³\u0900-\u0dff\u0e00-\u0e7f])(?:\.{1,2}/\w|/\w|~/[\w.])[\w.-]*(?:/[\w.-]+)*/?(?![\w/])"
)


def addresses(text: str, forms: SpokenForms) -> str:
    """All that is written without spaces and read sign by sign."""
    text = _web(text, forms)
    text = _paths(text, forms)
    text = _file_names(text, forms)
    return _joined_words(text, forms)


def _web(text: str, forms: SpokenForms) -> str:
    """jane@mail.com, https://www.example.org/page: every sign is named, the scheme is not.

    What follows a "?" or "#" is for machines and not read. The hyphens of a title in an address
    (how-to-make-tea) are the spaces that they stand for.
    """

    def say(match: re.Match[str]) -> str:
        address = match[0].rstrip(".,;:!?'-/*")
        tail = match[0][len(address) :].replace("/", "").replace("*", "")
        address = re.sub(r"^(?:https?://|mailto: ?)", "", address)
        address = unquote(re.sub(r"[?#].*", "", address).rstrip("/"))
        address = re.sub(r"^www\.", "W W W.", address)
        address = re.sub(r"[\w]+(?:-\w+){2,}", lambda title: title[0].replace("-", " "), address)
        host, slash, path = address.partition("/")
        host = compiled(rf"\.({any_of(_SPELT_DOMAINS)}|edu)(?![\w-])").sub(
            lambda part: "." + " ".join(part[1].upper()), host
        )
        return _named(host + slash + path, forms) + tail

    return _ADDRESS.sub(say, text) if "." in text else text


def _paths(text: str, forms: SpokenForms) -> str:
    """/etc/hosts, ~/.bashrc, C:\\Users."""
    if "/" in text:
        text = _UNIX_PATH.sub(
            lambda match: (
                _named(match[0].rstrip("./"), forms) + ("." if match[0].endswith(".") else "")
            ),
            text,
        )
    return _WINDOWS_PATH.sub(lambda match: _named(match[0], forms), text) if "\\" in text else text


def _file_names(text: str, forms: SpokenForms) -> str:
    """report.pdf, archive.tar.gz, os.path, .bashrc."""
    if "." not in text:
        return text
    ending = any_of(_FILE_ENDINGS)

    def say(match: re.Match[str]) -> str:
        # Capitals are letters of a name here, not words: "README".
        return match[0] if match[0] in forms.stops_inside else _named(match[0], forms)

    def say_capitals(match: re.Match[str]) -> str:
        if match[0] in forms.stops_inside:
            return match[0]
        return re.sub(r"(?<=\w)\.(?=[A-Z]{2,}\b)", f" {forms.web.get('.', '')} ", match[0])

    text = compiled(rf"(?<![\w.])\w[\w-]*(?:\.\w+)*\.(?:{ending})(?!\w|\.\w)").sub(say, text)
    text = re.sub(r"(?<=[a-z]{2})\.(?=[A-Z][a-z])", ". ", text)
    text = re.sub(r"(?<![\w.])\w[\w.]*\.[A-Z]{2,}\b", say_capitals, text)
    # A stop inside a word, or before one, that is no abbreviation's.
    text = re.sub(r"(?<![\w.])([^\W\d]\w+(?:\.[a-z]\w+)+)(?!\w)", say, text)
    return re.sub(r"(?<![\w.])\.(?=[a-z]{2})", f"{forms.web.get('.', '')} ", text)


def _joined_words(text: str, forms: SpokenForms) -> str:
    """#MondayMotivation, camelCase: a capital inside a word starts another.

    But not in McDonald, nor after a first small letter of a name: iPhone, eBay.
    """
    names = r"(?!(?<=\b[a-z])[A-Z][a-z])(?<!\bMc)(?<!\bMac)(?<!\bPh)"
    part = rf"(?<=[a-z]){names}(?=[A-Z])|(?<=[A-Z])(?!(?<=\bI)J)(?=[A-Z][a-z]{{2}})"

    def say(match: re.Match[str]) -> str:
        known = match[0] in forms.units or match[0] in forms.stops_inside
        return match[0] if known else re.sub(part, " ", match[0])

    return re.sub(r"(?<![^\W\d_])[^\W\d_]*[a-z][A-Z][^\W\d_]*|[A-Z]{2,}[a-z]{2,}", say, text)


def _named(address: str, forms: SpokenForms) -> str:
    return compiled(any_of(forms.web)).sub(lambda sign: f" {forms.web[sign[0]]} ", address).strip()
