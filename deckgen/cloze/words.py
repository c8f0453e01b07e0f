"""The word lists of the chooser, as data: closed classes of English complete, open ones as wide as
school prose needs.
"""

from typing import Final


def word_set(text: str) -> frozenset[str]:
    """The words of `text`, which are parted by white space."""
    return frozenset(text.split())


# --- closed classes -------------------------------------------------------------------------------

ARTICLES: Final = word_set("the a an")
DETERMINERS: Final = word_set(
    "the a an this that these those each every either neither some any no all both half such what "
    "whatever which whichever another my your his her its our their whose many much more most few "
    "fewer fewest several less least enough other others own certain various numerous same very"
)
PREPOSITIONS: Final = word_set(
    "of in on at by for with from to into onto upon about above across after against along amid "
    "amidst among amongst around as aboard before behind below beneath beside besides between "
    "beyond concerning despite down during except excluding following including inside like minus "
    "near off opposite out outside over past per pending plus regarding round since than through "
    "throughout till toward towards under underneath until unlike up versus via within without "
    "worth alongside notwithstanding according because due owing instead"
)
CONJUNCTIONS: Final = word_set("and or but nor yet so & plus")
# Words that open a clause of their own: what follows tells something beside the main statement.
SUBORDINATORS: Final = word_set(
    "that which who whom whose where when while whereas because although though if unless since "
    "until after before once why how whether whereby wherein lest provided whenever wherever"
)
PRONOUNS: Final = word_set(
    "i you he she it we they me him us them mine yours hers ours theirs myself yourself himself "
    "herself itself ourselves yourselves themselves who whom this that these those one ones "
    "someone somebody something anyone anybody anything everyone everybody everything none nobody "
    "nothing oneself there here another others each"
)
AUXILIARIES: Final = word_set(
    "be am is are was were been being have has had having do does did will would shall should can "
    "could may might must ought cannot can't don't doesn't didn't isn't aren't wasn't weren't "
    "won't wouldn't shouldn't couldn't hasn't haven't hadn't mustn't need"
)
COPULAS: Final = word_set(
    "is are was were be been being am became become becomes becoming remain remains remained"
)
MODALS: Final = word_set(
    "will would shall should can could may might must cannot to ought did does do didn't not"
)
ADVERBS: Final = word_set(
    "not also only even just still already again always never ever often sometimes seldom rarely "
    "soon later now then thus hence therefore however moreover furthermore nevertheless "
    "nonetheless meanwhile otherwise instead rather quite very too almost nearly about roughly "
    "approximately mostly mainly largely partly wholly fully far away back forth together apart "
    "ahead abroad afterwards afterward beforehand thereby therein thereof thereafter thereupon "
    "indeed perhaps maybe least most more less much well yet once twice thrice long first last "
    "second ago else over up down out off on in alone home today tomorrow yesterday elsewhere "
    "everywhere somewhere anywhere nowhere altogether as so such that anyway sometime forever "
    "throughout besides"
)
NUMBER_WORDS: Final = word_set(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "thousand million billion trillion dozen zero"
)
ORDINAL_WORDS: Final = word_set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth thousandth last next "
    "final"
)
MONTHS: Final = word_set(
    "January February March April May June July August September October November December Jan "
    "Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
)
WEEKDAYS: Final = word_set("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
# Small words that stand inside proper names in the languages history is written about.
NAME_LINKS: Final = word_set(
    "of de del della di da do dos das du des la le les van von der den zu zur zum ter af av bin "
    "ibn al el y e und et d' vom am"
)

# --- verbs ----------------------------------------------------------------------------------------

# Base forms; -s, -ed and -ing are made by rule in `tokens`. Those that are also everyday nouns
# stand in VERB_NOUNS.
VERBS: Final = word_set(
    "abandon abolish absorb accede accelerate accept accompany accomplish accord accumulate "
    "accuse achieve acknowledge acquire act adapt add address adhere adjust administer admire "
    "admit adopt advise advocate affect affirm afford agree aim allege allocate allot allow ally "
    "alter amend amount announce annex annul answer anticipate appeal appear apply appoint "
    "appreciate approach approve argue arise arrange arrest arrive ascertain assassinate assemble "
    "assert assess assign assist associate assume assure attach attain attempt attend attract "
    "attribute authorise authorize avert avoid await award balance ban bar base become begin "
    "behave believe belong bind blame block blockade boast bomb borrow break bring broadcast broker "
    "build burn bury buy calculate call campaign cancel capture carry cast categorise cause cease "
    "cede celebrate challenge change characterise characterize charge choose circulate cite claim "
    "clarify classify close coin collaborate collapse collect colonise colonize combine come "
    "command commemorate commence comment commit communicate compare compel compete complain "
    "complete comply compose comprise compromise conceal concede conceive concern conclude "
    "condemn conduct confer confine confirm confiscate conform confront connect conquer consent "
    "consider consist consolidate constitute constrain construct consult consume contain contend "
    "contest continue contract contradict contrast contribute control convene converge convert "
    "convey convict convince cooperate coordinate cope correspond cost counter cover create "
    "criticise criticize cross crush cultivate curb cut deal debate deceive decide declare "
    "decline decrease dedicate deem deepen defeat defend define delay delegate delimit deliver "
    "demand demilitarise demolish demonstrate denounce deny depart depend depict deplore deploy "
    "deport depose deprive derive descend describe deserve design designate desire destabilise "
    "destroy detain deter deteriorate determine develop deviate devise devote die differ diminish "
    "direct disagree disappear disband discourage discover discuss disintegrate dismantle dismiss "
    "disperse displace display dispute disrupt dissolve distinguish distribute divide document "
    "dominate double doubt draft draw drive drop ease eat elaborate elect elevate eliminate "
    "emancipate embark embody embrace emerge emigrate emphasise emphasize employ empower enable "
    "enact encounter encourage end endorse endure enforce engage enhance enjoy enlarge ensure "
    "entail enter entitle envisage envision equip erect escalate escape establish estimate "
    "evacuate evaluate evolve examine exceed exchange exclude execute exempt exercise exert "
    "exhaust exile exist expand expect expel experience expire explain exploit explore expose "
    "export expound express extend extract face facilitate fail fall favour favor fear feature "
    "feed fight file fill finance find fix flee float flow focus follow forbid force foresee "
    "forge forget forgive form formulate foster found frame free freeze fulfil fulfill function "
    "fund gain gather generate get give go govern grant greet grow guarantee guard guide halt "
    "handle happen harm hear help hide hire hold honour host identify ignore illustrate imagine "
    "immigrate immobilise impeach impede implement imply import impose impress imprison improve "
    "inaugurate incite include incorporate increase incur indicate induce industrialise influence "
    "inform inhabit inherit inhibit initiate inspect inspire install institute instruct integrate "
    "intend intensify intercept interpret intervene introduce invade invent invest investigate "
    "invite invoke involve isolate issue join judge justify keep kill kindle know label lack land "
    "lapse last launch lay lead learn leave lend let levy liberate lie lift limit link list live "
    "locate look lose lower maintain make manage march mark marry match matter mean measure "
    "mediate meet mention merge migrate mobilise mobilize modernise modify monitor motivate mount "
    "move murder name narrow nationalise nationalize need neglect negotiate neutralise nominate "
    "normalise note notify obey object oblige observe obstruct obtain occupy occur offer open "
    "operate oppose oppress opt order organise organize originate oust outlaw outline overcome "
    "overlook oversee overthrow owe own paralyse participate partition pass patrol pay penalise "
    "perceive perform permit persecute persist persuade picture pioneer place plan play please "
    "pledge point pool portray possess postpone pour practise preach precede predict prefer "
    "prepare prescribe present preserve preside press presume pretend prevail prevent proceed "
    "proclaim produce profess progress prohibit project prolong promise promote prompt pronounce "
    "propose prosecute protect protest prove provide provoke publish pull punish purchase pursue "
    "push put qualify question quit quote raid raise range rank ratify reach react read realise "
    "realize reassure rebel rebuild recall receive reckon recognise recognize recommend reconcile "
    "reconstruct record recover recruit reduce refer reflect reform refrain refuse regain regard "
    "register regulate reign reinforce reject relate release relinquish rely remain remember "
    "remind remove rename render renew renounce reopen repay repeal repeat repel replace reply "
    "report represent repress request require reserve reside resign resist resolve respect "
    "respond restore restrain restrict result resume retain retaliate retire retreat return "
    "reunify reunite reveal reverse review revise revive revoke revolt reward rid ride rise rival "
    "rule run sail sanction satisfy save say scatter score seal search secede secure see seek "
    "seem seize sell send sentence separate serve set settle sever shape share shelve shift ship "
    "shoot show shut sideline sign signal signify simplify sink sit situate slow solve spare "
    "spark speak specify speed spend split sponsor spread stage stand start state station stay "
    "steal stem stimulate stipulate stop store strengthen stress stretch strike strip strive "
    "struggle study subdue submit subordinate subsidise succeed suffer suggest summon supervise "
    "supplement supply support suppose suppress surrender surround survive suspect suspend "
    "sustain swear sweep switch symbolise take talk target teach tell tend terminate test testify "
    "think threaten tie tolerate trace trade train transfer transform transmit transport travel "
    "treat trigger triple try turn undergo undermine understand undertake undo unify unite "
    "unleash uphold urge use utter vanish vary veto view violate visit voice vote wage wait walk "
    "want warn watch weaken wear weigh welcome whip widen win wish withdraw withhold withstand "
    "witness work worry write yield"
)
VERB_NOUNS: Final = word_set(
    "accord act address aim answer appeal approach arrest attempt award balance ban bar base "
    "block blockade bomb broadcast broker burn call campaign cause challenge change charge claim "
    "close collapse command comment compromise concern conduct contest contract contrast control "
    "cost cover cross cut deal debate decline decrease defeat delay delegate demand design desire "
    "direct display dispute document double doubt draft draw drive drop ease end escape exchange "
    "exercise exile experience export face fall favour favor fear feature feed fight file finance "
    "fix flow focus force form found frame free function fund gain grant guarantee guard guide "
    "halt harm help hold honour host import increase influence institute issue judge label lack "
    "land lapse last launch lay lead lie lift limit link list live look lower march mark match "
    "matter mean measure mention merge monitor mount move murder name narrow need note object "
    "offer open order outlaw outline own partition pass patrol pay permit picture pioneer place "
    "plan play pledge point pool practise present press produce progress project promise protest "
    "purchase question quote raid range rank reach rebel record reform regard register reign "
    "release report request reserve respect result retreat return reverse review revolt reward "
    "ride rise rival rule run sail sanction score seal search sentence separate set shape share "
    "shift ship show shut sign signal slow spare spark split sponsor spread stage stand start "
    "state station stay stem store stress strike strip struggle study subordinate supplement "
    "supply support surrender suspect switch talk target test tie trace trade train transfer "
    "transport travel treat trigger try turn use veto view visit voice vote wage walk want watch "
    "welcome whip win wish witness work worry yield attack lease war figure approximate elaborate "
    "appropriate complete moderate exempt annex"
)
IRREGULAR_PASTS: Final = word_set(
    "began begun bore borne became bent bet bound bit bitten blew blown broke broken brought "
    "built burnt bought caught chose chosen came crept dealt dug drew drawn drank drunk drove "
    "driven ate eaten fell fallen fed felt fought found fled flew flown forbade forbidden foresaw "
    "foreseen forgot forgotten forgave forgiven froze frozen got gotten gave given went gone grew "
    "grown hung heard hid hidden held kept knelt knew known laid led leant learnt left lent lay "
    "lain lit lost made meant met mistook overcame oversaw overseen overthrew overthrown paid "
    "proven quit read rode ridden rang rung rose risen ran said saw seen sought sold sent set "
    "shook shaken shone shot showed shown shut sang sung sank sunk sat slept slid spoke spoken "
    "spent spun split spread sprang sprung stood stole stolen stuck struck stricken strove "
    "striven swore sworn swept swam swum swung took taken taught tore torn told thought threw "
    "thrown underwent undergone understood undertook undertaken upheld woke woken wore worn wove "
    "woven wept won withdrew withdrawn withheld withstood wrote written arose arisen bred cast "
    "clung cost cut hit hurt let put rid"
)
# What follows is the name or the term that the sentence teaches.
NAMING_VERBS: Final = word_set(
    "called named known termed dubbed nicknamed titled entitled coined styled christened labelled "
    "labeled calls renamed designated baptised baptized"
)
# Their object is what the subject made or did: the fact of the sentence.
DEED_VERBS: Final = word_set(
    "signed founded established created adopted ratified concluded proclaimed proposed invented "
    "discovered wrote written published launched formulated introduced initiated negotiated built "
    "designed composed painted won joined entered drafted coined developed invoked conquered "
    "annexed defeated invaded abolished led formed"
)
# A frame around somebody's statement: the statement is what matters, or who made it.
SAYING_VERBS: Final = word_set(
    "argued argues maintained maintains holds held claimed claims says said stated states "
    "contends contended declared declares believed believes wrote writes insisted insists "
    "affirmed observed defined defines distinguished distinguishes"
)

# Present tense frames a statement by its source: the statement matters, the source is a setting.
# ("Kennan argued" in the past tells what somebody did.)
SOURCE_VERBS: Final = word_set(
    "says writes argues explains urges sees finds grants holds treats stresses reports warns judges "
    "asks likens calls thinks concludes adds favours favors suggests doubts concedes emphasises "
    "emphasizes shows recalls criticises criticizes"
)
# What a source is called; the word before it says only which source.
SOURCE_NOUNS: Final = word_set("article articles report reports author authors authoress")
# Words on -ing that describe the noun behind them or make one term with it, though their verb
# would take an object.
DESCRIBING_ING: Final = word_set(
    "remaining rising leading following neighbouring neighboring existing growing declining "
    "competing warring opposing emerging developing participating surrounding ruling acting "
    "standing working founding binding lasting continuing ongoing conflicting prevailing "
    "outstanding underlying overwhelming governing trading shipping banking mining fishing housing "
    "engineering manufacturing spending building training meeting living voting landing fighting "
    "drafting marching walking running breeding testing talking turning voting winning opening "
    "closing crossing defining deciding driving pressing increasing decreasing changing moving "
    "operating planning policing publishing writing reading reporting bargaining purchasing "
    "recruiting sailing striking supporting teaching visiting waiting watching welcoming contracting "
    "signing negotiating occupying invading attacking advancing retreating"
)
# Plurals that stand before another noun as one term with it: "arms control", "affairs ministers".
LOOSE_PLURALS: Final = word_set(
    "arms affairs rights sports news forces goods sales savings communications operations systems "
    "weapons customs economics politics logistics human resources services works exports imports "
    "materials sanctions relations talks elections politics athletics series species means "
    "headquarters crossroads powers states troops"
)
# Endings of words that only describe, so that none is the head of a phrase.
SURE_ADJECTIVE_ENDS: Final = ("ous", "ible", "less", "sistent", "rtant", "luctant", "ficient")

# --- nouns ----------------------------------------------------------------------------------------

# Heads that make a capitalised run the name of an instrument, a body, an event, a place or an idea.
INSTRUMENT_HEADS: Final = word_set(
    "Accord Accords Act Acts Agreement Agreements Alliance Amendment Amendments Armistice Article "
    "Bill Bull Charter Code Communique Communiqué Compact Compromise Concordat Constitution "
    "Convention Conventions Covenant Covenants Criteria Deal Declaration Decree Decrees Directive "
    "Doctrine Edict Entente Formula Formulas Framework Guarantee Guidelines Initiative Law Laws "
    "Letter Manifesto Mandate Memorandum Memoranda Note Notes Order Ordinance Pact Pacts Papers "
    "Peace Petition Plan Platform Points Policy Principles Proclamation Program Programme "
    "Proposal Protocol Protocols Provision Regulation Report Resolution Rule Rules Settlement "
    "Speech Statement Statute Statutes Telegram Telegrams Treaties Treaty Truce Ultimatum "
    "Understanding Process Roadmap"
)
BODY_HEADS: Final = word_set(
    "Academy Administration Commissioner Agency Alliance Army Assembly Association Authority "
    "Authorities Bank Bloc Board Brigade Bureau Cabinet Church Club Commission Committee "
    "Commonwealth Community Communities Company Confederation Conference Congress Convention "
    "Corporation Corps Council Court Courts Department Duma Empire Federation Fleet Force Forces "
    "Forum Foundation Front Fund Government Group Guard Institute Institution International "
    "League Legion Mission Ministry Movement Navy Network Office Order Organisation Organization "
    "Parliament Party Partnership Police Quad Regime Reich School Secretariat Senate Service "
    "Society State Soviet Team Tribunal Trust Union University House Format"
)
EVENT_HEADS: Final = word_set(
    "Affair Battle Blockade Campaign Conference Conflict Congress Coup Crisis Crusade Crusades "
    "Depression Disaster Dispute Election Elections Exhibition Expedition Famine Genocide Game "
    "Games Holocaust Incident Invasion Landing Landings March Massacre Mutiny Offensive Olympics "
    "Operation Party Purge Putsch Raid Rebellion Referendum Reformation Renaissance Restoration "
    "Revolt Revolution Revolutions Riot Riots Rising Scandal Siege Spring Strike Summit Trial "
    "Trials Uprising War Wars Revival Reign Terror Curtain Wall Enlightenment Exchange Rush Trail "
    "Airlift Bombing"
)
PLACE_HEADS: Final = word_set(
    "Bay Basin Canal Cape Channel City Coast County Desert Gulf Harbor Harbour Island Islands "
    "Isles Isthmus Lake Mountain Mountains Mount Ocean Pass Peninsula Plain Plateau Port Province "
    "Region Republic River Sea Strait Straits Territories Territory Valley Kingdom Hemisphere "
    "Heights Strip Bank Zone Line Corridor"
)
IDEA_HEADS: Final = word_set(
    "theory thesis doctrine realism liberalism constructivism idealism principle dilemma "
    "hypothesis law paradox effect theorem rule model game trap argument school strategy "
    "diplomacy concept method criteria clause formula theses maxim test paradigm approach "
    "criterion syndrome proposal plan speech report process dispute crisis affair scandal"
)
TITLES: Final = word_set(
    "President Presidents Prime Minister Premier Chancellor King Queen Emperor Empress Tsar Czar "
    "Tsarina Kaiser Shah Sultan Pope Sir Lord Lady Dame Duke Duchess Count Countess Earl Baron "
    "Prince Princess Archduke General Marshal Admiral Colonel Major Captain Lieutenant Sergeant "
    "Secretary Senator Governor Ambassador Judge Justice Chairman Chairwoman Speaker Mr Mrs Ms "
    "Miss Dr Prof Professor Rev Reverend Bishop Archbishop Cardinal Chief Commander Foreign Vice "
    "Mr. Mrs. Ms. Dr. Prof. Gen. Col. Sen. Gov. Pres. Viscount Marquis Comrade"
)
# Too wide to be asked for alone: the gap would have a hundred right answers.
GENERIC_NOUNS: Final = word_set(
    "ability access account act action activity addition administration advance affair affairs "
    "age agreement aim amount analysis answer area areas argument army arrangement article aspect "
    "attack attempt attention authority authorities background base basis beginning behalf belief "
    "benefit body border borders building business candidate candidates capital case cases cause "
    "centre center century chance change changes character charge circumstances citizen citizens "
    "city cities claim claims class clause close colleague colony colonies combination commitment "
    "community company concept concern condition conditions conduct conference conflict "
    "consequence consequences contact content context continent contract contribution control "
    "council countries country couple course court creation crisis criticism culture date day "
    "days deal death decade decades decision decisions decline degree delegate delegation demand "
    "department description detail details development difference differences difficulty "
    "direction discussion dispute document duty early east economy effect effort efforts election "
    "elections element elements emphasis end enemy entry environment era establishment event "
    "events evidence example exception exchange existence experience extent face fact factor "
    "factors failure favour favor fear feature features field fight figure figures first flow "
    "focus force forces form former forms foundation founder framework front function functions "
    "future game general goal good goods government governments great group groups growth half "
    "hand hands head help high history home hour house idea ideas image impact importance "
    "incident increase individual individuals influence information initiative instance "
    "institution institutions interest interests issue issues item job journey key kind kinds "
    "king knowledge lack land lands language last late law laws leader leaders leadership "
    "legislation letter level levels life limit limits line lines link list long loss lot main "
    "majority man manner march mark market matter matters meaning means measure measures meeting "
    "member members men message method methods mind minister minority minute model moment money "
    "month months movement name names nation nations nature need needs neighbour new next north "
    "note number numbers object objective office officer officers official officials old one ones "
    "operation opinion opportunity opposition order origin outcome own owner page paper part "
    "parties partner partners parts party past path pattern peace people peoples percentage "
    "period person piece place places plan plans play point points policies policy population "
    "position positions possibility power powers practice presence present president pressure "
    "principle principles problem problems process product production program programme progress "
    "project property proposal protection province purpose quality quarter question questions "
    "race range rate reason reasons recent record reference reform region regions reign relation "
    "relations relationship religion report reports request requirement research resource "
    "resources respect response responsibility rest result results return right rights rise road "
    "role room rule rulers rules sake scale scene school season second section sector security "
    "seat sense series service services session set share ship ships side sides sign significance "
    "site situation size society soldier soldiers solution son sort source sources south space "
    "speech stage stand standard start state statement states status step steps story strategy "
    "structure struggle study subject success such sum summit support supporters surface system "
    "systems table talks task tax term terms territory test text theme theory thing things "
    "thought thousands time times title today tool top topic total town towns trade tradition "
    "training treaty treatment trial troops truth turn type types unit units use value values "
    "variety version victory view views village violence visit voice vote voters votes war "
    "warfare wars water way ways week weeks west whole wife win will woman women word words work "
    "worker workers works world writer year years youth brother sister father mother daughter "
    "queen emperor sons child children family ruler dynasty kingdom empire river island islands "
    "signature signatories aftermath downing audience wake arrival eve anniversary"
)
# Adjectives and nouns so vague that a chunk made only of them says nothing.
VAGUE: Final = word_set(
    "able actual additional available average bad basic beautiful best better big broad central "
    "certain clear close common complete considerable current different difficult direct distinct "
    "due early easy effective entire equal essential eventual existing extensive famous final "
    "first following formal former free full further future general global good great greater "
    "greatest growing half hard heavy high higher highest huge human ideal immediate important "
    "impossible individual initial internal international key large larger largest last late "
    "later latest latter leading likely limited little local long longer longest low lower main "
    "major many massive mere minor modern more most much mutual national natural near necessary "
    "new next normal notable numerous old older oldest only open opposite ordinary original other "
    "overall own particular past permanent personal physical political poor popular possible "
    "powerful present previous primary private public quick rapid real recent regular relevant "
    "remaining responsible rich same separate serious several short significant similar simple "
    "single small smaller smallest social special specific strong subsequent successful such "
    "sudden sufficient tall total traditional true typical unique unlikely upper usual various "
    "vast very vital weak whole wide wider wrong young younger youngest day time year people way "
    "thing man woman part number states state country countries world place point case leaders "
    "voters members talks years side sides"
)
GENERIC_TITLES: Final = word_set(
    "President Vice King Queen Emperor Minister Prime Senator Senators Congress Senate Parliament "
    "Government State States Constitution Governor Secretary Chancellor Republic Union Empire "
    "Army Navy Church Court Party Council Cabinet House Ambassador General City County River "
    "Province Treaty Act Article Agreement Convention Resolution War Olympic Olympics Game Games "
    "God Bible Lord Pope Crown Presidents Kings Republican Democrat Democrats Democratic "
    "Republicans Christian Christians Catholic Protestant Muslim Muslims Jewish Jews Islamic"
)

# Words that make a capitalised run a name of its own, whatever stands beside them.
NAME_HEADS: Final = INSTRUMENT_HEADS | BODY_HEADS | EVENT_HEADS
