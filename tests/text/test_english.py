"""English spoken forms: what a reader would say."""

import pytest

from minimax_speech.text.normalise import normalise

ENGLISH = {
    # numbers
    "7 of 1,234,567": "seven of one million two hundred and thirty-four thousand five hundred and "
    "sixty-seven",
    "3.14 and 3.10": "three point one four and three point one zero",
    "-5 and 007": "minus five and zero zero seven",
    "version 1.2.3": "version one point two point three",
    "the 21st and 112th": "the twenty-first and one hundred and twelfth",
    "½, 3/4, and 2 1/2 cups": "one half, three quarters, and two and a half cups",
    "pages 5-10 or 5–10": "pages five to ten or five to ten",
    "10k runs": "ten thousand runs",
    # years, dates, times
    "1984, 1905, 2005, 2026": "nineteen eighty-four, nineteen oh-five, two thousand and five, "
    "twenty twenty-six",
    "the 1980s and '90s": "the nineteen eighties and nineties",
    "on 2026-11-23": "on November twenty-third, twenty twenty-six",
    "on 3/4/2025": "on March fourth, twenty twenty-five",
    "on 25/12/2020": "on December twenty-fifth, twenty twenty",
    "23 Nov 2026": "November twenty-third, twenty twenty-six",
    "Nov. 5 and the 4th of July.": "November fifth and the fourth of July.",
    "at 5:30 pm, 17:05, 8am": "at five thirty P M, seventeen oh five, eight A M",
    "12:00": "twelve o'clock",
    "Come at 5 p.m.": "Come at five P M.",
    # money
    "$5, $1, £0.99, €3.50": "five dollars, one dollar, ninety-nine pence, "
    "three euros and fifty cents",
    "$2.5 million and 3bn €": "two point five million dollars and three billion euros",
    "5 € or USD 20 or ¥500": "five euros or twenty dollars or five hundred yen",
    "$4/hour": "four dollars per hour",
    # measures
    "5% of 1 km": "five percent of one kilometer",
    "-5 °C, 16GB, 60 mph": "minus five degrees Celsius, sixteen gigabytes, sixty miles per hour",
    "20 m² and 1/2 kg": "twenty square meters and one half of a kilogram",
    # digit by digit
    "Call 555-1234.": "Call five five five, one two three four.",
    "+1 555-123-4567": "plus one, five five five, one two three, four five six seven",
    # abbreviations
    "Mr. and Mrs. Dr. Jones": "Mister and Missus Doctor Jones",
    "St. Paul, 5 Main St.": "Saint Paul, five Main Street.",
    "e.g. cats, i.e. No. 5 vs. dogs etc.": "for example cats, that is number five versus dogs "
    "et cetera.",
    "J. R. R. Tolkien, John F. Kennedy": "J R R Tolkien, John F Kennedy",
    "So did I. Then Plan B. The end.": "So did I. Then Plan B. The end.",
    "Henry VIII and World War II": "Henry the eighth and World War two",
    # acronyms
    "The FBI's USB, CDs, and HTML": "The F B I's U S B, C D's, and H T M L",
    "NASA is OK": "NASA is OK",
    "the U.S. Army": "the U S Army",
    "STOP SHOUTING AT ME": "STOP SHOUTING AT ME",
    # symbols and addresses
    "R&D @ home + 2 = 3 #1": "R and D at home plus two equals three number one",
    "and/or a/b": "and or a slash b",
    "see https://www.example.com/a-b.": "see W W W dot example dot com slash a dash b.",
    "jane.doe@mail.com": "jane dot doe at mail dot com",
    "COVID-19, H2O, A4": "COVID nineteen, H two O, A four",
    # characters
    "“Yes” — ‘no’ …": "\"Yes\" - 'no' ...",
    "‘Where’s Anna?’ he said.": '"Where\'s Anna?" he said.',
    "a\u200bb\tc\n d": "ab c d",
    "cafe\u0301 😀 ok": "caf\u00e9 ok",
    "Really?!?! No!!!": "Really? No!",
    "３ ｃａｔｓ": "three cats",
    # dates without a year, weekdays, ranges of times
    "On 12/25, by 6/15, on 3/4 and 12/24-12/26": "On December twenty-fifth, by June fifteenth, on "
    "March fourth and December twenty-fourth to December twenty-sixth",
    "5/16 inch, 3/4 of it, cut by 1/2": "five sixteenths inch, three quarters of it, cut by one "
    "half",
    "since 9/11, on 9/11/2001": "since nine eleven, on September eleventh, two thousand and one",
    "3am–5pm, 10:30-11:45 AM, 7.30pm": "three A M to five P M, ten thirty to eleven forty-five "
    "A M, seven thirty P M",
    "Mon.–Fri., Sat & Sun in the sun; Jan-Mar": "Monday to Friday, Saturday and Sunday in the "
    "sun; January to March",
    "2024-05-01T10:30:00Z, 12-25-2024": "May first, twenty twenty-four, ten thirty, "
    "December twenty-fifth, twenty twenty-four",
    "summer '69, class of '05, 2025/26": "summer sixty-nine, class of oh five, twenty "
    "twenty-five twenty-six",
    # money and measures
    "50¢, $3–5m, $5M-$10M, $20/mo": "fifty cents, three to five million dollars, five million "
    "dollars to ten million dollars, twenty dollars per month",
    "A$30 or US$5 or USD20": "thirty Australian dollars or five dollars or twenty dollars",
    "He is 5'10\" or 6'2, with a 12\" pizza": "He is five foot ten or six foot two, with a twelve "
    "inch pizza",
    "6' tall, a 6' ladder, \"route 12\"": 'six feet tall, a six foot ladder, "route twelve"',
    "9.8 m/s², 10 kg/m³, 5 mg/dL": "nine point eight meters per second squared, ten kilograms per "
    "cubic meter, five milligrams per deciliter",
    "8 oz. of it, a 5-km run, 20 min. It": "eight ounces of it, a five kilometer run, "
    "twenty minutes. It",
    "350F, 5 µs, 40°42′46″N, 5° S": "three hundred and fifty degrees Fahrenheit, five "
    "microseconds, forty degrees forty-two minutes forty-six seconds north, five degrees south",
    # mathematics
    "3 * 4, 5 > 3, x < y": "three times four, five greater than three, x less than y",
    "10^6, x² + 1, 10⁻³, 1e9": "ten to the power of six, x squared plus one, ten to the power of "
    "minus three, one times ten to the power of nine",
    "7 - 4 = 3, 5 − 2": "seven minus four equals three, five minus two",
    "CO₂, H2SO4, R2D2": "C O two, H two S O four, R two D two",
    "π, Δt, α-particles": "pi, delta t, alpha-particles",
    "4x4, 3 x 5, 2x, ~50": "four by four, three by five, two times, about fifty",
    "16:9, scored 7/10": "sixteen to nine, scored seven out of ten",
    "File > Open → OK": "File, Open, OK",
    "As it says¹ here.²": "As it says here.",
    # numerals of other countries
    "1,5 or 1.000.000 or 1 000 000": "one point five or one million or one million",
    "1,2,3 go": "one, two, three go",
    # numbers in pairs, digits
    "Room 101, Flight 370, 1080p": "Room one oh one, Flight three seventy, ten eighty P",
    "Call 911; 911 calls": "Call nine one one; nine hundred and eleven calls",
    "New York, NY 10001": "New York, New York, one zero zero zero one",
    # streets, titles, Roman numerals
    "St. John's St. near St. Paul's": "Saint John's Street near Saint Paul's",
    "Main St. The 42nd St. bus.": "Main Street. The forty-second Street bus.",
    "5 Penn Ave. NW, Apt. 4B": "five Penn Avenue Northwest, apartment four B",
    "World War I. Part V, LVIII": "World War one. Part five, LVIII",
    "Super Bowl LVIII; I think I, too": "Super Bowl fifty-eight; I think I, too",
    "Roe v. Wade, -v. etc": "Roe versus Wade, -v. et cetera",
    # addresses, files, names
    "See http://www.x.org/a/how-to-make-tea?id=3#top.": "See W W W dot x dot org slash a slash how "
    "to make tea.",
    "bbc.co.uk": "B B C dot co dot U K",
    "/etc/hosts, ~/.bashrc, C:\\Users": "slash etc slash hosts, tilde slash dot bashrc, C colon "
    "backslash Users",
    "report.pdf, os.path": "report dot P D F, os dot path",
    "It ended.Then it began.": "It ended. Then it began.",
    "#MondayMood, iPhone, McDonald": "hashtag Monday Mood, iPhone, McDonald",
    "eBay, iPad2, iOS, camelCase": "eBay, iPad two, i O S, camel Case",
    # chat
    "btw, thx :) that's gr8 <3": "by the way, thanks that's great",
    "npm and html, hmm": "N P M and H T M L, hmm",
    # characters
    "Łódź, naïve, Straße, ﬁve, Œuvre": "Lodz, naive, Strasse, five, Oeuvre",
    "Hi！ Yes。": "Hi! Yes.",
    "$1,299 – $1,499, 30°C-35°C": "one thousand two hundred and ninety-nine dollars to one "
    "thousand four hundred and ninety-nine dollars, thirty degrees Celsius to thirty-five degrees "
    "Celsius",
    "5/day, 4.5/5, 2x + 1, in kHz, i7-12": "five per day, four point five out of five, two x plus "
    "one, in kilohertz, i seven twelve",
    "M&Ms, 100s of it, 1ST, Fig. IV": "M and M's, hundreds of it, first, Figure four",
    # markup
    "# News\nIt is **big**, [they](http://x.org) say.": "News. It is big, they say.",
    "<p>Fish &amp; <b>chips</b></p>": "Fish and chips",
}


@pytest.mark.parametrize("written", ENGLISH, ids=list(ENGLISH))
def test_english(written: str) -> None:
    assert normalise(written, "en") == ENGLISH[written]
