"""What the sample activities do. Every text is ours, in French and English."""

from __future__ import annotations

from typing import NamedTuple

Told = tuple[str, str]


class Indicator(NamedTuple):
    """An indicator: title in French and English, a plausible target, whether it is a percentage."""

    title: Told
    target: int
    percentage: bool = False


class Theme(NamedTuple):
    """A kind of project; ``{place}`` and ``{land}`` ("au Mali") are filled in."""

    sectors: tuple[tuple[str, int], ...]
    goals: tuple[str, ...]
    titles: tuple[Told, ...]
    descriptions: tuple[Told, ...]
    objective: Told
    indicators: tuple[Indicator, ...]
    budget: tuple[int, int]
    aid_type: str = "C01"
    markers: tuple[tuple[str, str], ...] = (("1", "1"),)
    humanitarian: bool = False


THEMES: dict[str, Theme] = {
    "water": Theme(
        sectors=(("14031", 60), ("14032", 40)),
        goals=("6", "3"),
        titles=(
            ("Eau potable et assainissement à {place}", "Drinking water and sanitation in {place}"),
            ("Réhabilitation des points d’eau villageois, {place}", "Repairing village water points, {place}"),
            ("Gestion communautaire de l’eau à {place}", "Community water management in {place}"),
        ),
        descriptions=(
            (
                "Forages équipés de pompes solaires, bornes-fontaines et latrines dans les écoles, avec un comité "
                "d’usagers formé dans chaque village {land}.",
                "Boreholes with solar pumps, standpipes and school latrines, with a trained users’ committee in each "
                "village {land}.",
            ),
            (
                "Le projet remet en service des ouvrages à l’arrêt, organise la maintenance avec des artisans locaux "
                "et instaure un tarif de l’eau décidé par les usagers.",
                "The project puts broken works back into service, organises maintenance with local craftspeople and "
                "sets a water price decided by users.",
            ),
        ),
        objective=(
            "Donner un accès durable à l’eau potable à moins de 500 mètres des habitations.",
            "Give lasting access to drinking water less than 500 metres from people’s homes.",
        ),
        indicators=(
            Indicator(("Personnes ayant accès à l’eau potable", "People with access to drinking water"), 12_000),
            Indicator(("Points d’eau en service un an après", "Water points working one year later"), 90, True),
        ),
        budget=(120_000, 780_000),
        markers=(("1", "1"), ("6", "1")),
    ),
    "education": Theme(
        sectors=(("11220", 100),),
        goals=("4", "5"),
        titles=(
            ("Une école pour les filles de {place}", "A school for the girls of {place}"),
            ("Classes passerelles à {place}", "Bridging classes in {place}"),
            ("Cantines et bibliothèques scolaires, {place}", "School meals and libraries, {place}"),
        ),
        descriptions=(
            (
                "Construction et équipement de classes, formation continue des enseignants et soutien aux "
                "associations de parents d’élèves {land}.",
                "Building and equipping classrooms, in-service training of teachers and support to parents’ "
                "associations {land}.",
            ),
            (
                "Les enfants déscolarisés suivent neuf mois de classes passerelles avant de rejoindre l’école "
                "publique ; chaque famille est accompagnée.",
                "Out-of-school children follow nine months of bridging classes before joining a state school; each "
                "family is supported.",
            ),
        ),
        objective=(
            "Scolariser et maintenir à l’école les enfants qui en sont exclus, d’abord les filles.",
            "Bring excluded children, girls first, into school and keep them there.",
        ),
        indicators=(
            Indicator(("Enfants scolarisés", "Children enrolled"), 1_800),
            Indicator(("Taux de maintien en fin d’année", "Share still enrolled at the end of the year"), 88, True),
        ),
        budget=(90_000, 520_000),
        markers=(("1", "2"),),
    ),
    "health": Theme(
        sectors=(("12220", 70), ("12261", 30)),
        goals=("3",),
        titles=(
            ("Santé communautaire à {place}", "Community health in {place}"),
            ("Mutuelles de santé villageoises, {place}", "Village health mutuals, {place}"),
            ("Relais de prévention maternelle et infantile à {place}", "Mother and child prevention in {place}"),
        ),
        descriptions=(
            (
                "Agents de santé communautaires formés, pharmacies villageoises approvisionnées et consultations "
                "avancées {land}.",
                "Trained community health workers, stocked village pharmacies and outreach consultations {land}.",
            ),
            (
                "Les familles cotisent à une mutuelle gérée par ses membres, qui rembourse les soins de base et "
                "négocie les tarifs avec les centres de santé.",
                "Families pay into a mutual run by its members, which refunds basic care and negotiates prices with "
                "health centres.",
            ),
        ),
        objective=(
            "Réduire le renoncement aux soins des familles les plus pauvres.",
            "Reduce the number of the poorest families going without care.",
        ),
        indicators=(
            Indicator(("Consultations réalisées", "Consultations held"), 24_000),
            Indicator(("Familles adhérentes", "Member families"), 2_600),
        ),
        budget=(80_000, 640_000),
    ),
    "farming": Theme(
        sectors=(("31120", 50), ("31194", 50)),
        goals=("2", "12", "13"),
        titles=(
            ("Agroécologie paysanne à {place}", "Small-scale agroecology in {place}"),
            ("Coopératives maraîchères de {place}", "Market-garden cooperatives of {place}"),
            ("Semences paysannes et marchés locaux, {place}", "Farmers’ seeds and local markets, {place}"),
        ),
        descriptions=(
            (
                "Des groupements de productrices adoptent compost, paillage et associations de cultures, et vendent "
                "ensemble leur récolte {land}.",
                "Groups of women farmers take up compost, mulching and mixed crops, and sell their harvest together "
                "{land}.",
            ),
            (
                "Trois coopératives investissent dans le stockage et la transformation, avec un fonds de roulement "
                "remboursé à chaque campagne.",
                "Three cooperatives invest in storage and processing, with a working fund repaid every season.",
            ),
        ),
        objective=(
            "Augmenter les revenus des familles paysannes sans épuiser les sols.",
            "Raise the income of farming families without wearing out the soil.",
        ),
        indicators=(
            Indicator(("Exploitations accompagnées", "Farms supported"), 900),
            Indicator(("Hausse du revenu médian", "Rise of the median income"), 25, True),
        ),
        budget=(70_000, 460_000),
        markers=(("1", "1"), ("6", "1"), ("7", "2")),
    ),
    "energy": Theme(
        sectors=(("23231", 100),),
        goals=("7", "13"),
        titles=(
            ("Électricité solaire citoyenne à {place}", "Citizen-owned solar power in {place}"),
            ("Mini-réseau coopératif de {place}", "Cooperative mini-grid of {place}"),
        ),
        descriptions=(
            (
                "Une coopérative d’usagers possède et exploite la centrale solaire, dont les recettes paient "
                "l’entretien et le remplacement des batteries {land}.",
                "A cooperative of users owns and runs the solar plant; its income pays for upkeep and the "
                "replacement of batteries {land}.",
            ),
        ),
        objective=(
            "Alimenter écoles, ateliers et centres de santé par une énergie détenue par ses usagers.",
            "Power schools, workshops and health centres with energy owned by its users.",
        ),
        indicators=(
            Indicator(("Foyers raccordés", "Households connected"), 640),
            Indicator(("Disponibilité du réseau", "Grid availability"), 97, True),
        ),
        budget=(180_000, 900_000),
        markers=(("6", "2"),),
    ),
    "credit": Theme(
        sectors=(("24040", 100),),
        goals=("1", "8"),
        titles=(
            ("Épargne et crédit solidaires à {place}", "Solidarity savings and credit in {place}"),
            ("Fonds de garantie des artisanes de {place}", "Guarantee fund for craftswomen of {place}"),
        ),
        descriptions=(
            (
                "Des caisses villageoises d’épargne, fédérées en union, prêtent à leurs membres et placent leurs "
                "réserves en commun {land}.",
                "Village savings groups, federated in a union, lend to their members and pool their reserves {land}.",
            ),
        ),
        objective=(
            "Ouvrir le crédit à celles et ceux que les banques ne servent pas.",
            "Open credit to those whom banks do not serve.",
        ),
        indicators=(
            Indicator(("Emprunteuses et emprunteurs", "Borrowers"), 3_400),
            Indicator(("Taux de remboursement", "Repayment rate"), 96, True),
        ),
        budget=(60_000, 380_000),
        aid_type="B03",
        markers=(("1", "2"),),
    ),
    "training": Theme(
        sectors=(("11330", 60), ("32130", 40)),
        goals=("4", "8"),
        titles=(
            ("Métiers du bâtiment en terre à {place}", "Earth-building trades in {place}"),
            ("Jeunes, compétences et emploi à {place}", "Youth, skills and jobs in {place}"),
            ("Incubateur d’entreprises sociales de {place}", "Social enterprise incubator of {place}"),
        ),
        descriptions=(
            (
                "Formation en alternance dans des entreprises partenaires, certification reconnue et "
                "accompagnement de six mois vers l’emploi {land}.",
                "Work-study training with partner firms, a recognised certificate and six months of support towards "
                "a job {land}.",
            ),
            (
                "L’incubateur suit vingt équipes par an : étude de marché, statuts coopératifs, premier "
                "financement et parrainage par des entrepreneurs sociaux.",
                "The incubator follows twenty teams a year: market study, cooperative statutes, first funding and "
                "mentoring by social entrepreneurs.",
            ),
        ),
        objective=(
            "Faire accéder les jeunes à un emploi décent près de chez eux.",
            "Bring young people into decent jobs near their homes.",
        ),
        indicators=(
            Indicator(("Jeunes certifiés", "Young people certified"), 420),
            Indicator(("En emploi six mois après", "In work six months later"), 62, True),
        ),
        budget=(75_000, 410_000),
        aid_type="D02",
    ),
    "rights": Theme(
        sectors=(("15170", 50), ("15160", 50)),
        goals=("5", "10", "16"),
        titles=(
            ("Femmes, droits et citoyenneté à {place}", "Women, rights and citizenship in {place}"),
            ("Accès au droit des personnes déplacées, {place}", "Legal aid for displaced people, {place}"),
        ),
        descriptions=(
            (
                "Permanences juridiques, médiation et plaidoyer portés par un collectif d’organisations de femmes "
                "{land}.",
                "Legal clinics, mediation and advocacy led by a collective of women’s organisations {land}.",
            ),
        ),
        objective=(
            "Permettre aux femmes de faire valoir leurs droits fonciers et civils.",
            "Enable women to claim their land and civil rights.",
        ),
        indicators=(
            Indicator(("Dossiers accompagnés", "Cases followed"), 1_150),
            Indicator(("Dossiers résolus favorablement", "Cases with a favourable outcome"), 54, True),
        ),
        budget=(50_000, 290_000),
        markers=(("1", "2"), ("3", "1")),
    ),
    "emergency": Theme(
        sectors=(("72010", 50), ("72040", 50)),
        goals=("2", "3"),
        titles=(
            ("Réponse d’urgence à {place}", "Emergency response in {place}"),
            ("Abris, eau et vivres pour les familles déplacées, {place}", "Shelter, water and food, {place}"),
        ),
        descriptions=(
            (
                "Distribution de kits d’abri et d’hygiène, transferts monétaires et points d’eau d’urgence pour les "
                "familles déplacées {land}.",
                "Shelter and hygiene kits, cash transfers and emergency water points for displaced families {land}.",
            ),
        ),
        objective=(
            "Couvrir les besoins vitaux des familles pendant les trois premiers mois.",
            "Cover families’ vital needs during the first three months.",
        ),
        indicators=(
            Indicator(("Personnes secourues", "People assisted"), 18_500),
            Indicator(("Familles satisfaites de l’aide reçue", "Families satisfied with the aid"), 85, True),
        ),
        budget=(150_000, 1_400_000),
        markers=(("12", "1"),),
        humanitarian=True,
    ),
    "recovery": Theme(
        sectors=(("73010", 100),),
        goals=("9", "11"),
        titles=(
            ("Reconstruire les écoles de {place}", "Rebuilding the schools of {place}"),
            ("Relèvement économique des quartiers de {place}", "Economic recovery of neighbourhoods of {place}"),
        ),
        descriptions=(
            (
                "Réparation d’écoles et de centres de santé avec des entreprises locales, et relance de petits "
                "commerces par des subventions modestes {land}.",
                "Repair of schools and health centres with local firms, and restart of small shops through modest "
                "grants {land}.",
            ),
        ),
        objective=(
            "Rouvrir les services essentiels et rétablir les revenus après la crise.",
            "Reopen essential services and restore incomes after the crisis.",
        ),
        indicators=(
            Indicator(("Bâtiments remis en service", "Buildings reopened"), 34),
            Indicator(("Commerces relancés", "Shops restarted"), 210),
        ),
        budget=(200_000, 1_100_000),
        humanitarian=True,
    ),
    "forest": Theme(
        sectors=(("31220", 60), ("41030", 40)),
        goals=("13", "15"),
        titles=(
            ("Forêts communautaires de {place}", "Community forests of {place}"),
            ("Mangroves et pêche durable à {place}", "Mangroves and sustainable fishing in {place}"),
        ),
        descriptions=(
            (
                "Des comités villageois cartographient, replantent et surveillent leurs forêts, et vivent de miel, "
                "de fruits et d’écotourisme {land}.",
                "Village committees map, replant and watch over their forests, and live from honey, fruit and "
                "ecotourism {land}.",
            ),
        ),
        objective=(
            "Restaurer les milieux avec celles et ceux qui en vivent.",
            "Restore nature with those who live from it.",
        ),
        indicators=(
            Indicator(("Hectares restaurés", "Hectares restored"), 760),
            Indicator(("Survie des plants à deux ans", "Seedlings alive after two years"), 71, True),
        ),
        budget=(85_000, 430_000),
        markers=(("5", "2"), ("6", "2")),
    ),
    "trade": Theme(
        sectors=(("32161", 50), ("33110", 50)),
        goals=("8", "12"),
        titles=(
            ("Filière équitable de {place}", "Fair-trade supply chain of {place}"),
            ("Transformation locale et commerce équitable, {place}", "Local processing and fair trade, {place}"),
        ),
        descriptions=(
            (
                "Contrats pluriannuels, préfinancement des récoltes et prime de développement gérée par les "
                "coopératives productrices {land}.",
                "Multi-year contracts, pre-financing of harvests and a development premium run by the producing "
                "cooperatives {land}.",
            ),
        ),
        objective=(
            "Garantir un revenu stable aux productrices et producteurs.",
            "Guarantee a stable income to producers.",
        ),
        indicators=(
            Indicator(("Productrices et producteurs sous contrat", "Producers under contract"), 1_300),
            Indicator(("Tonnes achetées au prix équitable", "Tonnes bought at the fair price"), 480),
        ),
        budget=(90_000, 560_000),
        aid_type="D01",
    ),
    "housing": Theme(
        sectors=(("16040", 100),),
        goals=("11",),
        titles=(
            ("Habitat coopératif à {place}", "Cooperative housing in {place}"),
            ("Rénovation solidaire de logements à {place}", "Solidarity renovation of homes in {place}"),
        ),
        descriptions=(
            (
                "Les habitants conçoivent, autoconstruisent en partie et gèrent leurs logements en coopérative "
                "{land}.",
                "Residents design, partly build and run their homes as a cooperative {land}.",
            ),
        ),
        objective=(
            "Loger dignement des familles modestes à un coût maîtrisé dans la durée.",
            "Give modest families decent homes at a cost kept down over time.",
        ),
        indicators=(
            Indicator(("Logements livrés", "Homes delivered"), 58),
            Indicator(("Baisse des charges des ménages", "Fall of household charges"), 30, True),
        ),
        budget=(140_000, 850_000),
    ),
    "inclusion": Theme(
        sectors=(("16020", 70), ("16010", 30)),
        goals=("1", "8", "10"),
        titles=(
            ("Insertion par l’activité économique à {place}", "Work integration in {place}"),
            ("Tiers-lieu et services de proximité à {place}", "Third place and local services in {place}"),
            ("Recyclerie coopérative de {place}", "Cooperative reuse centre of {place}"),
        ),
        descriptions=(
            (
                "Contrats d’insertion, formation et accompagnement social dans une structure gouvernée par ses "
                "salariés, ses bénévoles et les collectivités {land}.",
                "Work-integration contracts, training and social support in an organisation governed by employees, "
                "volunteers and local authorities {land}.",
            ),
        ),
        objective=(
            "Créer des emplois utiles au territoire pour des personnes qui en sont éloignées.",
            "Create locally useful jobs for people far from employment.",
        ),
        indicators=(
            Indicator(("Personnes accompagnées", "People supported"), 160),
            Indicator(("Sorties vers l’emploi ou la formation", "Exits to work or training"), 58, True),
        ),
        budget=(60_000, 340_000),
    ),
    "awareness": Theme(
        sectors=(("99820", 100),),
        goals=("4", "17"),
        titles=(
            ("Éducation à la citoyenneté mondiale à {place}", "Global citizenship education in {place}"),
            ("Jumelage et coopération décentralisée avec {place}", "Twinning and local cooperation with {place}"),
        ),
        descriptions=(
            (
                "Ateliers dans les collèges, accueil de partenaires et journées ouvertes aux habitants {land}.",
                "Workshops in schools, visits of partners and days open to residents {land}.",
            ),
        ),
        objective=(
            "Faire comprendre les interdépendances et donner envie d’agir.",
            "Make interdependence understood and invite to act.",
        ),
        indicators=(
            Indicator(("Participantes et participants", "Participants"), 2_200),
            Indicator(("Établissements partenaires", "Partner schools"), 24),
        ),
        budget=(20_000, 110_000),
        aid_type="H01",
    ),
}
