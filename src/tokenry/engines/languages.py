"""The languages that Whisper knows, by the code that clients send and the name that answers carry.

Source: ISO 639-1 (and 639-3 for haw, yue), as the model's own language tokens have them; the names are those of
OpenAI's API, which answers `english` where it was asked for `en`.
"""

from __future__ import annotations

from types import MappingProxyType

_NAMES = (
    "en english,zh chinese,de german,es spanish,ru russian,ko korean,fr french,ja japanese,pt portuguese,tr turkish,"
    "pl polish,ca catalan,nl dutch,ar arabic,sv swedish,it italian,id indonesian,hi hindi,fi finnish,vi vietnamese,"
    "he hebrew,uk ukrainian,el greek,ms malay,cs czech,ro romanian,da danish,hu hungarian,ta tamil,no norwegian,"
    "th thai,ur urdu,hr croatian,bg bulgarian,lt lithuanian,la latin,mi maori,ml malayalam,cy welsh,sk slovak,"
    "te telugu,fa persian,lv latvian,bn bengali,sr serbian,az azerbaijani,sl slovenian,kn kannada,et estonian,"
    "mk macedonian,br breton,eu basque,is icelandic,hy armenian,ne nepali,mn mongolian,bs bosnian,kk kazakh,"
    "sq albanian,sw swahili,gl galician,mr marathi,pa punjabi,si sinhala,km khmer,sn shona,yo yoruba,so somali,"
    "af afrikaans,oc occitan,ka georgian,be belarusian,tg tajik,sd sindhi,gu gujarati,am amharic,yi yiddish,lo lao,"
    "uz uzbek,fo faroese,ht haitian creole,ps pashto,tk turkmen,nn nynorsk,mt maltese,sa sanskrit,lb luxembourgish,"
    "my myanmar,bo tibetan,tl tagalog,mg malagasy,as assamese,tt tatar,haw hawaiian,ln lingala,ha hausa,ba bashkir,"
    "jw javanese,su sundanese,yue cantonese"
)

LANGUAGES = MappingProxyType(dict(pair.split(" ", 1) for pair in _NAMES.split(",")))
_CODES = {name: code for code, name in LANGUAGES.items()}


def language_code(given: str) -> str | None:
    """The code of a language given as a code (`en`, `en-US`) or a name; None when it is none of Whisper's."""
    word = given.strip().lower().replace("_", "-")
    if word in _CODES:
        return _CODES[word]
    code = word.split("-")[0]
    return "jw" if code == "jv" else code if code in LANGUAGES else None


def language_name(code: str) -> str:
    """The name in answers; an unknown code is its own."""
    return LANGUAGES.get(code, code)
