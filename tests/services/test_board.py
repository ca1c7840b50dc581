from __future__ import annotations

import threading

from recalliq_tui.domain.voice import VoiceState
from recalliq_tui.services.board import Board, CacheState, DeviceState, Status


def test_at_first_nothing_is_known() -> None:
    status = Board().status
    assert status.voice.state is VoiceState.CHECKING
    assert (status.device, status.cache) == (DeviceState.CHECKING, CacheState.CHECKING)


def test_listeners_hear_of_changes_only() -> None:
    board, heard = Board(), list[Status]()
    stop = board.listen(heard.append)
    board.update(muted=True)
    board.update(muted=True)
    board.update(clips_have=3, clips_need=4)
    assert [(each.muted, each.clips_have) for each in heard] == [(True, 0), (True, 3)]
    stop()
    stop()
    board.update(muted=False)
    assert len(heard) == 2


def test_updates_of_many_threads_all_count() -> None:
    board = Board()

    def work(name: str) -> None:
        for number in range(200):
            board.update(**{name: number})

    threads = [
        threading.Thread(target=work, args=(name,))
        for name in ("clips_have", "clips_need", "paid_characters")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = board.status
    assert (status.clips_have, status.clips_need, status.paid_characters) == (199, 199, 199)
