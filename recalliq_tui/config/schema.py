"""Every setting: its name, kind, default and meaning."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

Value = bool | int | float | str | list[str] | list[float]


class Kind(Enum):
    BOOL = "true or false"
    INT = "a whole number"
    FLOAT = "a number"
    TEXT = "text"
    TEXTS = "a list of texts"
    NUMBERS = "a list of numbers"


class Setting(NamedTuple):
    """One key of ``config.toml``. ``env`` names the environment variable that beats the file."""

    key: str
    kind: Kind
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    env: str | None = None


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("decks.folders", Kind.TEXTS, [], "further folders with decks"),
    Setting("decks.samples", Kind.BOOL, True, "show the sample decks"),
    Setting("study.new_per_day", Kind.INT, 20, "new cards a day, for each deck", low=0, high=9999),
    Setting(
        "study.reviews_per_day", Kind.INT, 200, "reviews a day, for each deck", low=0, high=99999
    ),
    Setting(
        "study.total_new_per_day",
        Kind.INT,
        0,
        "new cards a day over all decks; 0 is no limit",
        low=0,
        high=99999,
    ),
    Setting(
        "study.total_reviews_per_day",
        Kind.INT,
        0,
        "reviews a day over all decks; 0 is no limit",
        low=0,
        high=99999,
    ),
    Setting("study.day_start", Kind.TEXT, "04:00", "when a study day begins, local time"),
    Setting(
        "study.retention",
        Kind.FLOAT,
        0.9,
        "share of cards to be known when due",
        low=0.7,
        high=0.99,
    ),
    Setting("study.learning_steps", Kind.TEXTS, ["1m", "10m"], "steps of a new card: s, m, h"),
    Setting("study.relearning_steps", Kind.TEXTS, ["10m"], "steps after a lapse"),
    Setting("study.maximum_interval", Kind.INT, 36500, "longest interval, days", low=1, high=36500),
    Setting("study.parameters", Kind.NUMBERS, [], "21 FSRS-6 parameters; empty takes the defaults"),
    Setting(
        "study.typed",
        Kind.TEXT,
        "deck",
        "ask for typed answers",
        choices=("deck", "always", "never"),
    ),
    Setting(
        "pray.level",
        Kind.TEXT,
        "standard",
        "how strictly a recital is judged",
        choices=("gentle", "standard", "exact"),
    ),
    Setting("pray.titles", Kind.BOOL, False, "ask for the titles of prayers and texts too"),
    Setting(
        "voice.provider",
        Kind.TEXT,
        "auto",
        "who speaks",
        choices=("auto", "library", "elevenlabs", "openai", "espeak"),
        env="RECALLIQ_PROVIDER",
    ),
    Setting(
        "voice.name",
        Kind.TEXT,
        "",
        "the voice, provider:voice[@model]; empty follows the language",
        env="RECALLIQ_VOICE",
    ),
    Setting(
        "voice.fallback",
        Kind.TEXT,
        "text",
        "when the voice fails: text alone, or the local voice (labelled)",
        choices=("text", "local"),
    ),
    Setting("voice.live_model", Kind.TEXT, "eleven_flash_v2_5", "ElevenLabs model of live speech"),
    Setting(
        "voice.render_model",
        Kind.TEXT,
        "eleven_multilingual_v2",
        "ElevenLabs model of rendered clips",
    ),
    Setting("voice.words_per_minute", Kind.INT, 160, "speed of the local voice", low=80, high=450),
    Setting(
        "budget.monthly_characters",
        Kind.INT,
        0,
        "characters a month that paid voices may be sent; 0 is no limit",
        low=0,
        high=1_000_000_000,
    ),
    Setting("prices.currency", Kind.TEXT, "USD", "currency of the prices below"),
    Setting("prices.as_of", Kind.TEXT, "2025-08", "when these prices were looked up"),
    Setting(
        "prices.elevenlabs_per_1000_credits",
        Kind.FLOAT,
        0.22,
        "money for 1,000 credits (the Creator plan's); 0 is unknown",
        low=0,
        high=1000,
    ),
    Setting(
        "prices.openai_per_1000_characters",
        Kind.FLOAT,
        0.0,
        "money for 1,000 characters of an OpenAI-compatible server; 0 is unknown",
        low=0,
        high=1000,
    ),
    Setting(
        "elevenlabs.base_url",
        Kind.TEXT,
        "https://api.elevenlabs.io",
        "address of ElevenLabs",
        env="ELEVENLABS_BASE_URL",
    ),
    Setting(
        "speech.base_url",
        Kind.TEXT,
        "",
        "address of an OpenAI-compatible speech server",
        env="RECALLIQ_SPEECH_BASE_URL",
    ),
    Setting("speech.model", Kind.TEXT, "", "model of that server"),
    Setting("limits.in_flight", Kind.INT, 2, "speech requests at once", low=1, high=50),
    Setting(
        "limits.starts_per_second",
        Kind.INT,
        4,
        "speech requests begun in any second",
        low=1,
        high=100,
    ),
    Setting(
        "grader.base_url",
        Kind.TEXT,
        "",
        "address of an OpenAI-compatible chat server that grades free answers too; empty is off",
    ),
    Setting("grader.model", Kind.TEXT, "", "model of that server; empty is off"),
    Setting("audio.enabled", Kind.BOOL, True, "speak; off starts muted"),
    Setting("audio.autoplay", Kind.BOOL, True, "play each side when it shows"),
    Setting(
        "audio.sink",
        Kind.TEXT,
        "auto",
        "way to the sound device",
        choices=("auto", "miniaudio", "sounddevice", "null"),
    ),
    Setting("cache.phrase_megabytes", Kind.INT, 64, "room for live phrases", low=1, high=4096),
    Setting(
        "display.theme",
        Kind.TEXT,
        "dark",
        "colours",
        choices=("dark", "light", "ansi-dark", "ansi-light"),
    ),
    Setting(
        "display.signs", Kind.TEXT, "auto", "signs of states", choices=("auto", "unicode", "ascii")
    ),
    Setting(
        "display.bidi",
        Kind.TEXT,
        "terminal",
        "who lays out right-to-left text",
        choices=("terminal", "app", "off"),
    ),
)

BY_KEY: Final = {setting.key: setting for setting in SETTINGS}
