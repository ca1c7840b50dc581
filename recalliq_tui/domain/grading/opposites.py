"""Words of like and of opposite meaning. Small on purpose: a flag or a credit, never a verdict."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from recalliq_tui.domain.answerwords import fold
from recalliq_tui.domain.grading.stems import stem

# A line is a group of words that mean much the same; after | those that mean the opposite.
_GROUPS: Final = {
    "en": """
        big bigger biggest large larger largest great greater greatest huge | small smaller smallest little tiny
        high higher highest | low lower lowest
        raise raises rise rises increase grow grows climb | lower lowers reduce decrease fall falls drop drops shrink sink sinks decline
        fast faster fastest quick quicker rapid rapidly quickly | slow slower slowest slowly
        strong stronger strongest | weak weaker weakest
        heavy heavier dense denser | lighter
        early earlier earliest before previous | late later latest after subsequent
        hot hotter warm warmer | cold colder cool cooler
        near nearer close closer | far farther further distant
        deep deeper | shallow shallower
        long longer longest | short shorter shortest
        old older oldest | young younger youngest
        rich | poor
        hard harder difficult | easy easier
        wide wider broad | narrow narrower
        thick thicker | thin thinner
        full | empty
        identical same equal alike | different differ distinct unlike
        always | never sometimes
        open opens opened | close closes closed shut
        begin start commence begins starts | end stop finish cease ends stops
        allow permit let enable | prevent forbid block prohibit hinder
        include contain comprise | exclude
        accept | reject refuse
        release emit discharge | absorb
        attract | repel
        push | pull attract
        enter | leave exit
        import | export
        input | output
        inside internal inner interior | outside external outer exterior
        above over | below under beneath
        upper top | bottom
        left | right
        north northern | south southern
        east eastern | west western
        positive | negative
        acid acidic | alkaline basic base
        active | passive inactive
        public | private
        send transmit sends sent | receive receives
        create make produce build form | destroy
        win victory won | lose defeat lost
        male | female
        converge | diverge
        oxidation oxidize | reduction
        acquire gain get obtain | lose
        resistant resistance immune | susceptible sensitive vulnerable
        necessary needed required needful | needless unnecessary superfluous
        mutable changeable | immutable constant
        synchronous | asynchronous
        encrypt encrypted | decrypt decrypted plain
        first | last
        maximum most | minimum least
        more | less fewer
        buy | sell
        true | false
        right correct | wrong incorrect
        artery arteries | vein veins
        anode | cathode
        mitosis | meiosis
        afferent | efferent
        systole | diastole
        latitude | longitude
        numerator | denominator
        supply | demand
        inflation | deflation
        prey | predator
        husband | wife
        vowel | consonant
        widen expand | contract narrow
        accelerate speed | decelerate
        ascend ascending | descend descending
        add addition | subtract subtraction remove
        multiply multiplication | divide division
        helpful useful beneficial | harmful
        protect guard shield | attack expose
        murder assassination killing
        ocean sea
        show display demonstrate reveal
        keep retain hold store maintain
        use employ utilise utilize usage
        stop halt
        turn rotate spin revolve
        turn convert transform change
        retransmit resend resent retransmission
        km kilometre kilometer kilometers
        m metre meter meters
        c celsius centigrade
        arrive deliver reach
        important essential crucial vital
        answer reply respond response
        ask request query
        picture image
        quantity amount level
        fresh new
        error mistake fault
        power energy
        type kind sort
        illness disease sickness
        doctor physician
        land ground soil
    """,
    "es": """
        grande mayor | pequeno menor
        alto alta | bajo baja
        subir aumentar sube aumenta | bajar disminuir reducir baja disminuye
        rapido | lento
        fuerte | debil
        caliente | frio
        antes | despues
        siempre | nunca
        abrir | cerrar
        liberar emitir libera | absorber absorbe
        izquierda | derecha
        norte | sur
        este | oeste
        vivo vida | muerto muerte
        empezar comenzar | terminar acabar
    """,
    "de": """
        gross grosser grosste | klein kleiner kleinste
        hoch hoher hochste | niedrig tief tiefer
        steigen steigt erhohen erhoht | sinken sinkt fallen senken senkt verringern
        schnell schneller | langsam langsamer
        stark starker | schwach schwacher
        warm heiss | kalt
        vor vorher fruher | nach nachher spater
        immer | nie
        offnen | schliessen
        abgeben freisetzen | aufnehmen
        links | rechts
        verhindern hindern | erlauben zulassen ermoglichen
        beginnen anfangen | enden aufhoren
    """,
    "fr": """
        grand | petit
        haut | bas
        monter augmenter augmente | baisser diminuer diminue
        rapide | lent
        fort | faible
        chaud | froid
        avant | apres
        toujours | jamais
        ouvrir | fermer
        liberer | absorber
        gauche | droite
        gagner | perdre
        commencer | finir
    """,
    "la": """
        magnus maior | parvus minor
        vita | mors
        caelum | terra
        semper | numquam
        bonum | malum
        dexter | sinister
    """,
}
_PREFIXES: Final = {
    "en": ("un", "in", "im", "ir", "il", "non", "dis", "anti"),
    "es": ("in", "im", "ir", "des", "anti"),
    "fr": ("in", "im", "ir", "de", "des", "anti"),
    "it": ("in", "im", "ir", "dis", "anti"),
    "pt": ("in", "im", "ir", "des", "anti"),
    "de": ("un", "nicht", "anti"),
    "la": ("in", "im", "ir"),
}
_PAIRED: Final = (
    ("hyper", "hypo"), ("inter", "intra"), ("endo", "exo"), ("micro", "macro"), ("mono", "poly"),
    ("pre", "post"), ("over", "under"), ("up", "down"), ("eu", "pro"), ("homo", "hetero"),
    ("ab", "ad"), ("in", "ex"), ("im", "em"), ("ana", "cata"), ("des", "as"),
)  # fmt: skip
_NO_OPPOSITES: Final = frozenset({"form", "side", "land", "put", "come", "crease", "tend", "vent"})
_MIN_BASE: Final = 4

Groups = dict[str, frozenset[str]]


@cache
def _groups(tongue: str) -> tuple[Groups, Groups]:
    like: dict[str, set[str]] = {}
    opposite: dict[str, set[str]] = {}
    for line in _GROUPS.get(tongue, "").strip().splitlines():
        sides = [
            {stem(fold(word, lang=tongue), tongue) for word in side.split()}
            for side in line.split("|")
        ]
        for at, side in enumerate(sides):
            for word in side:
                like.setdefault(word, set()).update(side)
                for other in sides[:at] + sides[at + 1 :]:
                    opposite.setdefault(word, set()).update(other)
    return (
        {word: frozenset(words) for word, words in like.items()},
        {word: frozenset(words) for word, words in opposite.items()},
    )


@lru_cache(maxsize=8192)
def likes_of(word: str, tongue: str) -> frozenset[str]:
    """Stems that mean much the same as a stem."""
    like, opposite = _groups(tongue)
    return like.get(word, frozenset()) - opposite.get(word, frozenset())


@lru_cache(maxsize=8192)
def opposites_of(word: str, tongue: str) -> frozenset[str]:
    """Stems that mean the opposite, by the list or by a prefix (``ir-``, ``hyper-``)."""
    found = set(_groups(tongue)[1].get(word, ()))
    plain = len(word) >= _MIN_BASE and word not in _NO_OPPOSITES
    for prefix in _PREFIXES.get(tongue, ()):
        base = word.removeprefix(prefix)
        if plain:
            found.add(prefix + word)
        if base != word and len(base) >= _MIN_BASE and base not in _NO_OPPOSITES:
            found.add(base)
    for pair in _PAIRED:
        for mine, yours in (pair, pair[::-1]):
            rest = word.removeprefix(mine)
            if rest != word and len(rest) >= _MIN_BASE - 1:
                found.add(yours + rest)
    return frozenset(found - {word})
