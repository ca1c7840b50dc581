"""Pure rules: cards, schedule, sessions, answers, clips. No I/O, no clock, no randomness."""
