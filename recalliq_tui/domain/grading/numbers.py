"""Numbers as written, in figures or words, to one exact form."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from recalliq_tui.domain.answerwords import fold

_SPACES: Final = re.compile("[ '\u2019\u00a0\u202f]")
_COMMA_DECIMAL: Final = frozenset({
    "de", "es", "fr", "it", "pt", "nl", "ru", "pl", "cs", "da", "sv", "nb", "no", "fi", "tr", "la",
})  # fmt: skip
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+\Z")
_MAX_DIGITS: Final = 60

SCALES: Final = (100, 1_000, 1_000_000, 1_000_000_000)

_WORDS: Final = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
    "quince dieciseis diecisiete dieciocho diecinueve",
    "de": "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn "
    "funfzehn sechzehn siebzehn achtzehn neunzehn",
    "fr": "zero _ deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize",
    "it": "zero _ due tre quattro cinque sei sette otto nove dieci undici dodici tredici "
    "quattordici quindici sedici diciassette diciotto diciannove",
    "pt": "zero _ dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze "
    "dezasseis dezassete dezoito dezanove",
    "la": "_ unus duo tres quattuor quinque sex septem octo nouem decem undecim duodecim",
    "ru": "ноль один два три четыре пять шесть семь восемь девять десять",
}
_TENS: Final = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "de": "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "la": "uiginti triginta quadraginta quinquaginta sexaginta septuaginta octoginta nonaginta",
}
_MORE: Final = {
    "en": "hundred 100 thousand 1000 million 1000000 billion 1000000000 dozen 12",
    "es": "cien 100 ciento 100 mil 1000 millon 1000000 millones 1000000",
    "de": "hundert 100 tausend 1000 million 1000000 millionen 1000000 milliarde 1000000000 "
    "milliarden 1000000000",
    "fr": "cent 100 cents 100 mille 1000 million 1000000 millions 1000000 milliard 1000000000 "
    "milliards 1000000000",
    "it": "cento 100 mille 1000 mila 1000 milione 1000000 milioni 1000000 miliardi 1000000000",
    "pt": "cem 100 cento 100 mil 1000 milhao 1000000 milhoes 1000000",
    "la": "centum 100 mille 1000 duae 2 tria 3",
    "ru": "сто 100 тысяча 1000 тысяч 1000 миллион 1000000 миллионов 1000000 миллиард 1000000000",
}
_LINKS: Final = {"en": "and", "es": "y", "pt": "e", "fr": "et", "de": "und"}


def plain_number(written: str, tongue: str) -> str:
    """One form for a number in figures; dotted groups such as addresses stay as they are.

    ``300,000`` and ``300 000`` are ``300000``; ``5.000`` is 5000 in German and 5 in English.
    """
    text = _SPACES.sub("", written)
    point, comma = text.count("."), text.count(",")
    if tongue in _COMMA_DECIMAL:
        if _THOUSANDS.match(text) and not (point and comma):
            text = text.replace(",", ".") if comma == 1 and not point else text.replace(".", "")
            text = text.replace(",", "")
        elif comma == 1:
            text = text.replace(".", "").replace(",", ".")
    elif comma and _THOUSANDS.match(text.split(".", 1)[0]):
        text = text.replace(",", "")
    elif comma == 1 and not point:
        text = text.replace(",", ".")
    return exact_form(text)


def exact_form(text: str) -> str:
    """Decimal text without needless zeros; what is no number stays as it is."""
    if len(text) > _MAX_DIGITS:
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return format(value.normalize(), "f") if value else "0"


def power_of_ten(mantissa: str, exponent: str, tongue: str) -> str:
    """``3`` times ten to the ``8`` as one number; as written where it is out of reason."""
    try:
        value = Decimal(plain_number(mantissa, tongue)) * Decimal(10) ** int(exponent)
    except (InvalidOperation, ValueError):
        return f"{mantissa}e{exponent}"
    return exact_form(format(value, "f")) if abs(int(exponent)) <= _MAX_DIGITS else str(value)


@cache
def number_words(tongue: str) -> dict[str, int]:
    """Folded number words of a language with their values."""
    found: dict[str, int] = {}
    small = [fold(w, lang=tongue) for w in _WORDS.get(tongue, "").split()]
    tens = [fold(w, lang=tongue) for w in _TENS.get(tongue, "").split()]
    found |= {word: value for value, word in enumerate(small) if word.isalpha()}
    found |= {word: 20 + 10 * k for k, word in enumerate(tens)}
    more = _MORE.get(tongue, "").split()
    found |= {fold(w, lang=tongue): int(v) for w, v in zip(more[::2], more[1::2], strict=True)}
    if tongue == "de":
        units = ["ein", *small[2:10]]
        for k, ten in enumerate(tens):
            found |= {f"{u}und{ten}": 20 + 10 * k + n for n, u in enumerate(units, start=1)}
    return found


def read_words(words: list[str], start: int, tongue: str) -> tuple[int, int] | None:
    """Read a number in words from ``start``: its value and how many words it takes."""
    known = number_words(tongue)
    if start >= len(words) or words[start] not in known:
        return None
    link = _LINKS.get(tongue)
    total, value, at = 0, known[words[start]], start + 1
    while at < len(words):
        step = 1
        if words[at] == link and at + 1 < len(words) and (value >= 100 or value % 10 == 0 < value):  # noqa: PLR2004
            step = 2
        part = known.get(words[at + step - 1])
        if part is None:
            break
        joined = _join(value, part, tongue)
        if joined is None:
            break
        if part >= 1000 and value:  # noqa: PLR2004
            total, value = total + joined, 0
        else:
            value = joined
        at += step
    return total + value, at - start


def _join(value: int, part: int, tongue: str) -> int | None:
    if part in SCALES:
        return max(value, 1) * part if value < part else None
    if tongue == "fr" and value == 4 and part == 20:  # noqa: PLR2004
        return 80
    if value == 0 or (value >= 100 and value % 100 == 0 and part < 100):  # noqa: PLR2004
        return value + part
    ones = 20 if tongue == "fr" else 10
    if value % 10 == 0 and value % 100 >= 20 and 0 < part < ones:  # noqa: PLR2004
        return value + part
    return None
