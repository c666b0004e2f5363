"""What headings and labels mean, in English, German and the languages around: whole names first, then the
words in them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from tui.patterns import pattern

Role = Literal["mac_id", "mac", "suffix", "url", "provider", "ignored"]

# In order of preference within a role.
NAMES: dict[Role, str] = {
    "mac_id": "macid macidormac macidodermac",
    "mac": (
        "mac macaddress macadresse macaddr macadr ethernetmac hwaddr hardwareaddress hardwareadresse "
        "macaddresse physicaladdress physikalischeadresse lladdr identifier deviceid device geraet"
    ),
    "suffix": "suffix macidsuffix macsuffix crc pin macpin pruefziffer pruefziffern rpspin rpscode",
    "url": (
        "url provisioningurl provisioningsurl provisionierungsurl provurl provisioning provisioningserver "
        "provisionierungsserver configurl konfigurationsurl targeturl zielurl target ziel"
    ),
    "provider": "provider providername anbieter anbietername provisioner kunde kundenname customer"
    " customername tenant mandant reseller",
}
ROLES: dict[str, Role] = {name: role for role, names in NAMES.items() for name in names.split()}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Headings that may name the provider as the vendor's portal does, or a person, a place, a shop, a host.
VAGUE = _set("name nom nome nombre naam namn nazwa client cliente klant kund klient zakaznik")
# Who provides the line, in the languages of the vendor's markets, without accents: й is и.
_PROVIDERS = _set(
    "anbieter kunde provider mandant customer tenant fournisseur operateur prestataire proveedor fornitore"
    " fornecedor leverancier aanbieder leverantoer leverandoer leverandor dodavatel dostawca poskytovatel"
    " palveluntarjoaja udbyder tilbyder szolgaltato furnizor saglayici tedarikci musteri"
    " проваидер поставщик оператор постачальник доставчик παροχος"
)


# Letters that have no accent to drop.
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "œ": "oe"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# A URL, a line of a table with another separator, or the prompt of a switch with a command.
_NO_TITLE = pattern(r"://|[<>$;|\t]|\w#\w|^\[\w+\]\w")
_CAPITALS = str.maketrans({"Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_WORD = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_MAC_WORDS = _set(
    "mac macs mace macaddress macaddresses macadresse macadressen macaddr macadr hwaddr lladdr hwaddress"
    # Written with Cyrillic letters.
    " мас"
)
_SUFFIX_WORDS = _set(
    "pin crc suffix suffixe sufijo suffisso sufixo pruefziffer pruefziffern"
    " pincode pinkod pinkode pinkoodi пин пинкод"
)
_PROVISIONING = _set(
    "prov provisioning provisionierung provisionierungs provisionnement provisionamento aprovisionamiento"
    " approvvigionamento provisionering"
)
_PLACES = _set("url link address adresse adres adresa adress server direccion endereco indirizzo адрес")
# A PIN or MAC of something else than the phone's label.
_OTHERS = _set(
    "sip voicemail mailbox user login admin web sim bluetooth bt router switch gateway gw server host"
    " uplink sw parent peer source src destination dst ap bssid benutzer anruf tuer door dect rfpi handset"
)
_ENDS = _set("von bis from to first last start end anfang ende erste letzte desde hasta od do fra til du au")
_LABELS = _set("id macid m")
# Labels whose value is a number of another kind.
NO_DEVICE = pattern(
    r"\b(?:ipui|uid|duid|rfpi|imei|imsi|iccid|uuid|guid|s/?n|serial|serien\w*|p/?n|part|article|artikel\w*|ean|upc|gtin|"
    r"model|modell|typ|type|fw|firmware|version|sw|hw|date|datum|p|sha\d*|md5|hash)\b",
    re.IGNORECASE,
)
_SECRETS = _set("password passwords passwort passwoerter kennwort secret pwd pass pw geheimnis macpassword")
_NUMBERED = pattern(r"(?:nummer|number|numer|numero|nummern)$")
# Headings of numbers that are no suffix although they may have four digits.
_NUMBERS = _set(
    "lifetime time ttl seconds duration dauer age expire size mtu price preis menge amount ext"
    " extension nummer number no nr durchwahl nst nebenstelle room raum plz zip vlan port year jahr tel"
    " telefon phone intern interne line user account konto pos position id count anzahl height line"
)


def _drop_accents(text: str) -> str:
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char))


def fold_title(text: str) -> str:
    """A heading as it is compared: small letters and digits only, umlauts spelled out."""
    spelled = _drop_accents(text[:80].casefold().translate(_UMLAUTS))
    return "".join(char for char in spelled if char.isalnum())


def split_words(text: str) -> list[str]:
    """The words of a heading, small, umlauts spelled out: `device_mac_address`, `MacAddress`, `MAC Tel.1`."""
    spelled = _drop_accents(text[:80].translate(_UMLAUTS).translate(_CAPITALS))
    return [word.lower() for word in _WORD.findall(spelled)]


@lru_cache(maxsize=1024)
def tell_role(title: str) -> Role | None:
    """What a heading says that its column is, None if it says nothing of the kind."""
    exact = ROLES.get(fold_title(title))
    if exact is not None:
        return exact
    words = split_words(title)
    if not words or len(words) > 6 or _NO_TITLE.search(title):
        return None
    known = set(words)
    other = bool(known & _OTHERS)
    if known & _SUFFIX_WORDS and not other:
        return "suffix"
    if "mac" in known and "id" in known and not other:
        return "mac_id"
    if known & _MAC_WORDS or ("hardware" in known and known & {"address", "adresse"}):
        return "ignored" if other else "mac"
    if "url" in known and not known & {"image", "bild", "product", "web", "website", "logo"}:
        return "url"
    if known & _PROVISIONING and known & _PLACES:
        return "url"
    if known & _PROVIDERS:
        # The number, mail or place of a customer is not its name.
        return (
            None
            if known - _PROVIDERS - {"name", "sip", "voip", "provisioning", "service", "uslug"}
            else "provider"
        )
    return None


@lru_cache(maxsize=1024)
def names_mac(label: str) -> bool:
    """Whether a label stands before a MAC or MAC-ID."""
    return tell_role(label) in ("mac", "mac_id") or fold_title(label) in ("m", "hexstring")


@lru_cache(maxsize=1024)
def names_suffix(label: str) -> bool:
    """Whether four hex digits behind this label are the suffix."""
    return tell_role(label) in ("suffix", "mac_id") or fold_title(label) in _LABELS


def names_end(title: str) -> bool:
    """Whether a heading says that its column holds an end of a range, as MAC from and MAC to do."""
    return bool(set(split_words(title)) & _ENDS)


def names_secret(title: str) -> bool:
    """Whether a heading says that its column holds passwords, which are shown nowhere."""
    return bool(set(split_words(title)) & _SECRETS)


def may_be_personal(title: str) -> bool:
    """Whether a heading of the suffix may as well be that of a person's PIN."""
    return set(split_words(title)) <= {"pin", "code"}


def names_number(title: str) -> bool:
    """Whether a heading says that its column holds numbers of another kind, such as extensions."""
    words = split_words(title)
    return bool(set(words) & _NUMBERS) or any(map(_NUMBERED.search, words))
