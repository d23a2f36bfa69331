"""The publishers of the sample and their files; every name says that it is an example.

Company numbers are in 000 000 0xx: they pass the check digit, and the register gives none out that low.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """One file of a publisher: name, version, countries, number of activities, date, themes, other title."""

    name: str
    version: str
    countries: tuple[str, ...]
    count: int
    updated: str
    themes: tuple[str, ...]
    title: str = ""
    languages: tuple[str, ...] = ("fr",)
    faults: bool = False


@dataclass(frozen=True)
class SamplePublisher:
    """A made-up organisation."""

    short_name: str
    name: str
    name_en: str
    identifier: str
    organisation_type: str
    family: str
    description: str
    files: tuple[File, ...]
    siren: str = ""
    siret: str = ""
    rna: str = ""
    legal_category: str = ""
    esus: bool = False
    country: str = "FR"
    territory: str = ""
    secondary: bool = False
    licence: str = "etalab-2.0"
    first_published: str = "2021-03-15"
    catalogue: str = "bulk"
    former_names: tuple[str, ...] = ()
    organisation_file: tuple[str, str] | None = None

    @property
    def website(self) -> str:
        """An address under a reserved domain: nothing is there."""
        return f"https://{self.short_name}.example/"


PUBLISHERS = (
    SamplePublisher(
        short_name="exemple-solidarite-sahel",
        name="Exemple Solidarité Sahel (données d’exemple)",
        name_en="Example Sahel Solidarity (sample data)",
        identifier="FR-RCS-000000018",
        siren="000000018",
        rna="W000000018",
        legal_category="9220",
        organisation_type="22",
        family="association",
        territory="departement:69",
        description="Association de solidarité internationale : eau, agriculture et santé au Sahel.",
        organisation_file=("2.03", "2026-09-12"),
        files=(
            File("senegal", "2.03", ("SN",), 22, "2026-10-28", ("water", "farming", "health")),
            File(
                "mali",
                "2.03",
                ("ML",),
                18,
                "2026-10-28",
                ("water", "farming", "emergency"),
                languages=("fr", "en"),
            ),
            File("benin-burkina", "2.02", ("BJ", "BF"), 12, "2025-11-30", ("farming", "water")),
        ),
    ),
    SamplePublisher(
        short_name="exemple-energies-partagees",
        name="Exemple Énergies Partagées, SCIC (données d’exemple)",
        name_en="Example Shared Energy cooperative (sample data)",
        identifier="FR-RCS-000000026",
        siren="000000026",
        legal_category="5460",
        esus=True,
        organisation_type="70",
        family="cooperative",
        territory="departement:35",
        description="Société coopérative d’intérêt collectif : énergie solaire citoyenne, ici et au Sud.",
        organisation_file=("2.03", "2026-06-30"),
        files=(
            File(
                "madagascar",
                "2.03",
                ("MG",),
                14,
                "2026-08-14",
                ("energy", "training"),
                languages=("fr", "en"),
            ),
            File("france", "2.03", ("FR",), 10, "2026-08-14", ("energy", "inclusion")),
        ),
    ),
    SamplePublisher(
        short_name="exemple-batisseurs-scop",
        name="Exemple Bâtisseurs, SCOP (données d’exemple)",
        name_en="Example Builders workers’ cooperative (sample data)",
        identifier="FR-RCS-00000003400017",
        siren="000000034",
        siret="00000003400017",
        legal_category="5458",
        organisation_type="70",
        family="cooperative",
        territory="departement:38",
        description="Société coopérative et participative : construction en terre, formation, habitat.",
        files=(
            File("maroc", "2.03", ("MA",), 12, "2026-05-20", ("training", "housing"), languages=("fr", "en")),
            File("haiti", "2.03", ("HT",), 11, "2026-05-20", ("recovery", "housing", "training")),
        ),
    ),
    SamplePublisher(
        short_name="exemple-mutuelle-sante",
        name="Exemple Mutuelle Santé Solidaire (données d’exemple)",
        name_en="Example Solidarity Health Mutual (sample data)",
        identifier="FR-RCS-000000042",
        siren="000000042",
        legal_category="8210",
        organisation_type="90",
        family="mutuelle",
        territory="departement:44",
        description="Mutuelle : appui aux mutuelles de santé communautaires et prévention.",
        organisation_file=("2.02", "2025-07-01"),
        files=(
            File("afrique-de-l-ouest", "2.03", ("BJ", "SN", "ML"), 16, "2026-09-30", ("health",)),
            File("cambodge", "2.02", ("KH",), 9, "2025-06-18", ("health",), languages=("en", "fr")),
        ),
    ),
    SamplePublisher(
        short_name="exemple-fondation-apprendre",
        name="Exemple Fondation Apprendre (données d’exemple)",
        name_en="Example Learning Foundation (sample data)",
        identifier="FR-RCS-000000059",
        siren="000000059",
        legal_category="9300",
        organisation_type="60",
        family="fondation",
        territory="departement:75",
        description="Fondation reconnue d’utilité publique : éducation des filles, écoles et bibliothèques.",
        organisation_file=("2.03", "2026-10-02"),
        files=(
            File(
                "vietnam",
                "2.03",
                ("VN",),
                13,
                "2026-10-02",
                ("education", "training"),
                languages=("fr", "en"),
            ),
            File("madagascar", "2.03", ("MG",), 15, "2026-10-02", ("education",), languages=("fr", "en")),
            File("programmes-2014-2016", "1.05", ("HT", "SN"), 10, "2017-02-10", ("education",)),
        ),
    ),
    SamplePublisher(
        short_name="exemple-comptoir-equitable",
        name="Exemple Comptoir Équitable, société commerciale de l’ESS (données d’exemple)",
        name_en="Example Fair Trade Company (sample data)",
        identifier="FR-SIRET-00000006700017",
        siren="000000067",
        siret="00000006700017",
        legal_category="5710",
        esus=True,
        organisation_type="71",
        family="societe-commerciale",
        territory="departement:13",
        description="Société commerciale de l’ESS : commerce équitable du café, du cacao et du karité.",
        catalogue="registry",
        files=(
            File(
                "filieres",
                "2.03",
                ("CO", "BJ", "MG"),
                14,
                "2026-03-11",
                ("trade", "credit"),
                title="040324",
                languages=("en", "fr"),
            ),
            File(
                "essai-avec-fautes",
                "2.03",
                ("CO",),
                8,
                "2024-03-04",
                ("trade",),
                title="Fichier d’essai avec des fautes volontaires",
                faults=True,
            ),
        ),
    ),
    SamplePublisher(
        short_name="exemple-urgence-internationale",
        name="Exemple Urgence Internationale (données d’exemple)",
        name_en="Example International Emergency (sample data)",
        identifier="FR-RCS-000000075",
        siren="000000075",
        rna="W000000075",
        legal_category="9230",
        organisation_type="21",
        family="ong-internationale",
        territory="departement:93",
        description="ONG humanitaire : abris, eau, vivres et relèvement après les crises.",
        organisation_file=("2.03", "2026-11-04"),
        files=(
            File(
                "ukraine",
                "2.03",
                ("UA",),
                20,
                "2026-11-10",
                ("emergency", "recovery"),
                languages=("fr", "en"),
            ),
            File("haiti", "2.03", ("HT",), 16, "2026-11-10", ("emergency", "recovery", "water")),
            File(
                "liban", "2.03", ("LB",), 12, "2026-11-10", ("emergency", "education"), languages=("en", "fr")
            ),
        ),
    ),
    SamplePublisher(
        short_name="example-water-alliance",
        name="Example Water Alliance (sample data)",
        name_en="Example Water Alliance (sample data)",
        identifier="GB-CHC-0000000",
        organisation_type="21",
        family="ong-internationale",
        country="GB",
        description="International NGO: drinking water, sanitation and community forests.",
        licence="cc-by",
        organisation_file=("2.01", "2024-02-20"),
        files=(
            File("cambodia", "2.03", ("KH",), 14, "2026-07-22", ("water", "forest"), languages=("en",)),
            File("madagascar", "2.03", ("MG",), 16, "2026-07-22", ("water", "forest"), languages=("en",)),
            File("ukraine", "2.01", ("UA",), 9, "2023-12-15", ("water",), languages=("en",)),
        ),
    ),
    SamplePublisher(
        short_name="exemple-epargne-rurale",
        name="Exemple Épargne Rurale (données d’exemple)",
        name_en="Example Rural Savings (sample data)",
        identifier="FR-RCS-000000083",
        siren="000000083",
        legal_category="9220",
        organisation_type="22",
        family="association",
        territory="departement:31",
        description="Association d’appui à la microfinance coopérative et aux coopératives paysannes.",
        catalogue="registry",
        former_names=("exemple-credit-villageois",),
        organisation_file=("2.03", "2026-04-17"),
        files=(
            File(
                "senegal", "2.03", ("SN",), 15, "2026-04-17", ("credit", "farming"), title="Sénégal 2019-2026"
            ),
            File(
                "tunisie",
                "2.03",
                ("TN",),
                9,
                "2026-04-17",
                ("credit", "trade"),
                title="iati-activities.xml",
                languages=("en", "fr"),
            ),
        ),
    ),
    SamplePublisher(
        short_name="exemple-sur-loire",
        name="Ville d’Exemple-sur-Loire (données d’exemple)",
        name_en="Town of Exemple-sur-Loire (sample data)",
        identifier="FR-INSEE-00000009100017",
        siren="000000091",
        siret="00000009100017",
        legal_category="7210",
        organisation_type="11",
        family="public",
        territory="departement:45",
        description="Collectivité : coopération décentralisée et éducation à la citoyenneté mondiale.",
        catalogue="registry",
        licence="odc-odbl",
        files=(
            File(
                "cooperation-decentralisee",
                "2.02",
                ("BJ", "FR"),
                10,
                "2024-09-05",
                ("awareness", "water"),
                title="Coopération décentralisée d’Exemple-sur-Loire",
            ),
        ),
    ),
    SamplePublisher(
        short_name="exemple-union-ess",
        name="Exemple Union régionale de l’ESS (données d’exemple)",
        name_en="Example Regional Union of the Social Economy (sample data)",
        identifier="FR-RCS-000000109",
        siren="000000109",
        rna="W000000109",
        legal_category="9220",
        organisation_type="23",
        family="association",
        territory="region:32",
        description="Association des coopératives, mutuelles, fondations et associations d’une région.",
        organisation_file=("1.05", "2016-05-09"),
        files=(
            File(
                "france", "2.03", ("FR",), 18, "2026-11-02", ("inclusion", "housing", "training", "awareness")
            ),
            File("france-archives", "1.05", ("FR",), 8, "2016-05-09", ("inclusion", "awareness")),
        ),
    ),
    SamplePublisher(
        short_name="example-rights-network",
        name="Exemple Réseau Droits et Forêts / Example Rights and Forests Network (données d’exemple)",
        name_en="Example Rights and Forests Network (sample data)",
        identifier="FR-RCS-000000117",
        siren="000000117",
        legal_category="9220",
        organisation_type="22",
        family="association",
        territory="departement:67",
        secondary=True,
        description="Réseau de femmes et de communautés forestières ; publie aussi pour ses membres.",
        licence="cc-by-sa",
        catalogue="registry",
        organisation_file=("2.03", "2026-10-20"),
        files=(
            File(
                "colombia",
                "2.03",
                ("CO",),
                14,
                "2026-10-20",
                ("rights", "forest"),
                title="Colombia: rights and forests",
                languages=("en", "fr"),
            ),
            File(
                "sahel",
                "2.03",
                ("ML", "BF", "SN"),
                12,
                "2026-10-20",
                ("rights",),
                title="test",
                languages=("fr", "en"),
            ),
        ),
    ),
)
