"""The question before a deck is rendered: clips, characters, cost; and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from recalliq_tui.domain.wording import plural
from recalliq_tui.textsafe import one_line
from recalliq_tui.tui.screens.dialogs import Ask

if TYPE_CHECKING:
    from recalliq_tui.services.render_report import RenderResult
    from recalliq_tui.services.shelf import DeckNode
    from recalliq_tui.services.voicedesk import Offer
    from recalliq_tui.tui.app import RecallApp

_SHOWN: Final = 4
_STOPPED: Final = {
    "quota_exceeded": "The provider's quota is used up.",
    "budget_reached": "Your budget for the month is used up.",
    "network_error": "The provider can't be reached.",
}


async def render_deck(app: RecallApp, node: DeckNode) -> None:
    """Ask, render, and say what came of it."""
    desk = app.runtime.voices
    offer = await desk.offer(node.deck_ids, node.title)
    if offer is None or app.sound.renders_deck:
        return
    if not offer.plan.missing:
        app.notify(nothing_words(offer), markup=False)
        return
    if offer.figures.paid:
        wanted = await app.push_screen_wait(
            Ask(f"Render {node.title}?", offer_content(offer), yes="render it", no="not now")
        )
        if not wanted or app.sound.renders_deck:
            return
        await desk.approve(offer)
    result = await app.sound.render_deck(offer.plan)
    severe = result.code is not None
    app.notify(result_words(result), severity="warning" if severe else "information", markup=False)


def offer_content(offer: Offer) -> Content:
    """Figures, then what would sound wrong."""
    lines = [Content(line) for line in offer.lines]
    findings = offer.proofed.findings
    if findings:
        lines += [
            Content(""),
            Content.styled(f"{plural(len(findings), 'thing')} may sound wrong:", "$warning"),
        ]
        lines += [
            Content(one_line(f"line {each.line}: {each.finding.found}", max_chars=200))
            for each in findings[:_SHOWN]
        ]
        if len(findings) > _SHOWN:
            lines.append(Content("recalliq check --speech names all"))
    return Content("\n").join(lines)


def nothing_words(offer: Offer) -> str:
    """Say why there is nothing to render."""
    if offer.plan.refused:
        first = offer.plan.refused[0]
        return f"Nothing can be rendered: {first.message}"
    return "All of it is rendered already."


def result_words(result: RenderResult) -> str:
    """Say what came of a rendering."""
    done = f"{plural(result.rendered, 'clip')} rendered."
    if result.cancelled:
        return f"{done} {plural(result.left, 'clip')} left; R goes on from here."
    if result.code is None:
        return done
    why = _STOPPED.get(result.code)
    if why is None:
        why = result.failed[0].message if result.failed else result.code
    return f"{why} {done} {plural(len(result.failed), 'side')} left; R goes on from here."
