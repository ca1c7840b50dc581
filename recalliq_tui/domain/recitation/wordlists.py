"""Common words of each language, so that one typed for another is never taken for a slip."""

from __future__ import annotations

from functools import cache
from typing import Final

from recalliq_tui.domain.recitation.folding import fold, language

_LISTS: Final = {
    "en": """
        able about above abode abound accept after again against alike alive allow alone along
        aloud alter altar always amid among anger angel angels angry arise arose aside asked awake
        away back bare base bear beast beat began begin begun behold being bells belong below bend
        beneath beside best better between beyond bind birth bless blessed blind blood bold bond
        bone born both bound bows bread breath breathe bring broke broken brother brothers brought
        build burn came care carry cast cause ceased chosen city clean clear close cloth clothe
        cloud cold come coming could count course create created cried cross crown curse dark
        daily death deaths debt debts deed deeds deep defend delight deliver depart desire died
        divine doing done door doubt down draw dread dream dust dwell each early ears earth ease
        east ending endure enter even ever every evil eyes face fail faith faithful fall false far
        fast father fathers fault fear feast feed feel feet fell field fight fill find fire first
        flesh flock flow food fool foot forget forgive forgiven form forth forty found four free
        friend from fruit fruits full gates gather gave gentle ghost gift give given glad glory
        goes gold gone good grace grant grave great green grew grief grow guard guide guilt hail
        hand hands happy hard harm hate have head heal hear heard heart hearts heat heaven heavens
        heed held hell help here hide high hill hills hold holy home hope host hour hours house
        human humble hunger hurt into itself join judge just justice keep kept kind king kings
        kingdom kneel knew know known lack lamb land last late lead learn least leave left lend
        less life lift light like line lips list live lived living long look lord lords lose lost
        loud love loved lover loves lowly made maid make maker mark mean meek meet mercy might
        mighty mild mind mine more morn most mother mount mouth move much must name names near
        need never night none noon north nothing nought obey offer often once ones only open order
        other ours over pain part pass past paths pays peace people pity place plea please pour
        power powers praise praised pray prayed prayer prayers preach press pride proud pure quick
        raise read ready reign rest rich right rise rite road robe rock rode rose rule sacred safe
        said saint saints sake salt same sand save saved saviour scorn seas seat seed seek seen
        self send sense sent serve shade shadow shall shame share sheep shew shield shine should
        show shown sick side sigh sight signs silent sing sins sinner sinners site sits skies sleep
        slow snare soft some song sons soon sore sorrow sought soul souls sound south speak spirit
        spirits staff stand star stars stay stead still stir stone stood store storm strength
        strong such suffer sung sure swear sweet sword table take taken tears tell tempt than thank
        thanks that thee their them then there these they thine thing things think third this
        those thou though thought three throne through thus till time times told tomb took touch
        toward tread tree trees trespass trial tribe tried true trust truth turn twelve under unto
        upon vain vale valley veil very vice vine virgin virtue voice wait wake walk want wars
        wash watch water waters ways weak wear weep well went were west what when where which
        while white whole whom whose wicked wide wife will wind wine wing wings wipe wise wish
        with within without woman womb women wood word words work works world worlds worthy would
        wounds wrath write wrong year years young your yours yourself zeal cannot cease deal dear
        fare fate fears fold fond foes forms fount gain gaze hallow hallowed hearth hence lamp
        lance lest liver loss mercies mist moon moral morrow mortal names nation nations neither
        oath owed pained pardon perish pierce poor pray prey price priest prince prison rather
        remain remember repent return reward ruin sane seal season secret seize shore shout singe
        sins sole solid sorry spare spent spring stain steps strife swift thirst thorn thrown tongue
        torn vast vessel vows weary whence wherein widow wilt wound yield yoke
    """,
    "la": """
        ab ad ac at atque aut autem cum contra coram de dum ergo et ex enim etiam in inter iam ita
        nam ne nec neque nisi non nos nobis nostri nunc ob per post pro prae quae quam quas quem qui
        quia quibus quid quis quo quod quorum quos se sed sub super suo sua suae suam suas suum suos
        suis sui tam te tibi tu tui tua tuae tuam tuas tuo tuos tuum tuis tuus ubi unde ut vel vobis
        vos ero eris erit est es esse essent esset erat erant eram sum sumus sunt sint sit fuit ille
        illa illi illum illam illos illas illius haec hanc hic hoc huius huic hunc ipse ipsa ipsum
        ipso eius eum eam eos eas eis ei eo ea id is mea meae meam meas mei meis meo meos meum meus
        mihi me caeli caelo caelum caelis terra terrae terram deus dei deo deum domine domini domino
        dominum dominus pater patri patris patrem mater matris matrem filii filio filium filius
        fili spiritus spiritum spiritui spiritu maria mariae mariam sancta sanctae sanctam sancte
        sancti sancto sanctos sanctum sanctus sanctorum virgo virginis omnes omnia omnis omnibus
        panem panis nomen nomine nominis regnum regni regno gratia gratiae gratiam gloria gloriae
        gloriam vita vitae vitam mors mortis morte mortem mortuos mortuis malo malum mali vocis
    """,
    "es": """
        que como para pero pera por con sin sobre entre hasta desde donde cuando este esta esto ese
        esa eso estos estas esos esas nuestro nuestra nuestros nuestras vuestro vuestra ella ello
        ellos ellas nosotros vosotros todo toda todos todas santo santa santos santas padre padres
        madre hijo hija hijos cielo cielos tierra tierras dios diosa gracia gracias mundo muerte
        muerta muerto vida vivo viva gloria nombre hombre hombres mujer mujeres reino reina venga
        vengo vino voluntad pan paz mal mala malo bien bueno buena amor hora horas dia dias siempre
        nunca ahora antes ayer mano mayo casa cosa caso peso piso paso pasa llena lleno bendita
        bendito fruto fruta vientre ruega ruego ruegue peca peca pecado pecados pecadores perdona
        perdone perdono libra libre libro deja dejes dejas tentacion deuda deudas ofensa ofensas
        quien quienes cual fue fui era eres son sea seas sean ser estar creo creer creas
    """,
    "he": """
        אשר אתה אתם אתן אני אנכי אנחנו הוא היא הם הן זה זאת זו אלה כל כי לא אל על עם עד מן את אם גם
        רק או כן לכן פה שם מה מי איך איה למה כאן לו לה לי לך לנו להם לכם בו בה בי בך בנו בהם אותו אותה
        אותי אותך אותם היום יום לילה ארץ שמים דבר דברים לב לבב נפש אב אם בן בת אח איש אשה עין יד דרך
        בית שער אלוהים אלהים אלהינו אלהיך ישראל אחד אחת שמע שמעו ברוך ואהבת אהבת ושננתם וקשרתם וכתבתם
    """,
}


@cache
def common_words(lang: str | None) -> frozenset[str]:
    """Folded common words of a language; empty for one without a list."""
    tongue = language(lang)
    return frozenset(fold(word, lang=tongue) for word in _LISTS.get(tongue, "").split())
