"""What English makes of abbreviations: titles, streets, states, and what is typed in a hurry."""

from collections.abc import Mapping

from minimax_speech.text.spoken_forms import words


def _with_stop(**names: str) -> dict[str, str]:
    return {f"{short}.": name for short, name in names.items()}


def _any_case(short_forms: Mapping[str, str]) -> dict[str, str]:
    """thx, Thx and THX."""
    cases: dict[str, str] = {}
    for short, long in short_forms.items():
        cases |= {short: long, short.capitalize(): long[0].upper() + long[1:], short.upper(): long}
    return cases


PHRASES = {
    "24/7": "twenty-four seven",
    "9/11": "nine eleven",
    "7/11": "seven eleven",
    "9-1-1": "nine one one",
    "50/50": "fifty-fifty",
    "50-50": "fifty-fifty",
    "100s of": "hundreds of",
    "1000s": "thousands",
    "km/h": "kilometers per hour",
    "and/or": "and or",
    "w/o": "without",
    "w/": "with",
    "b/c": "because",
    "c/o": "care of",
    "n/a": "N A",
    "N/A": "N A",
    "y/y": "year on year",
    "TL;DR": "T L D R",
    "tl;dr": "T L D R",
    "IPv4": "I P V four",
    "IPv6": "I P V six",
    "4K": "four K",
    "8K": "eight K",
    "M&Ms": "M and M's",
    "AT&T": "A T and T",
    "C#": "C sharp",
    "F#": "F sharp",
    ".NET": "dot net",
}

LEADING = {
    **dict.fromkeys(("Mr", "Mr."), "Mister"),
    **dict.fromkeys(("Mrs", "Mrs."), "Missus"),
    **dict.fromkeys(("Ms", "Ms."), "Miz"),
    "Prof": "Professor",
    **_with_stop(Prof="Professor", Rev="Reverend", Hon="Honorable", Fr="Father"),
    **_with_stop(Gen="General", Col="Colonel", Maj="Major", Capt="Captain", Cpt="Captain"),
    **_with_stop(Lt="Lieutenant", Sgt="Sergeant", Cpl="Corporal", Pvt="Private", Adm="Admiral"),
    **_with_stop(Cmdr="Commander", Det="Detective", Insp="Inspector", Supt="Superintendent"),
    **_with_stop(Gov="Governor", Sen="Senator", Rep="Representative", Pres="President"),
    **_with_stop(Mt="Mount", Ft="Fort", Messrs="Messers"),
    **dict.fromkeys(("e.g.", "e.g", "eg"), "for example"),
    **dict.fromkeys(("i.e.", "i.e", "ie"), "that is"),
    **dict.fromkeys(("vs.", "vs", "v."), "versus"),
    **_with_stop(approx="approximately", cf="compare", incl="including"),
    **dict.fromkeys(("Attn.", "Attn", "attn."), "attention"),
}

ABBREVIATIONS = {
    **dict.fromkeys(("etc.", "etc"), "et cetera"),
    "a.m.": "A M",
    "p.m.": "P M",
    **dict.fromkeys(("Ph.D.", "PhD"), "P H D"),
    **_with_stop(Jr="Junior", Sr="Senior", Esq="Esquire"),
    **_with_stop(Inc="Incorporated", Ltd="Limited", Co="Company", Corp="Corporation"),
    **_with_stop(Bros="Brothers", Assn="Association", Assoc="Associates", Mfg="Manufacturing"),
    **_with_stop(Dept="Department", dept="department", Univ="University", Inst="Institute"),
    **_with_stop(Govt="Government", govt="government", Intl="International", Natl="National"),
    **_with_stop(Ave="Avenue", Blvd="Boulevard", Rd="Road", Ln="Lane", Hwy="Highway"),
    **_with_stop(Pkwy="Parkway", Pl="Place", Sq="Square", Ct="Court", Apt="Apartment"),
    **_with_stop(Bldg="Building", Ste="Suite", Rte="Route"),
    **_with_stop(est="established", al="alii", misc="miscellaneous"),
    **_with_stop(
        max="maximum", avg="average", qty="quantity", asst="assistant", temp="temperature"
    ),
    **_with_stop(Tel="Telephone", tel="telephone", Sept="September", Aug="August", Oct="October"),
    **_with_stop(Nov="November", Dec="December", Feb="February"),
    **_any_case(
        {
            "idk": "I don't know",
            "imo": "in my opinion",
            "imho": "in my humble opinion",
            "tbh": "to be honest",
            "btw": "by the way",
            "brb": "be right back",
            "nvm": "never mind",
            "afaik": "as far as I know",
            "thx": "thanks",
            "pls": "please",
            "plz": "please",
            "ppl": "people",
            "msg": "message",
            "ur": "your",
            "gr8": "great",
            "l8r": "later",
        }
    ),
    **{
        word: " ".join(word.upper())
        for word in words("omg fyi aka diy asap rsvp faq url api cpu gpu usb gui cli")
    },
}

BEFORE_NUMBER = {
    "No": "number",
    "no": "number",
    "Nos": "numbers",
    "p": "page",
    "pp": "pages",
    "vol": "volume",
    "Vol": "Volume",
    "ch": "chapter",
    "Ch": "Chapter",
    "fig": "figure",
    "Fig": "Figure",
    "eq": "equation",
    "Eq": "Equation",
    "ca": "circa",
    "c": "circa",
    "Sec": "Section",
    "sec": "section",
    "Art": "Article",
    "Apt": "apartment",
    "ext": "extension",
    "Ext": "Extension",
}

DIRECTIONS = {
    "N": "North",
    "S": "South",
    "E": "East",
    "W": "West",
    "NE": "Northeast",
    "NW": "Northwest",
    "SE": "Southeast",
    "SW": "Southwest",
}

_STATES = """
    AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut,
    DE Delaware, DC D C, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana,
    IA Iowa, KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts,
    MI Michigan, MN Minnesota, MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada,
    NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York, NC North Carolina,
    ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, RI Rhode Island,
    SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia,
    WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming
"""
STATES = {state.split()[0]: " ".join(state.split()[1:]) for state in _STATES.split(",")}
STATES["D.C."] = STATES["DC"]

LETTER_WORDS = words(
    "OK PIN SIM RAM ZIP GIF MOM DAD NO SO GO WE IT IS AM AN AS AT BE BY DO HE IF IN ME MY "
    "OF ON OR TO UP ALL AND ANY ARE BUT CAN DID FOR GET HAD HAS HER HIM HIS HOW LET MAY "
    "NEW NOT NOW OFF OLD ONE OUR OUT SAY SEE SHE THE TOO TWO USE WAS WAY WHO WHY YES YET "
    "YOU OH AH RE"
)
SPELT_WORDS = words(
    "UCLA NCAA AARP HTTPS IEEE USAID ASAP ESPN USSR YMCA HDMI RSVP IMDB NAACP ISBN UEFA"
)

UNVOWELLED = words(
    "hm hmm hmmm mm mmm mhm shh shhh sh psst pst brr brrr pfft tsk tsks zzz grr grrr nth th st nd "
    "rd vs ng hm ssh tut pssst cwm crwth"
)
