"""What the benchmarks share: a learner's folders, the program on a terminal, a sound card, JSON."""
