"""Files of single bytes that do not say their charset: right by the evidence of their words, or doubted in
each row that would read otherwise."""

import pytest

from tui.intake.reading import read_intake
from tui.intake.rows import Draft, refuse_warnings

SURE = [
    ("cp1252", "Müller & Söhne"),
    ("cp1252", "Citroën Orléans"),
    ("cp1252", "Telefonía São João Conceição"),
    ("cp1252", "L’Hôtel – Besançon"),
    ("cp1250", "Spółka Łódź"),
    ("cp1250", "Żółw Usługi"),
    ("cp1250", "Příbram Telefonní ústředny"),
    ("cp1250", "Škoda Děčín"),
    ("cp1250", "Győri Hűtő"),
    ("cp1254", "Müşteri Şirketi"),
    ("cp1254", "Güneş Dağıtım"),
    ("cp1251", "Телефония Юг"),
    ("cp1253", "Τηλέφωνα Αθήνα"),
    ("cp850", "Müller Geräte"),
    ("cp852", "Spółka Łódź"),
]
DOUBTED = [
    ("cp1250", "Plzeň"),
    ("cp1252", "España"),
    ("cp1252", "Niño Peña"),
    ("cp1252", "Genève"),
    ("cp1252", "Smørrebrød"),
    ("cp1254", "Şirket"),
    ("mac_roman", "Müller"),
]


def read(encoding: str, provider: str, rows: int = 1) -> tuple[Draft, ...]:
    lines = [f"7C2F80A1{at:04d};{provider};http://p.example/x" for at in range(rows)]
    data = "\n".join(["MAC;Anbieter;URL", *lines]).encode(encoding)
    return read_intake(data).drafts


@pytest.mark.parametrize(("encoding", "provider"), SURE)
def test_words_that_one_charset_alone_explains_are_read_with_it(encoding: str, provider: str) -> None:
    assert [draft.provider for draft in read(encoding, provider)] == [provider]


@pytest.mark.parametrize(("encoding", "provider"), DOUBTED)
def test_a_provider_that_reads_otherwise_in_another_charset_is_doubted(encoding: str, provider: str) -> None:
    (draft,) = read(encoding, provider)
    said = [text for text in draft.warnings if "does not say its encoding" in text]
    assert said
    assert provider in (draft.provider, *said[0].split("'"))
    assert not any(draft.ready for draft in refuse_warnings([draft]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_says_its_encoding_is_not_doubted(encoding: str) -> None:
    (draft,) = read(encoding, "España Plzeň Şirket")
    assert draft.provider == "España Plzeň Şirket"
    assert not any("encoding" in text for text in draft.warnings)


def test_letters_that_are_the_same_in_all_of_them_are_not_doubted() -> None:
    (draft,) = read("cp1252", "Müller")
    assert not any("does not say its encoding" in text for text in draft.warnings)


def test_a_url_with_such_a_letter_is_doubted_too() -> None:
    (draft,) = read_intake(
        "MAC;Anbieter;URL\n7C2F80A10001;Acme;http://p.example/España".encode("cp1252")
    ).drafts
    assert any("the URL has other letters" in text for text in draft.warnings)


def test_what_the_person_said_is_not_doubted() -> None:
    data = "MAC;Kommentar\n7C2F80A10001;España".encode("cp1252")
    (draft,) = read_intake(data, default_url="http://p.example/x", default_provider="Niño").drafts
    assert not any("does not say its encoding" in text for text in draft.warnings)
