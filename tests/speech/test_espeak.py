"""The local voice with its real process."""

from __future__ import annotations

import array
import asyncio
import os
import select
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import miniaudio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.files import EngineFiles, locate, shorten
from recalliq_tui.speech.espeak.languages import voice_for_lang
from recalliq_tui.speech.espeak.provider import EspeakProvider
from tests.speech.cases import espeak_spec

if TYPE_CHECKING:
    from pathlib import Path

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's pidfd")


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "What is the capital of Australia?"),
        ("es", "¿Cuál es la capital de España? El niño comió 3,14 piñas."),
        ("la", "Pater noster, qui es in caelis: sanctificetur nomen tuum."),
        ("de-CH", "Schöne Grüße aus Zürich"),
    ],
)
async def test_it_speaks_languages_with_a_time_for_each_word(
    espeak: EspeakProvider, lang: str, text: str
) -> None:
    clip = await espeak.render(espeak_spec(text, voice=voice_for_lang(lang)))
    assert [text[w.char_from : w.char_to] for w in clip.words] == text.split()
    assert all(w.ms_from < w.ms_to for w in clip.words)


async def test_decomposed_letters_and_emoji_do_not_shift_the_words(espeak: EspeakProvider) -> None:
    text = "E\u0301l comio\u0301 \U0001f600 man\u0303ana — adio\u0301s"
    clip = await espeak.render(espeak_spec(text, voice="es"))
    spoken = [text[w.char_from : w.char_to] for w in clip.words]
    assert spoken == [word for word in text.split() if any(map(str.isalnum, word))]


