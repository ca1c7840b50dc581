r"""Says simple TeX in words: ``x^2 + \alpha`` becomes "x squared plus alpha"."""

from __future__ import annotations

import re
from typing import Final

from recalliq_tui.decks.words import formula, primary

_MAX_SOURCE: Final = 200
_TOKEN: Final = re.compile(
    r"\\(?:text|mathrm|operatorname)\s*\{[^{}\\]*\}|\\(?:[A-Za-z]+|.)|\d+(?:[.,]\d+)*|[A-Za-z]|\S",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"[\w\s+=.,:()]+\Z")
_SPACING: Final = frozenset({
    "\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad", "\\qquad", "\\left", "\\right", "\\displaystyle",
    "\\limits", "&",
})  # fmt: skip
_GROUPING: Final = frozenset({
    "\\mathbf", "\\mathit", "\\mathcal", "\\mathbb", "\\mathsf",
    "\\textbf", "\\textit", "\\boldsymbol", "\\vec", "\\hat", "\\bar",
})  # fmt: skip
_SILENT: Final = frozenset({"(", ")", "[", "]", "|", "\\{", "\\}", "\\langle", "\\rangle", "\\|"})
_WORDS: Final = {
    "+": "plus", "-": "minus", "\u2212": "minus", "=": "equals", "<": "is less than",
    ">": "is greater than", "/": "over", "*": "times", "!": "factorial", "'": "prime",
    "%": "percent", "\\%": "percent", ",": ",", ".": ".", ":": ":", ";": ";",
    "\\times": "times", "\\cdot": "times", "\\div": "divided by", "\\pm": "plus or minus",
    "\\mp": "minus or plus", "\\le": "is at most", "\\leq": "is at most", "\\ge": "is at least",
    "\\geq": "is at least", "\\ne": "is not equal to", "\\neq": "is not equal to",
    "\\approx": "is about", "\\equiv": "is equivalent to", "\\sim": "is similar to",
    "\\propto": "is proportional to", "\\infty": "infinity", "\\to": "to",
    "\\rightarrow": "to", "\\Rightarrow": "implies", "\\implies": "implies",
    "\\iff": "if and only if", "\\Leftrightarrow": "if and only if", "\\in": "in",
    "\\notin": "not in", "\\subset": "is a subset of", "\\subseteq": "is a subset of",
    "\\cup": "union", "\\cap": "intersection", "\\emptyset": "the empty set",
    "\\varnothing": "the empty set", "\\land": "and", "\\wedge": "and", "\\lor": "or",
    "\\vee": "or", "\\neg": "not", "\\lnot": "not", "\\forall": "for all",
    "\\exists": "there exists", "\\partial": "partial", "\\nabla": "nabla", "\\sum": "sum",
    "\\prod": "product", "\\int": "integral of", "\\lim": "limit", "\\sin": "sine",
    "\\cos": "cosine", "\\tan": "tangent", "\\log": "log", "\\ln": "natural log",
    "\\exp": "exp", "\\min": "minimum", "\\max": "maximum", "\\ldots": "and so on",
    "\\dots": "and so on", "\\cdots": "and so on", "\\circ": "circle", "\\deg": "degree",
    "\\mid": "such that",
}  # fmt: skip
_GREEK: Final = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "  # noqa: SIM905
    "upsilon phi chi psi omega".split()
)


class _TooHardError(Exception):
    """This formula has no simple words."""


def math_words(source: str, lang: str | None) -> str:
    """Return the words for TeX ``source`` (without its dollar signs), never empty."""
    if len(source) > _MAX_SOURCE:
        return formula(lang)
    if primary(lang) != "en":
        return " ".join(source.split()) if _PLAIN.match(source) else formula(lang)
    tokens = _TOKEN.findall(source)
    try:
        words, rest = _sequence(tokens, 0, depth=0)
    except _TooHardError:
        return formula(lang)
    text = re.sub(r" (?=[,.:;])", "", " ".join(words))
    return text if text and rest == len(tokens) else formula(lang)


def _sequence(tokens: list[str], pos: int, *, depth: int) -> tuple[list[str], int]:
    """Say tokens up to a closing brace; return the words and where reading stopped."""
    if depth > 8:  # noqa: PLR2004
        raise _TooHardError
    words: list[str] = []
    while pos < len(tokens) and tokens[pos] != "}":
        said, pos = _item(tokens, pos, depth=depth)
        words += said
    return words, pos


def _item(tokens: list[str], pos: int, *, depth: int) -> tuple[list[str], int]:
    token = tokens[pos]
    pos += 1
    words: list[str] = []
    match token:
        case _ if token in _SPACING or token in _SILENT:
            pass
        case "{":
            words, pos = _group(tokens, pos - 1, depth=depth)
        case "^":
            power, pos = _group(tokens, pos, depth=depth)
            words = _power(power)
        case "_":
            index, pos = _group(tokens, pos, depth=depth)
            words = ["sub", *index]
        case "\\frac" | "\\dfrac" | "\\tfrac":
            top, pos = _group(tokens, pos, depth=depth)
            bottom, pos = _group(tokens, pos, depth=depth)
            words = [*top, "over", *bottom]
        case "\\sqrt":
            inner, pos = _group(tokens, pos, depth=depth)
            words = ["the square root of", *inner]
        case _ if token in _GROUPING:
            words, pos = _group(tokens, pos, depth=depth)
        case _ if token[0] == "\\" and token[-1] == "}" and "{" in token:
            words = token[token.index("{") + 1 : -1].split()
        case _:
            words = [_word(token)]
    return words, pos


def _group(tokens: list[str], pos: int, *, depth: int) -> tuple[list[str], int]:
    """Say one argument: a group in braces, or the single token that stands there."""
    if pos >= len(tokens) or tokens[pos] == "}":
        raise _TooHardError
    if tokens[pos] != "{":
        return _item(tokens, pos, depth=depth + 1)
    words, pos = _sequence(tokens, pos + 1, depth=depth + 1)
    if pos >= len(tokens):
        raise _TooHardError
    return words, pos + 1


def _power(power: list[str]) -> list[str]:
    match power:
        case ["2"]:
            return ["squared"]
        case ["3"]:
            return ["cubed"]
        case ["circle"]:
            return ["degrees"]
        case ["prime"]:
            return ["prime"]
        case _:
            return ["to the power of", *power]


def _word(token: str) -> str:
    if token in _WORDS:
        return _WORDS[token]
    name = token.removeprefix("\\")
    if token.startswith("\\"):
        bare = name.removeprefix("var").lower()
        if bare in _GREEK:
            return bare if name[0].islower() else f"capital {bare}"
        raise _TooHardError
    if name.isalnum():
        return name
    raise _TooHardError
