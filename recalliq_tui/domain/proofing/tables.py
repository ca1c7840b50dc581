"""What differs by language: abbreviations, words that stand twice, scripts. Keys are primary tags."""

# ruff: noqa: RUF001  (letters of several alphabets belong here)

from __future__ import annotations

from typing import Final

ABBREVIATIONS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "e.g.", "i.e.", "etc.", "viz.", "cf.", "vs.", "approx.", "ca.", "Dr.", "Mr.", "Mrs.",
        "Ms.", "Prof.", "St.", "Jr.", "Sr.", "No.", "Nos.", "Fig.", "Vol.", "Ch.", "pp.", "ed.",
        "b.c.", "a.d.", "dept.", "govt.", "max.", "min.",
    ),
    "es": (
        "p. ej.", "p.ej.", "etc.", "Sr.", "Sra.", "Srta.", "Dr.", "Dra.", "Ud.", "Uds.", "Vd.",
        "Vds.", "EE. UU.", "EE.UU.", "a. C.", "d. C.", "a.C.", "d.C.", "núm.", "pág.", "págs.",
        "tel.", "aprox.", "máx.", "mín.", "Avda.", "c/",
    ),
    "de": (
        "z. B.", "z.B.", "d. h.", "d.h.", "u. a.", "u.a.", "usw.", "bzw.", "ca.", "ggf.", "evtl.",
        "inkl.", "vgl.", "Dr.", "Prof.", "Hr.", "Fr.", "Nr.", "Str.", "Tel.", "Jh.", "Mio.", "Mrd.",
        "n. Chr.", "v. Chr.", "sog.", "max.", "min.", "jmd.", "jmdn.", "jmdm.", "etw.",
    ),
    "fr": (
        "p. ex.", "c.-à-d.", "etc.", "M.", "Mme", "Mlle", "MM.", "Dr", "av. J.-C.", "apr. J.-C.",
        "n°", "env.", "cf.", "qqn", "qqch", "qqch.", "max.", "min.", "éd.", "vol.", "s.v.p.",
    ),
    "it": (
        "p. es.", "ad es.", "ecc.", "Sig.", "Sig.ra", "Dott.", "Dott.ssa", "Prof.", "a.C.", "d.C.",
        "a. C.", "d. C.", "pag.", "pagg.", "n.", "cfr.", "ca.", "qlcu.", "qlco.",
    ),
    "pt": (
        "p. ex.", "p.ex.", "etc.", "Sr.", "Sra.", "Dr.", "Dra.", "Prof.", "a.C.", "d.C.", "a. C.",
        "d. C.", "séc.", "pág.", "págs.", "nº", "n.º", "tel.", "aprox.", "Av.", "V. Ex.ª",
    ),
    "nl": (
        "bijv.", "bv.", "enz.", "d.w.z.", "o.a.", "m.b.t.", "t.a.v.", "dhr.", "mevr.", "mw.", "nr.",
        "ca.", "blz.", "evt.", "i.p.v.", "n.v.t.", "v.Chr.", "n.Chr.", "max.", "min.",
    ),
    "ru": (
        "т. е.", "т.е.", "т. д.", "т.д.", "т. п.", "т.п.", "и др.", "др.", "гг.", "вв.", "напр.",
        "см.", "ул.", "стр.", "тыс.", "млн", "млрд", "руб.", "н. э.", "н.э.", "кг", "км", "см",
    ),
    "la": ("etc.", "i. e.", "i.e.", "e. g.", "e.g.", "sc.", "cf.", "S.", "SS.", "D. N.", "B. M. V."),
}  # fmt: skip

TWICE: Final[dict[str, frozenset[str]]] = {
    "en": frozenset({
        "had", "that", "very", "really", "so", "no", "bye", "ha", "knock", "blah", "there", "long",
    }),
    "es": frozenset({"no", "muy", "ja", "bla"}),
    "de": frozenset({"die", "der", "das", "sie", "den", "dem", "sehr", "ja", "nein"}),
    "nl": frozenset({"die", "dat", "heel", "had"}),
    "fr": frozenset({"nous", "vous", "très", "non"}),
    "it": frozenset({"piano", "quasi", "molto", "no", "ciao", "via", "così"}),
    "pt": frozenset({"muito", "não", "logo"}),
    "tr": frozenset({"yavaş", "çok", "güle", "zaman", "tek"}),
    "id": frozenset({"kupu"}),
}  # fmt: skip
"""Words that rightly stand twice in a row."""

_LATIN: Final = (
    "af ca cs cy da de en eo es et eu fi fr ga gl hr hu id is it la lt lv ms mt nb nl nn no pl pt"
    " ro sk sl sq sv sw tl tr vi"
)
SCRIPTS: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(_LATIN.split(), frozenset({"LATIN"})),
    **dict.fromkeys(["be", "bg", "mk", "ru", "uk"], frozenset({"CYRILLIC"})),
    **dict.fromkeys(["ar", "fa", "ps", "ur"], frozenset({"ARABIC"})),
    **dict.fromkeys(["hi", "mr", "ne", "sa"], frozenset({"DEVANAGARI"})),
    **dict.fromkeys(["he", "yi"], frozenset({"HEBREW"})),
    **dict.fromkeys(["el", "grc"], frozenset({"GREEK"})),
    "bn": frozenset({"BENGALI"}),
    "hy": frozenset({"ARMENIAN"}),
    "ja": frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    "ka": frozenset({"GEORGIAN"}),
    "ko": frozenset({"HANGUL", "CJK"}),
    "ta": frozenset({"TAMIL"}),
    "te": frozenset({"TELUGU"}),
    "th": frozenset({"THAI"}),
    "zh": frozenset({"CJK", "BOPOMOFO"}),
}
"""Scripts of a language, as Unicode's character names begin; languages of two scripts aren't here."""

KNOWN_SCRIPTS: Final = frozenset().union(*SCRIPTS.values())

CLEAR_ABROAD: Final = frozenset("=+&%°@§×÷")
"""Signs that voices say rightly in English, and often in English elsewhere."""
