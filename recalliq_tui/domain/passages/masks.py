"""Which words of a line are hidden: what was missed first, then words that carry the meaning."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.recitation.folding import fold, language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

SHARES: Final = (0.25, 0.5, 0.75, 1.0)

_FUNCTION_WORDS: Final = {
    "en": """
        a an and are art as at be been but by did do dost doth for from had has hast hath have he
        her his i in into is it its me my nor not now o of on or our shall shalt she should so that
        the thee their them then there these they thine this those thou thy to unto upon us was we were
        what when which who whom whose will wilt with would ye you your
    """,
    "la": """
        a ab ac ad ante at atque aut autem contra coram cum de dum e enim ergo es esse est et ex
        haec hanc hic hoc hunc iam id ille illa illos in inter ita me mei meo meum meus mihi nam ne
        nec neque nisi nobis non nos noster nostra nostrae nostri nostris nostro nostrum nunc o ob
        per post pro qua quae quam quas quem qui quia quibus quo quod quorum quos se sed semper si
        sibi sic sicut sine sit sub sui sum sunt super suum te tibi tu tua tuae tuam tui tuis tuo
        tuum tuus ut vel vobis vos
    """,
    "es": """
        a al ante aquel aqui asi aun como con cual cuando de del desde donde e el ella ellas ellos
        en entre era eres es esa ese eso esta este esto fue ha han hasta he la las le les lo los me
        mi mis ni no nos nosotros nuestra nuestras nuestro nuestros o para pero por porque que
        quien quienes se sea ser si sin sobre somos son su sus te ti tu tus u un una unas unos
        vuestra vuestro y ya yo
    """,
    "he": "אל אם אני אנכי את אתה אתם בו בה בך בם גם הוא היא הם זה זאת כי כל לא לו לה לך לי לכם להם מה מי מן על עד עם או אשר",
}


def is_content_word(folded: str, *, lang: str | None) -> bool:
    """Whether a (folded) word carries meaning rather than grammar.

    In a language without a list, words of up to three letters are taken for grammar.
    """
    known = _function_words(language(lang))
    return folded not in known if known else len(folded) > 3  # noqa: PLR2004


_CACHE: dict[str, frozenset[str]] = {}


def _function_words(tongue: str) -> frozenset[str]:
    if tongue not in _CACHE:
        words = _FUNCTION_WORDS.get(tongue, "").split()
        _CACHE[tongue] = frozenset(fold(word, lang=tongue) for word in words)
    return _CACHE[tongue]


def choose_mask(
    words: Sequence[str],
    *,
    share: float,
    seed: int,
    turn: int,
    lang: str | None = None,
    missed: Collection[int] = (),
    last: Collection[int] = (),
) -> frozenset[int]:
    """Indices of the words to hide: ``share`` of them (0 to 1), one at least.

    ``words`` are folded. What was missed comes first, then content words, then the rest; among
    equals ``seed`` and ``turn`` decide. Where not all words are hidden, the mask is never
    ``last``, the one before it.
    """
    if not words:
        return frozenset()
    count = min(len(words), max(1, round(share * len(words))))
    order = _order(words, seed=seed, turn=turn, lang=lang, missed=missed)
    chosen = order[:count]
    if set(chosen) == set(last) and count < len(words):
        spare = order[count]
        kept = chosen if chosen[-1] in missed else chosen[:-1]
        chosen = [*kept, spare]
    return frozenset(chosen)


def _order(
    words: Sequence[str], *, seed: int, turn: int, lang: str | None, missed: Collection[int]
) -> list[int]:
    def rank(index: int) -> tuple[bool, bool, bytes]:
        content = is_content_word(words[index], lang=lang)
        return index not in missed, not content, _dice(seed, turn, index)

    return sorted(range(len(words)), key=rank)


def _dice(*numbers: int) -> bytes:
    return blake2b(repr(numbers).encode(), digest_size=8).digest()


def masked(line: str, ranges: Iterable[tuple[int, int]], *, blank: str = "_") -> str:
    """The line with each range of code points written as blanks of the same length."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(ranges):
        pieces += [line[at:start], blank * (end - start)]
        at = end
    return "".join([*pieces, line[at:]])
