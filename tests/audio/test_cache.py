from __future__ import annotations

import os
import pickle
import sqlite3
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.cache import ClipCache, open_or_memory
from recalliq_tui.audio.clip import FrameError
from recalliq_tui.audio.errors import CacheCode, CacheError
from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.audio.reports import CacheStatus, Clips, ClipState
from tests.audio.clips import a_clip

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    return ClipCache.open(tmp_path / "cache")


@pytest.fixture(params=["disk", "memory"])
def clips(request: pytest.FixtureRequest, tmp_path: Path) -> Clips:
    """Both caches behind their one protocol."""
    return MemoryCache() if request.param == "memory" else ClipCache.open(tmp_path / "cache")


def files_of(cache: ClipCache) -> list[Path]:
    return sorted((cache.folder / "clips").glob("*/*/*.val"))


def sql(cache: ClipCache, statement: str, *values: object) -> None:
    with sqlite3.connect(cache.folder / "clips" / "cache.db") as database:
        database.execute(statement, values)
    database.close()


def test_a_clip_comes_back_with_all_that_is_known_of_it(clips: Clips) -> None:
    key, audio, info = a_clip("uno")
    assert clips.get(key) is None
    assert clips.state(key) is ClipState.ABSENT
    clips.put(key, audio, info)
    held = clips.get(key)
    assert held is not None
    assert (held.key, held.audio, held.info) == (key, audio, info)
    assert clips.state(key) is ClipState.PRESENT
    assert clips.present([key, "0" * 64]) == {key}


def test_other_voices_of_a_text_are_found(clips: Clips) -> None:
    one, two, other = a_clip("uno"), a_clip("uno", voice="es"), a_clip("dos")
    for key, audio, info in (one, two, other):
        clips.put(key, audio, info)
    assert set(clips.others(one[2].text_sha256)) == {one[0], two[0]}
    assert clips.others("nonsense") == []


def test_a_phrase_that_a_deck_needs_is_kept_for_good(clips: Clips) -> None:
    deck, phrase, other = a_clip("uno"), a_clip("dos"), a_clip("tres")
    clips.put(*deck)
    clips.put(*phrase, pinned=False)
    clips.put(*other, pinned=False)
    assert clips.pin({deck[0], phrase[0], "0" * 64}) == {deck[0], phrase[0]}
    status = clips.status()
    assert (status.clips, status.phrases) == (2, 1)
    held = clips.get(phrase[0])
    assert held is not None
    assert (held.audio, held.info) == phrase[1:]
    assert clips.pin({phrase[0]}) == {phrase[0]}


def test_a_damaged_phrase_is_not_there_for_a_deck(cache: ClipCache) -> None:
    key, audio, info = a_clip("uno")
    cache.put(key, audio, info, pinned=False)
    (file,) = (cache.folder / "phrases").glob("*/*/*.val")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))
    assert cache.pin({key}) == set()
    assert cache.status().clips == 0


def test_status_verify_and_prune(clips: Clips) -> None:
    made = [a_clip(f"text {n}") for n in range(5)]
    for key, audio, info in made:
        clips.put(key, audio, info)
    phrase = a_clip("well done")
    clips.put(*phrase, pinned=False)
    status = clips.status()
    assert (status.clips, status.phrases, status.damaged) == (5, 1, 0)
    seen: list[tuple[int, int]] = []
    report = clips.verify(on_progress=lambda done, total: seen.append((done, total)))
    assert (report.clips, report.ok, report.damaged, report.missing) == (6, 6, (), ())
    assert seen[-1] == (6, 6)
    pruned = clips.prune({made[0][0]})
    assert pruned.removed == 4
    assert pruned.bytes >= 8_000
    assert clips.present(key for key, _, _ in [*made, phrase]) == {made[0][0], phrase[0]}


def test_audio_that_is_not_what_its_info_says_is_refused(clips: Clips) -> None:
    key, audio, info = a_clip("uno")
    with pytest.raises(FrameError):
        clips.put(key, audio + b"!", info)
    with pytest.raises(FrameError):
        clips.put("../../etc/passwd", audio, info)
    assert clips.get("../../etc/passwd") is None
    assert clips.state("../../etc/passwd") is ClipState.ABSENT


