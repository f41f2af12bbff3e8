"""Dates and times of day to words."""

import re

from minimax_speech.text.patterns import (
    any_of,
    compiled,
    long_form,
    sentence_stop,
    shortened,
    text_after,
)
from minimax_speech.text.spoken_forms import SpokenForms

_MONTH, _DAY = r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"


def numeric_dates(text: str, forms: SpokenForms) -> str:
    """2026-11-23, 2026/11/23, 3/4/2025, 23.11.2026, 12-25-2024."""

    def year_first(match: re.Match[str]) -> str:
        year, _, month, day, timed = match.groups()
        said = _say_date(match, forms, int(day), int(month), int(year), forms.date)
        return said + (", " if timed else "") if said else match[0]

    def year_last(match: re.Match[str]) -> str:
        first, separator, second, year = match.groups()
        day, month = int(first), int(second)
        # Dots are written where the day comes first; a month cannot exceed 12.
        if separator != "." and (month > 12 or (forms.month_first and day <= 12)):
            day, month = month, day
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        return _say_date(match, forms, day, month, full_year, forms.date) or match[0]

    # 2024-05-01T10:30:00Z
    text = re.sub(r"(?<=\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?Z?(?!\w)", r"T\1", text)
    text = re.sub(
        r"(?<![\w/-])(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:(?![\w/-])|(T)(?=\d\d:))",
        year_first,
        text,
    )
    year = r"(\d{4}|\d{2}(?<!-\d\d))"
    space = r"(?:(?<=\.) )?" if forms.stop_ordinals else ""
    date = rf"(\d{{1,2}})([/.-]){space}(\d{{1,2}})\2{space}{year}"
    return compiled(rf"(?<![\w/.-]){date}(?![\w/-]|\.\d)").sub(year_last, text)


def dates_without_year(text: str, forms: SpokenForms) -> str:
    """12/25, "on 3/4", "by 6/15", 12/24-12/26: where it is hardly a fraction; "am 3.4." """
    first, second = (_MONTH, _DAY) if forms.month_first else (_DAY, _MONTH)
    date = f"{first}/{second}"
    # Fractions are of something.
    follows = rf"| (?:{any_of(forms.no_date_follows)})\b"
    single = rf"(?<![\w/.,$€£-])(?<!\d ){date}(?![\w/%°\"'½]|[.-]\d{follows})"
    lengths = [name for noun in forms.feet_inches or () for name in noun.names]
    measure = compiled(rf"[ -]?(?:{any_of([*forms.units, *lengths])})(?!\w)")
    surely = compiled(rf"(?i)(?<!\w)(?:{any_of(forms.date_leads)}),? $")
    perhaps = compiled(rf"(?i)(?<!\w)(?:{any_of(forms.loose_date_leads)}) $")

    def parted(written: str) -> tuple[int, int]:
        """Day and month."""
        first, second = map(int, re.findall(r"\d+", written))
        return (second, first) if forms.month_first else (first, second)

    def say(match: re.Match[str], written: str) -> str:
        template = forms.month_day or forms.day_month
        return _say_date(match, forms, *parted(written), None, template) or written

    def say_pair(match: re.Match[str]) -> str:
        if max(parted(match[1])[0], parted(match[2])[0]) < 10:
            return match[0]
        return f"{say(match, match[1])} {forms.to} {say(match, match[2])}"

    def say_one(match: re.Match[str]) -> str:
        before, after = match.string[: match.start()], match.string[match.end() :]
        day, month = parted(match[0])
        likely = day > 20 and 1 < month < day
        likely = likely or bool(perhaps.search(before) and day > 10 and day != 16)
        if measure.match(after) or not (likely or surely.search(before)):
            return match[0]
        return say(match, match[0])

    text = re.sub(rf"(?<![\w/.,$€£-])({date}) ?- ?({date})(?![\w/.]\w|\d)", say_pair, text)
    text = compiled(single).sub(say_one, text)
    if forms.stop_ordinals:
        stopped = rf"(?<![\w.,]){_DAY}\. ?{_MONTH}\.(?!\w)"
        text = compiled(stopped).sub(
            lambda match: say(match, match[0]) + ("" if text_after(match).strip() else "."), text
        )
    return text


