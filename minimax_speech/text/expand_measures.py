"""Money and quantities to words: $3-5m, 5'10", 9.8 m/s², a 5-km run, 40°42′N."""

import re

from minimax_speech.text.numbers import NUMERAL, Noun
from minimax_speech.text.patterns import LOWER, any_of, compiled, sentence_stop
from minimax_speech.text.spoken_forms import Currency, SpokenForms

FRACTION = r"(?:\d+ )?\d{1,4}/\d{1,4}"
_TIMES = ("s", "min", "h")
_MANY = "1000000"  # so many of a currency are counted after a scale


def money(text: str, forms: SpokenForms) -> str:
    """$5, 50¢, €3.50, -$2.5 million, 20 EUR, $4/hour."""
    sign = any_of(forms.currencies)
    # "3 Euro 20" are no 20 euros.
    names = [key for key in forms.currencies if key.rstrip(".").isalpha() and not key.isupper()]
    leading = rf"{any_of(forms.currencies.keys() - names)}|(?<!\d )(?:{any_of(names)})"
    # A short scale must touch its number: "$5m", but "$5 m" is something else.
    worded = any_of(key for key in forms.magnitudes if len(key) > 1)
    letter = rf"(?P<letter>{any_of(forms.magnitudes)})"
    scale = rf"(?: ?(?P<word>{worded})(?!\w)|{{}})?"
    rate = rf"(?:/(?P<rate>{any_of(forms.rates)}|[{LOWER}]+))?"
    number = rf"(?P<number>{NUMERAL})"
    minus = r"(?P<minus>(?<!\w)-)?"
    touching, parted = scale.format(rf"{letter}\b"), scale.format(rf" ?{letter}(?= ?(?:{sign}))")
    before = rf"{minus}(?<!\w)(?P<sign>{leading}) ?{number}{touching}{rate}"
    after = rf"(?<![\w.,]){minus}{number}{parted} ?(?P<sign>{sign})(?![\w]){rate}"

    def say(match: re.Match[str]) -> str:
        scale_key = match["word"] or match["letter"]
        spoken = _say_money(forms, forms.currencies[match["sign"]], match["number"], scale_key)
        start = f"{forms.minus} " if match["minus"] else ""
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return start + spoken + _say_rate(match["rate"], forms) + stop

    return compiled(after).sub(say, compiled(before).sub(say, text))


def _say_money(forms: SpokenForms, currency: Currency, number: str, scale: str | None) -> str:
    reader = forms.reader
    if scale:
        scaled = reader.count(number, forms.magnitudes[scale])
        return reader.joined(scaled, currency.unit.name(reader.plural(_MANY)))
    units, _, cents = number.partition(".")
    if len(cents) != 2 or not currency.cent:
        return reader.count(number, currency.unit)
    units = units or "0"
    if not int(cents):
        return reader.count(units, currency.unit)
    small = reader.count(str(int(cents)), currency.cent)
    if not reader.value(units):
        return small
    return forms.price.format(
        units=reader.count(units, currency.unit),
        cents=small,
        number=reader.cardinal(int(cents), currency.cent.gender),
    )


def _say_rate(rate: str | None, forms: SpokenForms, power: str | None = None) -> str:
    """What follows "/": a unit, a short form, or a word."""
    if not rate:
        return ""
    if rate in forms.rates and not power:
        return f" {forms.rates[rate]}"
    name = forms.units[rate].name() if rate in forms.units else rate
    if power:
        # Per second squared, but per cubic meter.
        name = (
            f"{name} {forms.squared['²³'.index(power)]}"
            if rate in _TIMES
            else _squared(name, power, forms)
        )
    return f" {forms.per} {name}"


def _squared(unit: str, power: str, forms: SpokenForms) -> str:
    """power: ² or ³."""
    index = "²³".index(power)
    template = forms.square[index]
    return template.format(unit=unit) if template else f"{unit} {forms.squared[index]}"