def test_clips_outlive_the_program(tmp_path: Path) -> None:
    key, audio, info = a_clip("uno", size=100_000)
    first = ClipCache.open(tmp_path / "cache")
    first.put(key, audio, info)
    first.close()
    held = ClipCache.open(tmp_path / "cache").get(key)
    assert held is not None
    assert held.audio == audio


def test_deck_clips_are_never_evicted_and_phrases_are_bounded(tmp_path: Path) -> None:
    cache = ClipCache.open(tmp_path / "cache", phrase_bytes=400_000)
    made = [a_clip(f"text {n}", size=20_000) for n in range(60)]
    for clip in made:
        cache.put(*clip)
    for n in range(60):
        cache.put(*a_clip(f"phrase {n}", size=20_000), pinned=False)
    assert cache.present(key for key, _, _ in made) == {key for key, _, _ in made}
    status = cache.status()
    assert status.clips == 60
    assert 0 < status.phrase_bytes <= 400_000
    assert cache.get(a_clip("phrase 59", size=20_000)[0]) is not None


def test_a_phrase_that_becomes_a_deck_clip_is_pinned(cache: ClipCache) -> None:
    clip = a_clip("uno")
    cache.put(*clip, pinned=False)
    cache.put(*clip)
    status = cache.status()
    assert (status.clips, status.phrases) == (1, 0)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_nobody_else_may_read_the_folder(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o755)
    cache = ClipCache.open(tmp_path / "cache")
    cache.put(*a_clip("uno"))
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files_of(cache))


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