def calendar_names(text: str, forms: SpokenForms) -> str:
    """Jan-Mar, Mon-Fri, Sat. & Sun., Tue, Jan 5; never the Sun alone."""
    month = any_of(name.rstrip(".") for name in forms.month_abbreviations)
    text = compiled(rf"(?<!\w)({month})\.? ?- ?({month})\b\.?").sub(
        lambda match: f" {forms.to} ".join(
            forms.months[_month_of(name, forms) - 1] for name in match.groups()
        ),
        text,
    )
    days = {name.rstrip("."): full for name, full in forms.weekdays.items()}
    short, long = any_of(days), any_of(set(days.values()))
    day = rf"(?:{long}|{short})\b\.?"
    joint = rf" ?[-&/] ?|, | {forms.to} | {forms.symbols.get('&', '&')} "

    def said(match: re.Match[str]) -> str:
        full = compiled(rf"\b({short})\b\.?").sub(lambda day: days[day[1]], match[0])
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return re.sub(r" ?- ?", f" {forms.to} ", full.rstrip(".")) + stop

    text = compiled(rf"(?<!\w){day}(?:(?:{joint}){day})+").sub(said, text)
    month = any_of([*forms.month_numbers, *forms.month_abbreviations])
    follows = any_of(forms.weekday_follows)
    later = rf"(?=,? (?:\d|(?:{follows})\b|(?:{month})(?!\w)))"
    return compiled(rf"(?<!\w)({shortened(forms.weekdays)}){later}").sub(
        lambda match: long_form(forms.weekdays, match[1]), text
    )


def worded_dates(text: str, forms: SpokenForms) -> str:
    """23 Nov 2026, November 23rd, Nov. 2026, 3 de abril de 2025, 3. April."""
    stop = r"\.(?= )" if forms.stop_ordinals else "(?!)"
    suffix = rf"(?:{any_of(forms.ordinal_suffixes)}|{stop})?"
    short = shortened(forms.month_abbreviations)
    joint = rf"(?: (?:{any_of(forms.date_joints)}))?"

    def full_name(match: re.Match[str]) -> str:
        return match[1] + forms.months[_month_of(match[2], forms) - 1]

    text = compiled(rf"(\b\d{{1,2}}{suffix}{joint} )({short})(?!\w)").sub(full_name, text)
    # "mar 3" is hardly a date where the day comes first.
    figure = r"\d" if forms.month_first else r"\d{4}\b"
    text = compiled(rf"(\b)({short})(?={joint} {figure})").sub(full_name, text)
    month = f"({any_of(forms.month_numbers)})"

    def say(match: re.Match[str], day: str, name: str, year: str | None, bare: str) -> str:
        template = forms.date if year else bare
        number = forms.month_numbers[name]
        said = _say_date(match, forms, int(day), number, int(year) if year else None, template)
        return said or match[0]

    article = f"(?:(?i:{forms.day_article}) )?"
    year = rf"(?:,?{joint} (\d{{4}})(?: (?:{any_of(forms.year_marks)}))?)?(?!\w)"
    day_first = rf"(?<![\w.,]){article}(\d{{1,2}}){suffix}{joint} {month}{year}"
    text = compiled(day_first).sub(
        lambda match: say(match, match[1], match[2], match[3], forms.day_month), text
    )
    if not forms.month_day:
        return text
    month_first = rf"\b{month} (\d{{1,2}}){suffix}(?:,? (\d{{4}}))?(?![\w:%]|[.,/-]\d)"
    return compiled(month_first).sub(
        lambda match: say(match, match[2], match[1], match[3], forms.month_day), text
    )


