"""Money and quantities to words: $3-5m, 5'10", 9.8 m/s², a 5-km run, 40°42′N."""

import re

from minimax_speech.text.expand_dates import any_of, compiled, sentence_stop
from minimax_speech.text.spoken_forms import Currency, SpokenForms

FRACTION = r"(?:\d+ )?\d{1,4}/\d{1,4}"
_TIMES = ("s", "min", "h")
_LARGEST_ORDINAL_DENOMINATOR = 20


def money(text: str, forms: SpokenForms) -> str:
    """$5, 50¢, €3.50, -$2.5 million, 20 EUR, $4/hour."""
    sign = any_of(forms.currencies)
    # A short scale must touch its number: "$5m", but "$5 m" is something else.
    worded = any_of(key for key in forms.magnitudes if len(key) > 1)
    scale = rf"(?: ?(?P<word>{worded})\b|(?P<letter>{any_of(forms.magnitudes)})\b)?"
    rate = r"(?:/(?P<rate>[a-z]+))?"
    number = rf"(?P<number>{forms.reader.pattern})"
    minus = r"(?P<minus>(?<!\w)-)?"
    before = rf"{minus}(?<!\w)(?P<sign>{sign}) ?{number}{scale}{rate}"
    after = rf"(?<![\w.,]){minus}{number}{scale} ?(?P<sign>{sign})(?![\w]){rate}"

    def say(match: re.Match[str]) -> str:
        scale_key = match["word"] or match["letter"]
        spoken = _say_money(forms, forms.currencies[match["sign"]], match["number"], scale_key)
        start = f"{forms.minus} " if match["minus"] else ""
        return start + spoken + _say_rate(match["rate"], forms)

    return compiled(after).sub(say, compiled(before).sub(say, text))


def _say_money(forms: SpokenForms, currency: Currency, number: str, scale: str | None) -> str:
    reader = forms.reader
    if scale:
        return f"{reader.read(number)} {forms.magnitudes[scale]} {currency.many}"
    value = reader.value(number)
    cents = number.partition(reader.decimal)[2]
    if len(cents) != 2 or not currency.cent:
        return f"{reader.read(number)} {currency.one if value == 1 else currency.many}"
    units = int(value)
    parts = []
    if units or not int(cents):
        parts.append(f"{reader.cardinal(units)} {currency.one if units == 1 else currency.many}")
    if int(cents):
        name = currency.cent if int(cents) == 1 else currency.cents
        parts.append(f"{reader.cardinal(int(cents))} {name}")
    return f" {forms.and_} ".join(parts)


def _say_rate(rate: str | None, forms: SpokenForms, power: str | None = None) -> str:
    """What follows "/": a unit, a short form, or a word."""
    if not rate:
        return ""
    name = forms.rates.get(rate) or (forms.units[rate][0] if rate in forms.units else rate)
    if power:
        # Per second squared, but per cubic meter.
        index = "²³".index(power)
        timed = rate in _TIMES
        name = f"{name} {forms.squared[index]}" if timed else f"{forms.square[index]} {name}"
    return f" {forms.per} {name}"


def units(text: str, forms: SpokenForms) -> str:
    """5 km, 1/2 kg, 20 m², 9.8 m/s², 8 oz. of, a 5-km run."""
    amount = rf"(?:{FRACTION}|{forms.reader.pattern})"
    unit = any_of(forms.units)

    def say(match: re.Match[str]) -> str:
        figure, joint, name, power, rate, rate_power = match.groups()
        one = "/" not in figure and forms.reader.value(figure) == 1
        # Half a kilometer, but one and a half kilometers.
        part = "/" in figure and " " not in figure
        spoken = forms.units[name][0 if one or part or joint == "-" else 1]
        if power:
            spoken = f"{forms.square['²³'.index(power)]} {spoken}"
        if "/" in figure:
            figure = say_fraction(figure, forms)
            spoken = f"{forms.of_} {spoken}" if part and joint != "-" else spoken
        else:
            figure = forms.reader.read(figure)
        spoken += _say_rate(rate, forms, rate_power)
        stop = match[0].endswith(".")
        return f"{figure} {spoken}" + (sentence_stop(match) if stop else "")

    rate = rf"(?:(?<!°[CF])/({unit}|[a-z]+)([²³])?)?"
    text = compiled(
        rf"(?<![\w.,])(?<!\d/)({amount})([ -]?)({unit})([²³])?{rate}"
        r"(?![\w²³]|'\w)(?:(?<=[a-z]{2})\.(?![\w.]))?"
    ).sub(say, text)
    rate = rf"(?<=\d)/({any_of(forms.rates)})\b(?!/)"
    text = compiled(rate).sub(lambda match: f" {forms.per} {forms.rates[match[1]]}", text)
    # "in kHz"; capitals alone are spelt, and "Pa" may be somebody.
    mixed = any_of(
        unit for unit in forms.units if any(map(str.isupper, unit[1:])) and not unit.isupper()
    )
    text = compiled(rf"(?<![\w'])({mixed})(?![\w'])").sub(
        lambda match: forms.units[match[1]][1], text
    )
    touching = rf"(?<![\w.,])(\d{{2,3}})({any_of(forms.hot)})\b(?!-)"
    return compiled(touching).sub(
        lambda match: f"{forms.reader.read(match[1])} {forms.units['°' + match[2]][1]}", text
    )


