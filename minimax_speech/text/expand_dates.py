"""Dates and times of day to words."""

import re
from collections.abc import Iterable
from functools import lru_cache

from minimax_speech.text.spoken_forms import SpokenForms


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """A compiled pattern that was built from a table: the built-in cache is small."""
    return re.compile(pattern)


def any_of(keys: Iterable[str]) -> str:
    """Alternation of literal keys, the longest first."""
    return "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))


def sentence_stop(match: re.Match[str]) -> str:
    """The stop of an abbreviation is also the sentence's at the text's end or before a capital."""
    rest = match.string[match.end() :]
    return "." if re.match(r"[\"')\s]*$|[\"')]*\s[\"'(]*[A-Z]", rest) else ""


def numeric_dates(text: str, forms: SpokenForms) -> str:
    """2026-11-23, 3/4/2025, 23.11.2026."""

    def year_first(match: re.Match[str]) -> str:
        year, month, day = map(int, match.groups())
        return _say_date(forms, day, month, year, forms.date) or match[0]

    def year_last(match: re.Match[str]) -> str:
        first, separator, second, year = match.groups()
        day, month = int(first), int(second)
        # Dots are written where the day comes first; a month cannot exceed 12.
        if separator == "/" and (month > 12 or (forms.month_first and day <= 12)):
            day, month = month, day
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        return _say_date(forms, day, month, full_year, forms.date) or match[0]

    text = re.sub(r"(?<![\w-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\w-])", year_first, text)
    return re.sub(
        r"(?<![\w/.])(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})(?![\w/]|\.\d)", year_last, text
    )


def worded_dates(text: str, forms: SpokenForms) -> str:
    """23 Nov 2026, November 23rd, Nov. 2026."""
    suffix = rf"(?:{any_of(forms.ordinal_suffixes)})?"
    short = any_of(forms.month_abbreviations)

    def full_name(match: re.Match[str]) -> str:
        return match[1] + forms.months[forms.month_abbreviations[match[2]] - 1]

    text = compiled(rf"(\b\d{{1,2}}{suffix}(?: of)? )({short})\b\.?").sub(full_name, text)
    text = compiled(rf"(\b)({short})\b\.?(?= \d)").sub(full_name, text)
    month = f"({any_of(forms.months)})"

    def say(match: re.Match[str], day: str, name: str, year: str | None, bare: str) -> str:
        number = forms.months.index(name) + 1
        template = forms.date if year else bare
        return _say_date(forms, int(day), number, int(year) if year else None, template) or match[0]

    day_first = rf"\b(?:[Tt]he )?(\d{{1,2}}){suffix}(?: of)? {month}(?:,? (\d{{4}}))?(?!\w)"
    text = compiled(day_first).sub(
        lambda match: say(match, match[1], match[2], match[3], forms.day_month), text
    )
    month_first = rf"\b{month} (\d{{1,2}}){suffix}(?:,? (\d{{4}}))?(?![\w:%]|[.,/-]\d)"
    return compiled(month_first).sub(
        lambda match: say(match, match[2], match[1], match[3], forms.month_day), text
    )


def times(text: str, forms: SpokenForms) -> str:
    """5:30 pm, 17:05, 8am, 12:00."""

    def say(match: re.Match[str]) -> str:
        hour, minute, second, half, stop = match.groups()
        if int(hour) > 24 or not (minute or half):
            return match[0]
        spoken = forms.reader.cardinal(int(hour))
        if int(minute or 0):
            words = forms.reader.cardinal(int(minute))
            spoken += " " + (forms.low_minute.format(minute=words) if int(minute) < 10 else words)
        elif not half:
            spoken = (forms.late_hour if int(hour) > 12 else forms.whole_hour).format(hour=spoken)
        if second:
            spoken += " " + forms.reader.cardinal(int(second))
        if half:
            spoken += f" {half.upper()} M"
        return spoken + (sentence_stop(match) if stop else "")

    return re.sub(
        r"(?<![\w:.,])(\d{1,2})(?::([0-5]\d)(?::([0-5]\d))?)?"
        r"(?:\s?([AaPp])(?:[Mm]\b|\.[Mm]\b(\.?)))?(?![\w:]|\.\d)",
        say,
        text,
    )


def _say_date(
    forms: SpokenForms, day: int, month: int, year: int | None, template: str
) -> str | None:
    """The date in words, or None where there is no such day."""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return template.format(
        day=forms.reader.ordinal(day),
        month=forms.months[month - 1],
        year="" if year is None else forms.reader.year(year),
    )
