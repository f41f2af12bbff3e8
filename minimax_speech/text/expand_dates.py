"""Dates and times of day to words."""

import re
from collections.abc import Iterable
from functools import lru_cache

from minimax_speech.text.spoken_forms import SpokenForms


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """A compiled pattern that was built from a table: the built-in cache is small."""
    return re.compile(pattern)


def any_of(keys: Iterable[str]) -> str:
    """Alternation of literal keys, the longest first."""
    return _alternation(tuple(keys))


@lru_cache(maxsize=256)
def _alternation(keys: tuple[str, ...]) -> str:
    return "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))


def sentence_stop(match: re.Match[str]) -> str:
    """The stop of an abbreviation is also the sentence's at the text's end or before a capital."""
    rest = match.string[match.end() :]
    return "." if re.match(r"[\"')\s]*$|[\"')]*\s[\"'(]*[A-Z]", rest) else ""


def numeric_dates(text: str, forms: SpokenForms) -> str:
    """2026-11-23, 2026/11/23, 3/4/2025, 23.11.2026, 12-25-2024."""

    def year_first(match: re.Match[str]) -> str:
        year, _, month, day, timed = match.groups()
        said = _say_date(forms, int(day), int(month), int(year), forms.date)
        return said + (", " if timed else "") if said else match[0]

    def year_last(match: re.Match[str]) -> str:
        first, separator, second, year = match.groups()
        day, month = int(first), int(second)
        # Dots are written where the day comes first; a month cannot exceed 12.
        if separator != "." and (month > 12 or (forms.month_first and day <= 12)):
            day, month = month, day
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        return _say_date(forms, day, month, full_year, forms.date) or match[0]

    # 2024-05-01T10:30:00Z
    text = re.sub(r"(?<=\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?Z?(?!\w)", r"T\1", text)
    text = re.sub(
        r"(?<![\w/-])(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:(?![\w/-])|(T)(?=\d\d:))",
        year_first,
        text,
    )
    year = r"(\d{4}|\d{2}(?<!-\d\d))"
    return re.sub(
        rf"(?<![\w/.-])(\d{{1,2}})([/.-])(\d{{1,2}})\2{year}(?![\w/-]|\.\d)", year_last, text
    )


def dates_without_year(text: str, forms: SpokenForms) -> str:
    """12/25, "on 3/4", "by 6/15", 12/24-12/26: where it is hardly a fraction."""
    date = r"(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])"
    # Fractions are of something.
    single = rf"(?<![\w/.,$€£-])(?<!\d ){date}(?![\w/%°\"'½]|[.-]\d| (?:of|an?|the)\b)"
    lengths = [name for names in forms.feet_inches for name in names]
    measure = compiled(rf"[ -]?(?:{any_of([*forms.units, *lengths])})(?!\w)")
    surely = compiled(rf"(?i)(?<!\w)(?:{any_of(forms.date_leads)}),? $")
    perhaps = compiled(rf"(?i)(?<!\w)(?:{any_of(forms.loose_date_leads)}) $")

    def say(written: str) -> str:
        month, day = map(int, written.split("/"))
        return _say_date(forms, day, month, None, forms.month_day) or written

    def say_pair(match: re.Match[str]) -> str:
        if max(int(match[1].split("/")[1]), int(match[2].split("/")[1])) < 10:
            return match[0]
        return f"{say(match[1])} {forms.to} {say(match[2])}"

    def say_one(match: re.Match[str]) -> str:
        before, after = match.string[: match.start()], match.string[match.end() :]
        month, day = map(int, match[0].split("/"))
        likely = day > 20 and 1 < month < day
        likely = likely or bool(perhaps.search(before) and day > 10 and day != 16)
        if measure.match(after) or not (likely or surely.search(before)):
            return match[0]
        return say(match[0])

    text = re.sub(rf"(?<![\w/.,$€£-])({date}) ?- ?({date})(?![\w/.]\w|\d)", say_pair, text)
    return compiled(single).sub(say_one, text)


def calendar_names(text: str, forms: SpokenForms) -> str:
    """Jan-Mar, Mon-Fri, Sat. & Sun., Tue, Jan 5; never the Sun alone."""
    month = any_of(forms.month_abbreviations)
    text = compiled(rf"(?<!\w)({month})\.? ?- ?({month})\b\.?").sub(
        lambda match: f" {forms.to} ".join(
            forms.months[forms.month_abbreviations[name] - 1] for name in match.groups()
        ),
        text,
    )
    short, long = any_of(forms.weekdays), any_of(set(forms.weekdays.values()))
    day = rf"(?:{long}|{short})\b\.?"
    joint = rf" ?[-&/] ?|, | {forms.to} | {forms.and_} "

    def full(match: re.Match[str]) -> str:
        return forms.weekdays[match[1]]

    def said(match: re.Match[str]) -> str:
        days = compiled(rf"\b({short})\b\.?").sub(full, match[0])
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return re.sub(r" ?- ?", f" {forms.to} ", days.rstrip(".")) + stop

    text = compiled(rf"(?<!\w){day}(?:(?:{joint}){day})+").sub(said, text)
    month = any_of([*forms.months, *forms.month_abbreviations])
    later = rf"(?=,? (?:\d|at\b|(?:{month})\b))"
    return compiled(rf"(?<!\w)({short})\b\.?{later}").sub(full, text)


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
    """5:30 pm, 17:05, 8am, 12:00, 7.30pm, 3am-5pm."""
    suffix = r"\s?[AaPp](?:\.[Mm]\.?|[Mm]\b)"
    clock = r"\d{1,2}(?:[:.][0-5]\d)?"
    text = re.sub(
        rf"(?<![\w:.,-])({clock}(?:{suffix})?) ?- ?(?={clock}{suffix})", rf"\1 {forms.to} ", text
    )
    text = re.sub(r"(?<=\d:[0-5]\d) ?- ?(?=\d{1,2}:[0-5]\d(?!\d))", f" {forms.to} ", text)
    text = re.sub(rf"(?<![\w:.,])(\d{{1,2}})\.([0-5]\d)(?={suffix})", r"\1:\2", text)

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
        if int(second or 0):
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
