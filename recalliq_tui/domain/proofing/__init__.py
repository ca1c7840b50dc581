"""Finds in a text, before it is spoken for money, what would sound wrong."""

from __future__ import annotations

from recalliq_tui.domain.proofing.check import proof_text
from recalliq_tui.domain.proofing.kinds import Finding, ProofKind, Said, Speller

__all__ = ["Finding", "ProofKind", "Said", "Speller", "proof_text"]
