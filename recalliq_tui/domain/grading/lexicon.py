"""Function words, negations and other small words of each language, folded."""

# ruff: noqa: RUF001  (letters of other scripts are meant)
from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from recalliq_tui.domain.answerwords import fold


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a grader must know of a language beyond its stems.

    ``stops`` carry structure, not knowledge; ``light`` say little. ``both`` negate what follows
    or, where nothing does, what stands before; ``forward`` negate what follows only. In a
    language with ``concord`` two negations are one. ``joins`` part a sentence like a comma does,
    ``breaks`` like a full stop.
    """

    stops: frozenset[str] = frozenset()
    light: frozenset[str] = frozenset()
    both: frozenset[str] = frozenset()
    forward: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    concord: bool = False
    elides: bool = False


_STOPS: Final = {
    "en": """a an the of to in on at by for from with into onto over under about as is are was were
        be been being am it its he she they them their his her we you your our i my me this that
        these those there here which who whom whose what when where why how and or but if then than
        so because while whereas although though since until unless before after during also too
        very just only even still yet again more most much many some any each every all both other
        another such same own do does did doing done has have had having can could may might must
        shall should will would up down out off through between against per percent cent via upon
        one ones s t re ve ll d m st nd rd th etc ie eg not no nor neither never none nothing nobody
        without cannot around along across within toward towards however therefore thus hence
        become becomes became get gets got getting get's like let lets""",
    "es": """el la los las un una unos unas de del a al en con por para sin sobre entre hasta desde
        y e o u ni que como si se su sus lo le les me te nos mi tu es son era eran fue fueron ser
        estar esta este esto estos estas ese esa esos hay ha han habia muy mas menos tambien ya pero
        porque cuando donde cual quien cuyo no nunca nada ningun ninguna tampoco jamas unos ciento""",
    "de": """der die das den dem des ein eine einen einem einer eines und oder aber sondern in im an
        am auf aus bei mit nach von vom zu zum zur durch fur gegen ohne um uber unter vor hinter
        zwischen ist sind war waren wird werden wurde wurden sein hat haben hatte es er sie wir ihr
        man sich dass ob wenn weil als wie so auch nur noch schon sehr was wer wo wann warum nicht
        kein keine keinen keinem keiner nie niemals weder noch nichts etwa prozent diese dieser
        dieses kann konnen muss""",
    "fr": """le la les l un une des de du d a au aux en dans sur sous par pour avec sans et ou mais
        ni que qu qui quoi dont ou se s ce c cet cette ces son sa ses leur leurs il elle ils elles
        on nous vous je j y est sont etait etaient ete etre ont avait avaient tres plus moins
        aussi comme si ne n pas jamais rien aucun aucune non""",
    "it": """il lo la i gli le l un uno una di del della dei delle d a al alla ai alle da dal dalla
        in nel nella con su sul sulla per tra fra e ed o ma che chi cui se si e sono era erano ha
        hanno non mai niente nulla nessun nessuno nessuna senza ne""",
    "pt": """o a os as um uma de do da dos das em no na nos nas por para com sem e ou mas que se
        seu sua e sao era foi ser nao nunca nada nenhum nenhuma""",
    "la": """et ac atque que in ad ab a ex e de cum per pro sub super ut si sed autem enim nam est
        sunt erat esse non nec neque nihil numquam sine is ea id hic haec hoc qui quae quod eius
        ille illa illud se suus sua suum aut vel quid""",
    "ru": """и в во на с со к ко по от до из за для о об при над под а но или что как это его ее их
        он она они оно мы вы я был была были есть же бы не нет ни никогда ничего без""",
    "he": "של את על אל עם מן מ ב ל ה ו כי אשר ש זה זאת הוא היא הם הן גם או אבל לא אין בלי",
}
_LIGHT: Final = {
    "en": """use make call give take happen thing something way kind part do go come put keep say
        mean need lot bit various certain several many different number amount degree level value
        unit about roughly approximately around circa nearly almost cause effect work long whole
        place total really basically actually usually often always mainly""",
    "de": "machen tun etwas sache art teil etwa rund ungefahr",
    "es": "hacer cosa algo parte unos unas aproximadamente tener tipo",
    "fr": "faire chose partie environ",
}
_BOTH: Final = {
    "en": "not never cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt couldnt "
    "shouldnt hasnt havent hadnt mustnt aint neednt hardly scarcely barely seldom rarely",
    "es": "no nunca jamas tampoco",
    "de": "nicht nie niemals",
    "fr": "ne n pas jamais",
    "it": "non mai",
    "pt": "nao nunca",
    "la": "non numquam haud",
    "ru": "не нет никогда",
    "he": "לא אינו אינה אינם אין",
}
_FORWARD: Final = {
    "en": "no nothing nobody none nor neither without lack lacks lacking fail fails failed fails "
    "unable untrue false incorrect impossible incapable",
    "es": "sin nada ningun ninguna ninguno ni",
    "de": "kein keine keinen keinem keiner ohne nichts niemand weder",
    "fr": "sans rien aucun aucune ni",
    "it": "senza niente nulla nessun nessuno nessuna",
    "pt": "sem nada nenhum nenhuma nem",
    "la": "nihil sine nullus nulla nullum nec neque nemo",
    "ru": "без ни ничего",
    "he": "בלי ללא",
}
_JOINS: Final = {
    "en": "and", "es": "y e", "de": "und", "fr": "et", "it": "e ed", "pt": "e",
    "la": "et ac atque", "ru": "и",
}  # fmt: skip
_BREAKS: Final = {
    "en": "but however whereas while although though because since so which who then instead "
    "therefore if when where unless",
    "es": "pero aunque porque sino mientras",
    "de": "aber sondern weil obwohl wahrend dass",
    "fr": "mais parce tandis alors",
    "it": "ma perche mentre",
    "pt": "mas porque",
    "la": "sed autem quia",
    "ru": "но а потому",
    "he": "אבל אלא כי",
}
_YES: Final = {
    "en": "yes yeah yep", "es": "si", "de": "ja", "fr": "oui", "it": "si", "pt": "sim",
    "ru": "да", "he": "כן", "la": "ita sic",
}  # fmt: skip
_NO: Final = {
    "en": "no nope", "es": "no", "de": "nein", "fr": "non", "it": "no", "pt": "nao",
    "ru": "нет", "he": "לא", "la": "minime",
}  # fmt: skip
_CONCORD: Final = frozenset({"es", "fr", "it", "pt", "ru", "he"})
_ELIDES: Final = frozenset({"fr", "it", "ca"})

