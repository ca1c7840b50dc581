"""The few words that are said aloud in place of what can't be: a hole, a formula."""

from __future__ import annotations

from typing import Final

_BLANK: Final = {
    "af": "leeg", "ar": "فراغ", "be": "пропуск", "bg": "празно", "bn": "শূন্যস্থান",
    "bs": "praznina", "ca": "espai", "cs": "mezera", "cy": "bwlch", "da": "tomt felt",
    "de": "Lücke", "el": "κενό", "en": "blank", "eo": "manko", "es": "espacio", "et": "lünk",
    "eu": "hutsunea", "fa": "جای خالی", "fi": "aukko", "fr": "trou", "ga": "bearna",
    "gl": "espazo", "he": "ריק", "hi": "रिक्त स्थान", "hr": "praznina", "hu": "üres hely",
    "id": "kosong", "is": "eyða", "it": "spazio", "ja": "空欄", "ko": "빈칸", "la": "lacuna",
    "lt": "tarpas", "lv": "tukšums", "mk": "празно", "ms": "kosong", "nb": "blank",
    "nl": "leeg", "nn": "blank", "no": "blank", "pl": "luka", "pt": "lacuna", "ro": "spațiu",
    "ru": "пропуск", "sk": "medzera", "sl": "vrzel", "sr": "празнина", "sv": "lucka",
    "th": "เว้นว่าง", "tr": "boşluk", "uk": "пропуск", "ur": "خالی جگہ", "vi": "chỗ trống",
    "zh": "空格",
}  # fmt: skip

_FORMULA: Final = {
    "ca": "fórmula", "cs": "vzorec", "da": "formel", "de": "Formel", "el": "τύπος",
    "en": "formula", "es": "fórmula", "fi": "kaava", "fr": "formule", "he": "נוסחה",
    "hu": "képlet", "it": "formula", "ja": "数式", "ko": "수식", "la": "formula", "nb": "formel",
    "nl": "formule", "pl": "wzór", "pt": "fórmula", "ro": "formulă", "ru": "формула",
    "sv": "formel", "tr": "formül", "uk": "формула", "zh": "公式",
}  # fmt: skip


def primary(lang: str | None) -> str:
    """Return the language of a tag such as ``pt-BR``, in lower case; English for none."""
    return (lang or "en").split("-", 1)[0].lower()


def blank(lang: str | None) -> str:
    """What is said for hidden words on the front of a cloze card."""
    return _BLANK.get(primary(lang), _BLANK["en"])


def formula(lang: str | None) -> str:
    """What is said for mathematics that has no simple words."""
    return _FORMULA.get(primary(lang), _FORMULA["en"])
