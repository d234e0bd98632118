"""A hundred names that make layout sweat. DATA CONTOH: nobody here exists."""

from typing import Final

# What only a whole rendering can show: letters outside the compiled fonts, spaces that collapse.
BEYOND: Final = (
    "Nguyễn Đặng Contoh",
    "Ḥasan al-Contoh",
    "Ω Contoh",
    "Budi\N{NO-BREAK SPACE}Contoh",
    "Budi  Contoh",
    "Siti\N{HYPHEN}Aminah Contoh",
)
_SHORT: Final = (
    "Budi",
    "A",
    "Al",
    "O",
    "I Wayan Contoh",
    "M. Nur'aini Contoh",
    "Fifi Affandi Raffles Contoh",
    "fl fi ffi ffl Contoh",
    "Þórður Æsa Contoh",
    "Łukasz Żółć Contoh",
    "Çağrı Şimşek Contoh",
    "Ñuñez y Ibáñez Contoh",
    "Øystein Ångström Contoh",
    "Šimůnek Dvořák Contoh",
    "D’Angelo Contoh",
    "“Ujang” Contoh",
    "Jean–Luc Contoh",
    "To Wa AV LT Yo Contoh",
    "<b>Budi</b> & Contoh",
    "Budi \\ (Contoh) [1] {2}",
    "\"Budi\" 'Contoh'",
    "Budi 123 Contoh 007",
    "BUDI CONTOH SANTOSO",
    "budi contoh santoso",
    "ß Straße Contoh",
    "IJsbrand ĳ Contoh",
    "Q09Q Contoh",
    "%PDF-1.7 Contoh",
    "Budi; Contoh: Santoso!",
    "R.A. Kartini Contoh, S.Pd.",
    "H. Moch. Contoh",
    "Dewi @ Contoh # 1",
)
_TITLES: Final = (
    "",
    "Dr. ",
    "Prof. Dr. Ir. ",
    "Drs. H. ",
    "K.H. R. Ng. ",
    "dr. ",
)
_DEGREES: Final = ("", ", S.A.P., M.Si.", ", S.Kom., M.T., Ph.D.", ", S.H., M.H., LL.M., C.L.A.")
_PERSONS: Final = (
    "Cut Meurah Keumala Contoh",
    "Raden Ajeng Siti Nurhaliza Kusumaningtyas Contoh",
    "Ida Ayu Putu Contoh Pramesti Dewi Sasmita",
    "Sukarnowatiningsihdjojokusumonegara Contoh",
    "Sukarnowatiningsihdjojokusumonegarahadiningratsastroamidjojowongsonegoro",
)
_COMPOSED: Final = tuple(
    f"{title}{person}{degree}" for title in _TITLES for degree in _DEGREES for person in _PERSONS
)
NAMES: Final = (*_SHORT, *_COMPOSED[: 100 - len(_SHORT) - len(BEYOND)], *BEYOND)
DOZEN: Final = (
    "A",
    "fl fi ffi ffl Contoh",
    "<b>Budi</b> & Contoh",
    "Budi \\ (Contoh) [1] {2}",
    "Q09Q Contoh",
    "Çağrı Şimşek Contoh",
    "To Wa AV LT Yo Contoh",
    "Prof. Dr. Ir. Raden Ajeng Siti Nurhaliza Kusumaningtyas Contoh, S.Kom., M.T., Ph.D.",
    "Dr. Cut Meurah Keumala Contoh, S.A.P., M.Si.",
    "Sukarnowatiningsihdjojokusumonegarahadiningratsastroamidjojowongsonegoro",
    "Nguyễn Đặng Contoh",
    "Budi\N{NO-BREAK SPACE}Contoh",
)