def lengths(text: str, forms: SpokenForms) -> str:
    """5'10", 6' tall, a 12" pizza: marks of feet and inches where they close no quotation."""
    (foot, feet), (inch, inches) = forms.feet_inches
    amount = rf"({FRACTION}|\d+(?:\.\d+)?)"
    adjective = compiled(rf" ?(?:$|[^\w ]|(?:{any_of(forms.measured)})\b)")

    def say(figure: str) -> str:
        return say_fraction(figure, forms) if "/" in figure else forms.reader.read(figure)

    def both(match: re.Match[str]) -> str:
        return f"{say(match[1])} {foot} {say(match[2])}"

    def single(match: re.Match[str]) -> str:
        one, many = (foot, feet) if match[2] == "'" else (inch, inches)
        before = match.string[: match.start()]
        if match[2] == '"' and before.count('"') % 2:
            return match[0]
        if match[2] == "'" and re.search(r"(?<!\w)'[^']*$", before):
            return match[0]
        plural = adjective.match(match.string, match.end()) and match[1] != "1"
        return f"{say(match[1])} {many if plural else one}"

    text = re.sub(rf"(?<![\w.,'])(\d{{1,2}})' ?{amount}(?:\"|''|(?![\w'/]))", both, text)
    return re.sub(rf"(?<![\w.,/']){amount}('|\")(?!\w)", single, text)


def positions(text: str, forms: SpokenForms) -> str:
    """40°42'46"N, 5° N."""
    minutes, seconds = forms.arc
    compass = any_of(forms.compass)

    def say(match: re.Match[str]) -> str:
        degrees, minute, second, side = match.groups()
        said = f"{degrees}°"
        said += f" {minute} {minutes}" if minute else ""
        said += f" {second} {seconds}" if second else ""
        return f"{said} {forms.compass[side]}"

    return compiled(
        rf"(?<!\w)(\d[\d.]*)° ?(?:(\d[\d.]*)' ?(?:(\d[\d.]*)(?:\"|'') ?)?)?({compass})\b"
    ).sub(say, text)


def say_fraction(figure: str, forms: SpokenForms) -> str:
    """1/2, 2 3/4 in words."""
    whole, _, fraction = figure.rpartition(" ")
    top, bottom = map(int, fraction.split("/"))
    reader = forms.reader
    if not 0 < top < bottom <= _LARGEST_ORDINAL_DENOMINATOR and (top, bottom) != (1, 100):
        between = forms.out_of if bottom == 100 or (top == bottom and top > 1) else forms.over
        said = f"{reader.cardinal(top)} {between} {reader.cardinal(bottom)}"
        return f"{reader.cardinal(int(whole))} {said}" if whole else said
    special = {2: forms.halves, 4: forms.quarters}.get(bottom)
    ordinal = reader.ordinal(bottom)
    one, many = special or (ordinal, ordinal + "s")
    if whole and top == 1:
        return f"{reader.cardinal(int(whole))} {forms.and_} {forms.a_} {one}"
    said = f"{reader.cardinal(top)} {one if top == 1 else many}"
    return f"{reader.cardinal(int(whole))} {forms.and_} {said}" if whole else said
