"""Telling languages of one script apart: by what only one of them writes, then by a model.

The model is py3langid's, which knows sequences of letters of 140 languages.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

# What only one language of its script has in it.
_TELLTALES = {
    "yue": "[嘅唔咗喺嘢佢哋冇睇啲嚟乜咁噉嗰咩喎㗎攞俾畀諗瞓靚搵揾嘞囉啱嗌冚啩嘥嚿嘈揸掂冧孭]"
    "|邊個|邊度|鍾意|依家|呢個",
    "uk": "[іїєґ]",
    "ru": "[ыэё]",
    "bg": r"ъ(?![еёюя])|\b(?:се|че|са|ще|със|във|което|която)\b",
}
# Words of two languages that are otherwise much alike.
_TWIN_WORDS = {
    "id": r"""
        karena bahwa bisa apakah uang mobil mau kapan kantor perusahaan coba beda berbeda
        setelah saat inggris jepang eropa persen miliar informasi aku kalian kau punya kemarin
        besok pergi enggak nggak gak tim nomor telepon surel pak bu mas mbak nyonya teman menit
        detik rusak senin kamis jumat maret juli agustus oktober desember sepeda menemukan
        bicara berbicara butuh membutuhkan sekarang saja begitu kamar lomba anak-anak laki-laki
        kakak saudara memiliki pekerjaan menyukai kudengar menanyakan bertemu ternyata bagaimana
        sebentar \w+itas \w{4,}mu
    """,
    "ms": r"""
        kerana bahawa boleh wang mahu pejabat syarikat cuba beza berbeza selepas semasa apabila
        polis inggeris jepun eropah peratus bilion maklumat awak ialah beliau kerajaan jumaat
        ahad isnin khamis mac julai ogos disember hadapan kawasan pasukan mahkamah perlawanan
        semula ianya amat lelaki hantar menghantar dihantar kesemua televisyen kanak-kanak bapa
        bercakap jabatan taufan kelakar pakar memberitahu rancangan sebarang disebabkan
        memulakan menyokong melibatkan terkini berkenaan manakala sepatutnya merupakan seramai
        sebanyak akhbar seronok\w* dadah didakwa berumur tentera dikenali pelajar lepas risau
        sepakan kemudiannya perkara walaupun mengikut pesawat kini bermaksud katanya berkata
        daripada ketiga-tiga dimaklumkan \w+iti \w+isyen \w+ikal
    """,
}
_TWINS = {code: rf"\b(?:{'|'.join(words.split())})\b" for code, words in _TWIN_WORDS.items()}

_FEW_LETTERS = 25
_CERTAIN, _LIKELIER = 0.4, 3.0
"""A shorter text is in another language than the first if that has this share of the likelihood
of all, and is so many times likelier than the first."""


def tell_apart(text: str, codes: Sequence[str]) -> str:
    """The code of the language that a text is in; of a few words in doubt, the first one."""
    known = [code for code in codes if re.search(_TELLTALES.get(code, "(?!)"), text.lower())]
    if len(known) == 1:
        return known[0]
    likelihoods = dict(_identifier().rank(text))
    best = max(codes, key=lambda code: likelihoods[code])
    if best in _TWINS and _TWINS.keys() <= set(codes):
        counts = {code: len(re.findall(words, text.lower())) for code, words in _TWINS.items()}
        if len(set(counts.values())) > 1:
            return max(counts, key=lambda code: counts[code])
    all_of_them = sum(likelihoods[code] for code in codes)
    least = max(_CERTAIN * all_of_them, _LIKELIER * likelihoods[codes[0]])
    return best if len(text) > _FEW_LETTERS or likelihoods[best] > least else codes[0]


@cache
def _identifier() -> Any:
    """The model, which takes half a second and 75 MB to load."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