def units(text: str, forms: SpokenForms) -> str:
    """5 km, 1/2 kg, 20 m², 9.8 m/s², 8 oz. of, a 5-km run."""
    amount = rf"(?:{FRACTION}|{NUMERAL})"
    unit = any_of(forms.units)

    def say(match: re.Match[str]) -> str:
        figure, joint, name, power, rate, rate_power = match.groups()
        noun = forms.units[name]
        if power:
            noun = noun.changed(lambda spoken: _squared(spoken, power, forms))
        if "/" in figure:
            said = _say_part(figure, noun, joint, forms)
        elif joint == "-":
            said = f"{forms.reader.read(figure, noun.gender)} {noun.name()}"
        else:
            said = forms.reader.count(figure, noun)
        stop = match[0].endswith(".")
        return said + _say_rate(rate, forms, rate_power) + (sentence_stop(match) if stop else "")

    rate = rf"(?:(?<!°[CF])/({unit}|{any_of(forms.rates)}|[{LOWER}]+)([²³])?)?"
    text = compiled(
        rf"(?<![\w.,])(?<!\d/)({amount})([ -]?)({unit})([²³])?{rate}"
        r"(?![\w²³]|'\w)(?:(?<=[a-z]{2})\.(?![\w.]))?"
    ).sub(say, text)
    rate = rf"(?<=\d)/({any_of(forms.rates)})\b(?!/)"
    text = compiled(rate).sub(lambda match: f" {forms.rates[match[1]]}", text)
    # "in kHz"; capitals alone are spelt, and "Pa" may be somebody.
    mixed = any_of(
        unit for unit in forms.units if any(map(str.isupper, unit[1:])) and not unit.isupper()
    )
    text = compiled(rf"(?<![\w'])({mixed})(?![\w'])").sub(
        lambda match: forms.units[match[1]].name("other"), text
    )
    touching = rf"(?<![\w.,])(\d{{2,3}})({any_of(forms.hot)})\b(?!-)"
    return compiled(touching).sub(
        lambda match: forms.reader.count(match[1], forms.units["°" + match[2]]), text
    )


def _say_part(figure: str, noun: Noun, joint: str, forms: SpokenForms) -> str:
    """Half of a kilometer, but one and a half kilometers, and a half kilometer walk."""
    fraction = say_fraction(figure, forms)
    if joint == "-":
        return f"{fraction} {noun.name()}"
    if " " in figure:
        return f"{fraction} {noun.name('other')}"
    return forms.part_of.format(part=fraction, unit=noun.name(), units=noun.name("other"))


def counted(text: str, forms: SpokenForms) -> str:
    """1 Stunde, 21 libras: a number agrees with a noun that is written out."""
    genders = forms.genders
    if not genders:
        return text
    return compiled(rf"(?<![\w.,/])({NUMERAL}) ({any_of(genders)})(?!\w)").sub(
        lambda match: forms.reader.joined(forms.reader.read(match[1], genders[match[2]]), match[2]),
        text,
    )


def lengths(text: str, forms: SpokenForms) -> str:
    """5'10", 6' tall, a 12" pizza: marks of feet and inches where they close no quotation."""
    if not forms.feet_inches:
        return text
    foot, inch = forms.feet_inches
    amount = rf"({FRACTION}|\d+(?:\.\d+)?)"
    adjective = compiled(rf" ?(?:$|[^\w ]|(?:{any_of(forms.measured)})\b)")

    def say(figure: str) -> str:
        return say_fraction(figure, forms) if "/" in figure else forms.reader.read(figure)

    def both(match: re.Match[str]) -> str:
        return f"{say(match[1])} {foot.name()} {say(match[2])}"

    def single(match: re.Match[str]) -> str:
        noun = foot if match[2] == "'" else inch
        before = match.string[: match.start()]
        if match[2] == '"' and before.count('"') % 2:
            return match[0]
        if match[2] == "'" and re.search(r"(?<!\w)'[^']*$", before):
            return match[0]
        plural = adjective.match(match.string, match.end()) and match[1] != "1"
        return f"{say(match[1])} {noun.name('other' if plural else 'one')}"

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
    if not 0 < top < bottom or bottom not in forms.denominators:
        between = forms.out_of if bottom == 100 or (top == bottom and top > 1) else forms.over
        part = forms.fraction.format(
            top=reader.cardinal(top), over=between or forms.over, bottom=reader.cardinal(bottom)
        )
        return f"{reader.cardinal(int(whole))} {part}" if whole else part
    noun = forms.denominators[bottom]
    if not whole:
        return reader.count(str(top), noun)
    part = f"{forms.a_} {noun.name()}" if top == 1 and forms.a_ else reader.count(str(top), noun)
    template = forms.mixed_half if bottom == 2 and forms.mixed_half else forms.mixed
    return template.format(whole=reader.cardinal(int(whole), noun.gender), part=part)