_NO_ANSWER: Final = (
    "i do not know", "i dont know", "do not know", "dont know", "idk", "dunno", "do not remember",
    "no idea", "i have no idea", "no clue", "i can not remember", "i cannot remember", "sorry",
    "i cant remember", "can not remember", "cannot remember", "cant remember",
    "i do not remember", "i dont remember", "i forgot", "forgot", "not sure",
    "i am not sure", "i not sure", "im not sure", "pass", "skip", "n a", "na", "none", "nothing",
    "no lo se", "no se", "ni idea", "no me acuerdo", "weiss nicht", "ich weiss nicht",
    "ich weiss es nicht", "weiss ich nicht", "keine ahnung", "je ne sais pas", "je sais pas",
    "aucune idee", "non lo so", "non so", "boh", "nao sei", "nescio", "не знаю", "לא יודע",
    "לא יודעת", "אני לא יודע", "אני לא יודעת",
)  # fmt: skip


def tongue_of(lang: str | None) -> str:
    """Primary language of a tag; English where none is said."""
    return (lang or "en").replace("_", "-").split("-", 1)[0].lower() or "en"


def _set(table: dict[str, str], tongue: str) -> frozenset[str]:
    return frozenset(fold(word, lang=tongue) for word in table.get(tongue, "").split())


@cache
def lexicon(tongue: str) -> Lexicon:
    """The small words of a language; empty sets for one that is not known."""
    both, forward = _set(_BOTH, tongue), _set(_FORWARD, tongue)
    joins, breaks = _set(_JOINS, tongue), _set(_BREAKS, tongue)
    return Lexicon(
        stops=_set(_STOPS, tongue) | both | forward | joins | breaks,
        light=_set(_LIGHT, tongue),
        both=both,
        forward=forward,
        joins=joins,
        breaks=breaks,
        yes=_set(_YES, tongue),
        no=_set(_NO, tongue),
        concord=tongue in _CONCORD,
        elides=tongue in _ELIDES,
    )


@cache
def no_answers() -> tuple[str, ...]:
    """Folded phrases that say "I don't know", longest first."""
    return tuple(sorted(_NO_ANSWER, key=len, reverse=True))