def damage_the_info(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"credits": 1.5', b'"credits": 9.5'))


@pytest.mark.parametrize("damage", [flip_a_byte, cut_short, damage_the_info])
def test_a_damaged_clip_is_quarantined_until_it_is_put_again(
    cache: ClipCache, damage: Callable[[Path], None]
) -> None:
    key, audio, info = a_clip("uno")
    cache.put(key, audio, info)
    damage(files_of(cache)[0])
    assert cache.get(key) is None
    assert cache.state(key) is ClipState.DAMAGED
    assert cache.present([key]) == set()
    assert cache.others(info.text_sha256) == []
    status = cache.status()
    assert (status.clips, status.damaged, status.quarantined) == (0, 1, 1)
    assert cache.verify().damaged == (key,)
    cache.put(key, audio, info)
    assert cache.state(key) is ClipState.PRESENT
    assert cache.get(key) is not None
    assert cache.status().damaged == 0


def test_a_short_file_shows_without_being_read(cache: ClipCache) -> None:
    key, audio, info = a_clip("uno")
    cache.put(key, audio, info)
    cut_short(files_of(cache)[0])
    assert cache.state(key) is ClipState.DAMAGED


def test_the_quarantine_is_bounded(cache: ClipCache) -> None:
    for n in range(40):
        clip = a_clip(f"text {n}")
        cache.put(*clip)
        flip_a_byte(next(path for path in files_of(cache) if path.stat().st_size > 0))
        assert cache.get(clip[0]) is None
    assert cache.status().quarantined == 32


def test_a_vanished_file_is_missing(cache: ClipCache) -> None:
    key, audio, info = a_clip("uno")
    cache.put(key, audio, info)
    files_of(cache)[0].unlink()
    assert cache.state(key) is ClipState.ABSENT
    assert cache.get(key) is None
    assert cache.verify().missing == (key,)


def test_swapped_files_are_noticed(cache: ClipCache) -> None:
    one, two = a_clip("uno"), a_clip("dos")
    cache.put(*one)
    cache.put(*two)
    first, second = files_of(cache)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert cache.get(one[0]) is None
    assert cache.get(two[0]) is None


class Bomb:
    """Unpickling this would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_planted_pickle_is_never_loaded(cache: ClipCache, tmp_path: Path) -> None:
    key, audio, info = a_clip("uno")
    cache.put(key, audio, info)
    trap = tmp_path / "exploded"
    bomb = pickle.dumps(Bomb(trap))
    sql(cache, "UPDATE Cache SET mode = 4, filename = NULL, value = ?", bomb)
    sql(cache, "INSERT INTO Cache (key, raw, mode, value) VALUES (?, 0, 4, ?)", bomb, bomb)
    assert cache.get(key) is None
    assert cache.verify().damaged == (key,)
    assert cache.status().clips == 0
    cache.prune(set())
    assert not trap.exists()


def test_a_planted_file_name_is_neither_read_nor_deleted(cache: ClipCache, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"private")
    for name in (str(secret), "../../secret", "aa/bb/" + "0" * 27 + "/x.val"):
        key, audio, info = a_clip(name)
        cache.put(key, audio, info)
        sql(cache, "UPDATE Cache SET filename = ? WHERE key = ?", name, key)
        assert cache.get(key) is None
        assert cache.state(key) is ClipState.DAMAGED
    cache.prune(set())
    assert secret.read_bytes() == b"private"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_planted_link_or_pipe_is_not_followed(cache: ClipCache, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    for plant in (lambda path: path.symlink_to(secret), os.mkfifo):
        key, audio, info = a_clip(str(plant))
        cache.put(key, audio, info)
        path = max(files_of(cache), key=lambda p: p.stat().st_mtime_ns)
        secret.write_bytes(path.read_bytes())
        path.unlink()
        plant(path)
        assert cache.get(key) is None


def test_a_damaged_index_is_made_anew_from_the_clips(tmp_path: Path) -> None:
    cache = ClipCache.open(tmp_path / "cache")
    made = [a_clip(f"text {n}") for n in range(6)]
    for clip in made:
        cache.put(*clip)
    flip_a_byte(files_of(cache)[0])
    cache.close()
    for suffix in ("-wal", "-shm"):
        (tmp_path / "cache" / "clips" / f"cache.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "cache" / "clips" / "cache.db").write_bytes(b"this is no database" * 500)
    again = ClipCache.open(tmp_path / "cache")
    assert len(again.present(key for key, _, _ in made)) == 5
    report = again.verify()
    assert (report.clips, report.ok) == (5, 5)
    assert len(files_of(again)) == 5


def test_verify_takes_up_clips_that_the_index_lost(cache: ClipCache) -> None:
    key, audio, info = a_clip("uno")
    cache.put(key, audio, info)
    sql(cache, "DELETE FROM Cache")
    path = files_of(cache)[0]
    assert cache.verify().ok == 0  # young: perhaps another program is about to index it
    old = time.time() - 3600
    os.utime(path, (old, old))
    assert cache.verify().ok == 1
    assert cache.get(key) is not None


def test_verify_can_be_cancelled(cache: ClipCache) -> None:
    for n in range(5):
        cache.put(*a_clip(f"text {n}"))
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    report = cache.verify(cancelled=cancelled)
    assert report.cancelled
    assert report.clips == 2


def test_ten_thousand_keys_are_looked_up_quickly(cache: ClipCache) -> None:
    made = [a_clip(f"text {n}", size=40) for n in range(300)]
    for clip in made:
        cache.put(*clip)
    keys = [key for key, _, _ in made] + [f"{n:064x}" for n in range(9_700)]
    begun = time.perf_counter()
    found = cache.present(keys)
    assert time.perf_counter() - begun < 0.5
    assert len(found) == 300


def test_a_folder_that_is_a_file_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(CacheError) as caught:
        ClipCache.open(tmp_path / "cache")
    assert caught.value.code is CacheCode.UNWRITABLE
    assert "RECALLIQ_CACHE_DIR" in caught.value.recovery


def test_a_folder_that_can_t_be_used_still_lets_clips_play(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    clips = open_or_memory(tmp_path / "cache")
    assert isinstance(clips, MemoryCache)
    assert clips.cause is not None
    assert clips.cause.code is CacheCode.UNWRITABLE
    key, audio, info = a_clip("uno")
    clips.put(key, audio, info)
    assert clips.get(key) is not None
    assert isinstance(open_or_memory(tmp_path / "other"), ClipCache)


def test_memory_is_bounded_and_says_why_it_stands_in() -> None:
    cause = CacheError(CacheCode.FULL, "no space left")
    cache = MemoryCache(max_bytes=10_000, cause=cause)
    for n in range(20):
        cache.put(*a_clip(f"text {n}"))
    assert cache.status() == CacheStatus(clips=5, bytes=10_000)
    assert cache.cause is cause
    assert cache.folder is None
