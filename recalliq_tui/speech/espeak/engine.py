"""The eSpeak NG library through ctypes. Only the voice process imports this module.

The library's state is global to its process and not safe for threads: one :class:`Engine`, used
by one thread. Positions it reports are code points of the text counted from 1, times are
milliseconds of the PCM it made.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SYNCHRONOUS: Final = 2
DONT_EXIT: Final = 0x8000
"""Without this option bad data would end the whole process."""
CHARS_UTF8: Final = 1
PHONEMES: Final = 0x100
POS_CHARACTER: Final = 1
RATE: Final = 1
PITCH: Final = 3
RESET_PITCH: Final = 50

EVENT_NONE: Final = 0
EVENT_WORD: Final = 1
EVENT_END: Final = 5
MAX_EVENTS: Final = 100_000


class EngineError(Exception):
    """``code`` is ``voice`` (no such voice) or ``engine`` (the library failed)."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class _EventId(ctypes.Union):
    _fields_: ClassVar = [("number", ctypes.c_int), ("name", ctypes.c_char_p)]


class _Event(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


class _Voice(ctypes.Structure):
    _fields_: ClassVar = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class EngineVoice:
    """A voice file: its ``identifier`` (``gmw/en-US``) and languages, the closest first.

    ``id`` is the file's name in lower case (``en-us``), which the engine takes as a name too.
    """

    __slots__ = ("id", "identifier", "languages", "name")

    def __init__(self, *, identifier: str, name: str, languages: Sequence[tuple[int, str]]) -> None:
        self.identifier = identifier
        self.name = name
        self.languages = tuple(sorted(languages, key=lambda pair: pair[0]))
        self.id = identifier.rpartition("/")[2].lower()


class Engine:
    """The loaded library. ``rate`` is the sample rate in Hz, ``version`` such as ``1.52.0``."""

    def __init__(self, *, library: str, data: str) -> None:
        """Load the library and its data; :class:`EngineError` when either can't be used."""
        try:
            self._lib = ctypes.CDLL(library)
        except OSError as error:
            raise EngineError("engine", f"the voice library can't be loaded: {error}") from error
        self._declare()
        self._data = data
        self.rate = int(self._lib.espeak_Initialize(SYNCHRONOUS, 0, os.fsencode(data), DONT_EXIT))
        if self.rate <= 0:
            raise EngineError("engine", f"the voice data in {data} can't be read")
        self.version = self._lib.espeak_Info(None).decode("utf-8", "replace").split()[0]
        self._voices: tuple[EngineVoice, ...] = ()
        self._on_audio: Callable[[bytes], bool] = lambda _pcm: False
        self._events: list[tuple[int, int, int, int]] = []
        self._fault: BaseException | None = None
        # The library keeps only a pointer: this reference keeps the callback alive.
        self._callback = _Callback(self._receive)
        self._lib.espeak_SetSynthCallback(self._callback)

    def _declare(self) -> None:
        lib = self._lib
        lib.espeak_Initialize.argtypes = [
            ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int,
        ]  # fmt: skip
        lib.espeak_Info.argtypes = [ctypes.c_void_p]
        lib.espeak_Info.restype = ctypes.c_char_p
        lib.espeak_SetSynthCallback.argtypes = [_Callback]
        lib.espeak_SetSynthCallback.restype = None
        lib.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        lib.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
        lib.espeak_ListVoices.argtypes = [ctypes.c_void_p]
        lib.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        lib.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint,
            ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip

    def voices(self) -> tuple[EngineVoice, ...]:
        """Return all voices of the data. The first call reads every voice file (some 30 ms)."""
        if not self._voices:
            self._voices = tuple(self._list_voices())
        return self._voices

    def _list_voices(self) -> list[EngineVoice]:
        table = self._lib.espeak_ListVoices(None)
        found = []
        index = 0
        while table[index]:
            voice = table[index].contents
            index += 1
            identifier = voice.identifier.decode("utf-8", "replace")
            if not identifier.startswith("mb/"):  # needs another program's data
                found.append(
                    EngineVoice(
                        identifier=identifier,
                        name=voice.name.decode("utf-8", "replace").strip(),
                        languages=_languages(voice.languages),
                    )
                )
        return found

    def set_voice(self, wanted: str, *, wpm: int, pitch: int) -> None:
        """Choose ``id`` or ``id+variant``; the id may be any language code of a voice."""
        base, _, variant = wanted.partition("+")
        if variant and variant not in self._variants():
            raise EngineError("voice", f"the local voice has no variant {variant}")
        suffix = f"+{variant}" if variant else ""
        if not self._load(base + suffix):
            identifier = self._for_language(base.lower())
            if identifier is None or not self._load(identifier + suffix):
                raise EngineError("voice", f"the local voice has no {base}")
        self._lib.espeak_SetParameter(RATE, wpm, 0)
        self._lib.espeak_SetParameter(PITCH, pitch, 0)

    def _load(self, name: str) -> bool:
        return int(self._lib.espeak_SetVoiceByName(name.encode())) == 0

    def _for_language(self, wanted: str) -> str | None:
        ranked = [
            (priority, index)
            for index, voice in enumerate(self.voices())
            for priority, code in voice.languages
            if code.lower() == wanted
        ]
        return self.voices()[min(ranked)[1]].identifier if ranked else None

    def _variants(self) -> frozenset[str]:
        try:
            return frozenset(os.listdir(os.path.join(self._data, "voices", "!v")))  # noqa: PTH118, PTH208
        except OSError:
            return frozenset()

    def speak(
        self, text: str, *, phonemes: bool, on_audio: Callable[[bytes], bool]
    ) -> list[tuple[int, int, int, int]]:
        """Speak ``text``; give 16-bit mono PCM to ``on_audio``, which returns ``True`` to stop.

        Returns the events as ``(type, position, length, ms)``: words and ends of clauses.
        """
        self._on_audio = on_audio
        self._events = []
        self._fault = None
        data = text.encode() + b"\0"
        flags = CHARS_UTF8 | (PHONEMES if phonemes else 0)
        result = self._lib.espeak_Synth(data, len(data), 0, POS_CHARACTER, 0, flags, None, None)
        fault: BaseException | None = self._fault
        if fault is not None:
            raise fault
        if result != 0:
            raise EngineError("engine", f"the voice engine failed with {result}")
        return self._events

    def _receive(self, wav: int | None, samples: int, events: ctypes._Pointer[_Event]) -> int:
        # An exception must not leave a callback that C has called.
        try:
            index = 0
            while events[index].type != EVENT_NONE and len(self._events) < MAX_EVENTS:
                event = events[index]
                if event.type in (EVENT_WORD, EVENT_END):
                    self._events.append(
                        (event.type, event.text_position, event.length, event.audio_position)
                    )
                index += 1
            if wav is None or samples <= 0:
                return 0
            return int(self._on_audio(ctypes.string_at(wav, samples * 2)))
        except BaseException as fault:  # noqa: BLE001
            self._fault = fault
            return 1


def _languages(address: int | None) -> list[tuple[int, str]]:
    """Read pairs of a priority byte and a zero-terminated code, up to a zero byte."""
    found = []
    while address is not None and (priority := ctypes.string_at(address, 1)[0]) != 0:
        code = ctypes.string_at(address + 1)
        found.append((priority, code.decode("ascii", "replace")))
        address += len(code) + 2
    return found