async def test_the_first_word_is_heard_when_its_time_says(espeak: EspeakProvider) -> None:
    clip = await espeak.render(espeak_spec("Apple"))
    sound = miniaudio.decode(clip.audio, nchannels=1, sample_rate=22050)
    samples = array.array("h", sound.samples)
    loudest = max(map(abs, samples))
    onset_ms = next(i for i, s in enumerate(samples) if abs(s) > loudest // 20) / 22.05
    assert abs(onset_ms - clip.words[0].ms_from) < 40


async def test_every_language_of_the_table_is_a_voice_of_the_engine(
    espeak: EspeakProvider,
) -> None:
    voices = await espeak.voices()
    ids = {voice.id for voice in voices}
    tags = {voice.lang for voice in voices if voice.lang} | {"en", "zh", "no", "pt-BR", "en_GB"}
    assert {voice_for_lang(tag) for tag in tags} <= ids
    assert voice_for_lang("tlh-unknown") == voice_for_lang(None) == "en-us"


async def test_speed_variant_and_bit_rate_are_obeyed(espeak: EspeakProvider) -> None:
    text = "One sentence that takes a moment to say."
    slow = await espeak.render(espeak_spec(text, wpm=90))
    fast = await espeak.render(espeak_spec(text, wpm=300))
    assert slow.duration_ms > 2 * fast.duration_ms
    assert (await espeak.render(espeak_spec(text, voice="en-us+f3"))).audio
    with pytest.raises(SpeechError) as raised:
        await espeak.render(espeak_spec(text, voice="en-us+nobody"))
    assert raised.value.code is SpeechCode.VOICE_UNAVAILABLE


async def test_phonemes_are_read_only_where_they_are_asked_for(espeak: EspeakProvider) -> None:
    text = "[[h@l'oU]]"
    spelled = await espeak.render(espeak_spec(text))
    spoken = await espeak.render(espeak_spec(text, phonemes=True))
    assert spoken.duration_ms < spelled.duration_ms * 0.7


@pytest.mark.parametrize("voice", ["../../etc/passwd", "en us", "", "-v", "en-us+../x", "e" * 200])
async def test_a_voice_is_a_name_and_never_a_path(espeak: EspeakProvider, voice: str) -> None:
    with pytest.raises(SpeechError) as raised:
        await espeak.render(espeak_spec("hello", voice=voice))
    assert raised.value.code is SpeechCode.VOICE_UNAVAILABLE


@pytest.mark.parametrize("wpm", [0, 79, 451, 10**9, "fast", None, True, 160.5])
async def test_an_impossible_speed_is_bad_input(espeak: EspeakProvider, wpm: object) -> None:
    with pytest.raises(SpeechError) as raised:
        await espeak.render(espeak_spec("hello", wpm=wpm))
    assert raised.value.code is SpeechCode.BAD_INPUT


async def test_a_text_without_end_is_refused(espeak: EspeakProvider) -> None:
    with pytest.raises(SpeechError) as raised:
        await espeak.render(espeak_spec("word " * 10_000))
    assert raised.value.code is SpeechCode.BAD_INPUT


HOSTILE = [
    "\x01+10S\x01 engine commands \x00 and a zero",
    "\x1b]52;c;aGVsbG8=\x07 clipboard",
    "lone \ud800 surrogate",
    "<speak><audio src='/etc/passwd'/>markup</speak> &amp; &#x41;",
    "\u202eright to left\u202c and \ufeff marks",
    "a" * 5000,
    "%s%n%s%n {0} $(reboot)",
    "\U0010ffff\ufffe noncharacters",
    "[[ [[ ]] unbalanced [[",
    "e" + "\u0301" * 500,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_only_text(espeak: EspeakProvider, text: str) -> None:
    clip = await espeak.render(espeak_spec(text))
    assert clip.duration_ms > 100
    assert espeak.worker.faults == 0


def test_any_text_gives_a_clip_or_bad_input() -> None:
    with asyncio.Runner() as runner:
        provider = EspeakProvider()

        @settings(max_examples=60, deadline=None)
        @given(st.text(max_size=80), st.sampled_from(["en-us", "es", "la", "he", "cmn"]))
        def check(text: str, voice: str) -> None:
            try:
                clip = runner.run(provider.render(espeak_spec(text, voice=voice)))
            except SpeechError as error:
                assert error.code is SpeechCode.BAD_INPUT  # noqa: PT017
                return
            times = [t for w in clip.words for t in (w.ms_from, w.ms_to)]
            assert times == sorted(times)
            assert all(0 <= t <= clip.duration_ms for t in times)
            assert all(text[w.char_from : w.char_to].strip() for w in clip.words)

        try:
            check()
            assert provider.worker.faults == 0
        finally:
            runner.run(provider.aclose())


@LINUX
async def test_a_killed_process_costs_one_clip_at_most(espeak: EspeakProvider) -> None:
    await espeak.render(espeak_spec("one"))
    first = espeak.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    try:
        await espeak.render(espeak_spec("two"))
    except SpeechError as error:
        assert error.code is SpeechCode.PROVIDER_ERROR  # noqa: PT017
    assert (await espeak.render(espeak_spec("three"))).audio
    assert espeak.pid != first


@LINUX
def test_the_process_dies_with_its_parent() -> None:
    program = textwrap.dedent("""
        import asyncio, sys
        from recalliq_tui.speech.espeak.provider import EspeakProvider
        from tests.speech.cases import espeak_spec

        async def main():
            provider = EspeakProvider()
            await provider.render(espeak_spec("hello"))
            print(provider.pid, flush=True)
            await asyncio.Event().wait()

        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watch = os.pidfd_open(child)
        try:
            parent.kill()
            assert select.select([watch], [], [], 5)[0] == [watch]
        finally:
            os.close(watch)


@LINUX
async def test_closing_ends_the_process(espeak: EspeakProvider) -> None:
    await espeak.render(espeak_spec("hello"))
    assert espeak.pid is not None
    watch = os.pidfd_open(espeak.pid)
    await espeak.aclose()
    assert select.select([watch], [], [], 0)[0] == [watch]
    os.close(watch)


async def test_a_long_data_path_is_shortened(tmp_path: Path) -> None:
    found = locate()
    deep = tmp_path / ("d" * 120) / ("e" * 120)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(found.data)
    with ExitStack() as stack:
        short = shorten(deep / "espeak-ng-data", stack)
        assert len(bytes(short)) < 150
        provider = EspeakProvider()
        provider.worker.files = EngineFiles(found.library, short)
        assert (await provider.render(espeak_spec("hello"))).audio
        await provider.aclose()
    assert not short.exists()


@pytest.mark.parametrize("missing", ["library", "data"])
async def test_an_engine_that_is_not_there_is_not_configured(missing: str, tmp_path: Path) -> None:
    found = locate()
    gone = tmp_path / "gone"
    provider = EspeakProvider(backoff=0.01)
    provider.worker.files = EngineFiles(
        gone if missing == "library" else found.library, gone if missing == "data" else found.data
    )
    with pytest.raises(SpeechError) as raised:
        await provider.render(espeak_spec("hello"))
    assert raised.value.code is SpeechCode.NOT_CONFIGURED
    provider.worker.files = found
    assert (await provider.render(espeak_spec("hello"))).audio
    await provider.aclose()


async def test_warming_up_starts_the_process_and_the_first_clip_is_quick() -> None:
    provider = EspeakProvider()
    await provider.warm()
    began = time.perf_counter()
    await provider.render(espeak_spec("What is the capital of France?"))
    assert time.perf_counter() - began < 2  # 0.05 s alone; the machine may be busy
    await provider.aclose()


def test_the_process_imports_nothing_heavy() -> None:
    code = "import recalliq_tui.speech.espeak.child, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"asyncio", "dataclasses", "textual", "httpx", "miniaudio", "recalliq_tui.domain"}
    assert not heavy & set(loaded)


def test_choosing_a_voice_and_making_the_provider_load_nothing_heavy() -> None:
    code = (
        "import recalliq_tui.speech.espeak.provider, recalliq_tui.services.rendering,"
        "recalliq_tui.services.voices, sys; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"ctypes", "textual", "httpx", "miniaudio", "diskcache", "lameenc"} & set(loaded)