def times(text: str, forms: SpokenForms) -> str:
    """5:30 pm, 17:05, 8am, 12:00, 7.30pm, 3am-5pm, um 17.30 Uhr, 17h30."""
    marks = rf"(?: ?(?:{any_of(forms.clock_marks)})(?!\w))"
    half = r"\s?[AaPp](?:\. ?[Mm]\.?|[Mm]\b)"
    suffix = rf"(?:{half}|{marks})"
    clock = r"\d{1,2}(?:[:.][0-5]\d)?"
    if forms.hour_letter:
        text = compiled(rf"(?<![\w.,])(\d{{1,2}}) ?{forms.hour_letter} ?(?=[0-5]\d(?!\d))").sub(
            r"\1:", text
        )
    text = compiled(rf"(?<![\w:.,-])({clock}(?:{suffix})?) ?- ?(?={clock}{suffix})").sub(
        rf"\1 {forms.to} ", text
    )
    text = re.sub(r"(?<=\d:[0-5]\d) ?- ?(?=\d{1,2}:[0-5]\d(?!\d))", f" {forms.to} ", text)
    text = compiled(rf"(?<![\w:.,])(\d{{1,2}})\.([0-5]\d)(?={suffix})").sub(r"\1:\2", text)
    leads = any_of(forms.clock_leads)
    text = compiled(rf"(?<!\w)((?:{leads}) \d{{1,2}})\.(?=[0-5]\d(?![\w%]|[.,]\d))").sub(
        r"\1:", text
    )

    def say(match: re.Match[str]) -> str:
        hour, minute, second, half, stop, mark = match.groups()
        if int(hour) > 24 or not (minute or half or mark):
            return match[0]
        spoken = _say_time(int(hour), int(minute or 0), bool(half), forms)
        if int(second or 0):
            form = forms.minutes.gender if forms.minutes else ""
            spoken += forms.second.format(second=forms.reader.cardinal(int(second), form))
        if half:
            half_day = forms.half_days["ap".index(half.lower())]
            spoken = " ".join([half_day, spoken] if forms.half_day_first else [spoken, half_day])
        return spoken + (sentence_stop(match) if stop else "")

    return compiled(
        r"(?<![\w:.,])(\d{1,2})(?::([0-5]\d)(?::([0-5]\d))?)?"
        rf"(?:\s?([AaPp])(?:[Mm]\b|\. ?[Mm]\b(\.?))|({marks}))?(?![\w:]|\.\d)"
    ).sub(say, text)


def _say_time(hour: int, minute: int, half: bool, forms: SpokenForms) -> str:
    """half: it is said which half of the day it is."""
    cardinal = forms.reader.cardinal
    hours = forms.hours.gender if forms.hours else ""
    parts = {"hour": cardinal(hour, hours)}
    if forms.hours:
        parts["hours"] = forms.reader.count(str(hour), forms.hours)
    if minute:
        said = cardinal(minute, forms.minute_form)
        parts["minute"] = forms.low_minute.format(minute=said) if minute < 10 else said
        if forms.minutes:
            parts["minutes"] = forms.reader.count(str(minute), forms.minutes)
        return forms.clock.format(**parts)
    if half and not forms.half_day_first:
        return parts["hour"]
    late = forms.late_hour if hour > 12 else ""
    return (late or forms.whole_hour).format(**parts)


def _month_of(name: str, forms: SpokenForms) -> int:
    numbers = {short.rstrip("."): number for short, number in forms.month_abbreviations.items()}
    return numbers[name.rstrip(".")]


def _say_date(
    match: re.Match[str],
    forms: SpokenForms,
    day: int,
    month: int,
    year: int | None,
    template: str,
) -> str | None:
    """The date of a match in words, or None where there is no such day."""
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    form = form_after(match.string[: match.start()], forms)
    first = forms.first_day if day == 1 else ""
    return template.format(
        day=forms.reader.ordinal(day, forms.day_form if form is None else form),
        number=first or forms.reader.cardinal(day),
        month=forms.months[month - 1],
        year="" if year is None else forms.reader.year(year),
    )


def form_after(before: str, forms: SpokenForms) -> str | None:
    """The form of an ordinal after a text, if its last words tell it: "in der" before "der"."""
    lead = compiled(rf"(?i)(?<!\w)({any_of(forms.ordinal_after)}) $").search(before)
    # "ı" matches "i", whose small letter it is not.
    return forms.ordinal_after.get(lead[1].lower()) if lead else None
