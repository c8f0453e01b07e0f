"""Which capitalised words name a country, a continent or a people: the usual setting of a
sentence, seldom its point.
"""

from typing import Final

from deckgen.cloze.words import word_set

# Every member and observer of the United Nations, usual short and older names, one word each;
# longer ones below.
COUNTRY_WORDS: Final = word_set(
    "Afghanistan Albania Algeria Andorra Angola Argentina Armenia Australia Austria Azerbaijan "
    "Bahamas Bahrain Bangladesh Barbados Belarus Belgium Belize Benin Bhutan Bolivia Botswana "
    "Brazil Brunei Bulgaria Burma Burundi Cambodia Cameroon Canada Chad Chile China Colombia "
    "Comoros Congo Croatia Cuba Cyprus Czechia Czechoslovakia Denmark Djibouti Dominica Ecuador "
    "Egypt England Eritrea Estonia Eswatini Ethiopia Fiji Finland France Gabon Gambia Georgia "
    "Germany Ghana Greece Grenada Guatemala Guinea Guyana Haiti Honduras Hungary Iceland India "
    "Indonesia Iran Iraq Ireland Israel Italy Jamaica Japan Jordan Kazakhstan Kenya Kiribati "
    "Korea Kosovo Kuwait Kyrgyzstan Laos Latvia Lebanon Lesotho Liberia Libya Liechtenstein "
    "Lithuania Luxembourg Macedonia Madagascar Malawi Malaysia Maldives Mali Malta Mauritania "
    "Mauritius Mexico Micronesia Moldova Monaco Mongolia Montenegro Morocco Mozambique Myanmar "
    "Namibia Nauru Nepal Netherlands Holland Nicaragua Niger Nigeria Norway Oman Pakistan Palau "
    "Palestine Panama Paraguay Persia Peru Philippines Poland Portugal Prussia Qatar Romania "
    "Russia Rwanda Samoa Scotland Senegal Serbia Seychelles Siam Singapore Slovakia Slovenia "
    "Somalia Spain Sudan Suriname Swaziland Sweden Switzerland Syria Taiwan Tajikistan Tanzania "
    "Thailand Tibet Togo Tonga Tunisia Turkey Türkiye Turkmenistan Tuvalu Uganda Ukraine Uruguay "
    "Uzbekistan Vanuatu Venezuela Vietnam Wales Yemen Yugoslavia Zaire Zambia Zimbabwe Britain "
    "America Europe Asia Africa Oceania Antarctica Eurasia USA US UK USSR EU UN U.S. U.K. U.S.A. "
    "U.S.S.R. U.N. NATO West East Washington Moscow London Paris Berlin Beijing Tokyo Rome Vienna "
    "Kyiv Brussels Geneva Warsaw Madrid Delhi Ankara Tehran Cairo"
)
COUNTRY_PHRASES: Final = frozenset(
    name.casefold()
    for name in (
        "United States",
        "United States of America",
        "United Kingdom",
        "Great Britain",
        "Northern Ireland",
        "Soviet Union",
        "Russian Federation",
        "South Africa",
        "Saudi Arabia",
        "South Korea",
        "North Korea",
        "New Zealand",
        "Sri Lanka",
        "Costa Rica",
        "El Salvador",
        "Puerto Rico",
        "Sierra Leone",
        "Burkina Faso",
        "Ivory Coast",
        "Cape Verde",
        "Czech Republic",
        "Dominican Republic",
        "European Union",
        "United Nations",
        "West Germany",
        "East Germany",
        "Ottoman Empire",
        "Roman Empire",
        "British Empire",
        "North America",
        "South America",
        "Latin America",
        "Middle East",
        "Western Europe",
        "Eastern Europe",
        "Central Europe",
        "Southeast Asia",
        "Central Asia",
        "East Asia",
        "Papua New Guinea",
        "United Arab Emirates",
        "San Marino",
        "Trinidad and Tobago",
        "Bosnia and Herzegovina",
        "North Vietnam",
        "South Vietnam",
        "Austria-Hungary",
        "Marshall Islands",
        "Solomon Islands",
        "Vatican City",
        "People's Republic of China",
        "Holy Roman Empire",
        "Security Council",
        "General Assembly",
        "UN Security Council",
    )
)
PEOPLE_WORDS: Final = word_set(
    "African Afghan Albanian Algerian American Angolan Arab Arabian Arabic Argentine Argentinian "
    "Armenian Asian Australian Austrian Azerbaijani Austro-Hungarian Bangladeshi Baltic Basque "
    "Belarusian Belgian Bolivian Bosnian Brazilian British Bulgarian Burmese Byzantine Cambodian "
    "Canadian Catalan Chechen Chilean Chinese Colombian Congolese Crimean Croatian Cuban Cypriot "
    "Czech Czechoslovak Danish Dutch Ecuadorian Egyptian English Estonian Ethiopian Eurasian "
    "European Filipino Finnish Flemish French Georgian German Ghanaian Greek Guatemalan Haitian "
    "Hungarian Icelandic Indian Indonesian Iranian Iraqi Irish Israeli Italian Jamaican Japanese "
    "Jewish Jordanian Kazakh Kenyan Korean Kurdish Kuwaiti Kyrgyz Laotian Latin Latvian Lebanese "
    "Libyan Lithuanian Macedonian Malaysian Maltese Mexican Moldovan Mongol Mongolian Moroccan "
    "Muslim Nepalese Nicaraguan Nigerian Nordic Norman North-Korean Norwegian Ottoman Pakistani "
    "Palestinian Panamanian Persian Peruvian Polish Portuguese Prussian Roman Romanian Russian "
    "Rwandan Saudi Scandinavian Scottish Serbian Slavic Slovak Slovene Slovenian Somali Soviet "
    "Spanish Sudanese Swedish Swiss Syrian Taiwanese Tatar Thai Tibetan Tunisian Turkic Turkish "
    "Ugandan Ukrainian Uzbek Venezuelan Vietnamese Welsh Western Yemeni Yugoslav Zimbabwean "
    "Eastern Southern Northern Central Caucasian Christian Catholic Protestant Orthodox Islamic "
    "Anglo-American Anglo-French Franco-German Franco-British Sino-Soviet Russo-Japanese "
    "Sino-Japanese Republican Democratic Communist Nazi Papal Chechens Russians Ukrainians "
    "Americans Germans Europeans Britons Italians Greeks Turks Jews Arabs Muslims Christians "
    "Romans Poles Serbs Spaniards Normans Mongols Kurds Tatars Czechs Slovaks Hungarians Danes "
    "Swedes Finns"
)
# They open the names of places ("Southern Rhodesia") as often as they mean people.
DIRECTIONS: Final = word_set("Western Eastern Southern Northern Central North South East West")
