"""Places of the sample activities: real towns, so that maps show something."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A town: name in French and English, latitude, longitude."""

    fr: str
    en: str
    latitude: float
    longitude: float


COUNTRY_NAMES = {
    "BF": ("au Burkina Faso", "in Burkina Faso"),
    "BJ": ("au Bénin", "in Benin"),
    "CO": ("en Colombie", "in Colombia"),
    "FR": ("en France", "in France"),
    "HT": ("en Haïti", "in Haiti"),
    "KH": ("au Cambodge", "in Cambodia"),
    "LB": ("au Liban", "in Lebanon"),
    "MA": ("au Maroc", "in Morocco"),
    "MG": ("à Madagascar", "in Madagascar"),
    "ML": ("au Mali", "in Mali"),
    "SN": ("au Sénégal", "in Senegal"),
    "TN": ("en Tunisie", "in Tunisia"),
    "UA": ("en Ukraine", "in Ukraine"),
    "VN": ("au Vietnam", "in Viet Nam"),
}

PLACES = {
    "BF": [Place("Koudougou", "Koudougou", 12.2526, -2.3627), Place("Dori", "Dori", 14.0354, -0.0345)],
    "BJ": [
        Place("Parakou", "Parakou", 9.3372, 2.6303),
        Place("Natitingou", "Natitingou", 10.3042, 1.3796),
        Place("Abomey", "Abomey", 7.1829, 1.9912),
    ],
    "CO": [Place("Quibdó", "Quibdó", 5.6947, -76.6611), Place("Pasto", "Pasto", 1.2136, -77.2811)],
    "FR": [
        Place("Roubaix", "Roubaix", 50.6942, 3.1746),
        Place("Saint-Étienne", "Saint-Étienne", 45.4397, 4.3872),
        Place("Guéret", "Guéret", 46.1689, 1.8714),
        Place("Cayenne", "Cayenne", 4.9224, -52.3135),
    ],
    "HT": [
        Place("Jacmel", "Jacmel", 18.2342, -72.5347),
        Place("les Cayes", "Les Cayes", 18.1943, -73.7504),
        Place("Hinche", "Hinche", 19.1500, -72.0167),
    ],
    "KH": [
        Place("Battambang", "Battambang", 13.0957, 103.2022),
        Place("Kampot", "Kampot", 10.6104, 104.1815),
    ],
    "LB": [Place("Tripoli", "Tripoli", 34.4367, 35.8497), Place("Zahlé", "Zahle", 33.8463, 35.9020)],
    "MA": [
        Place("Ouarzazate", "Ouarzazate", 30.9335, -6.9370),
        Place("Taroudant", "Taroudant", 30.4703, -8.8770),
        Place("Oujda", "Oujda", 34.6814, -1.9086),
    ],
    "MG": [
        Place("Fianarantsoa", "Fianarantsoa", -21.4527, 47.0857),
        Place("Toliara", "Toliara", -23.3516, 43.6855),
        Place("Ambositra", "Ambositra", -20.5300, 47.2440),
    ],
    "ML": [
        Place("Kayes", "Kayes", 14.4469, -11.4445),
        Place("Sikasso", "Sikasso", 11.3170, -5.6665),
        Place("Mopti", "Mopti", 14.4843, -4.1830),
    ],
    "SN": [
        Place("Tambacounda", "Tambacounda", 13.7707, -13.6673),
        Place("Ziguinchor", "Ziguinchor", 12.5681, -16.2733),
        Place("Podor", "Podor", 16.6518, -14.9597),
        Place("Thiès", "Thiès", 14.7910, -16.9256),
    ],
    "TN": [Place("Kairouan", "Kairouan", 35.6781, 10.0963), Place("Médenine", "Medenine", 33.3549, 10.5055)],
    "UA": [Place("Kharkiv", "Kharkiv", 49.9935, 36.2304), Place("Odessa", "Odesa", 46.4825, 30.7233)],
    "VN": [Place("Hué", "Hue", 16.4637, 107.5909), Place("Cao Bang", "Cao Bang", 22.6666, 106.2640)],
}
