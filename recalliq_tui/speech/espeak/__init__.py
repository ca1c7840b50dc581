"""eSpeak NG, the voice that needs no account and no network.

eSpeak NG is GPL-3.0-or-later. It is kept a separate program: :mod:`.child` runs in a process of
its own, is the only code that loads the library, and talks over pipes. That also means that a
crash or a hang of the engine costs one clip and never the program.
"""
