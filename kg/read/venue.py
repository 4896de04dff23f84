"""Comments of authors to venues: "Accepted by ICLR 2021" says where, "13 pages, 11 figures" does not.

A venue is read where the comment names a known conference or journal with (or without) its year, or where words of
acceptance ("to appear in", "published in") stand before a name with a year. Rejections and plans are none.
"""

import re

__all__ = ["is_repository", "venue_of"]

#: Short names of venues of this field; a comment that has one of these names it.
_KNOWN = """
    3DV AAAI AAMAS ACCV ACL AISTATS AKBC ALT ASPLOS ASRU ASSETS BMVC CASES CAV CCS CHI CHIL CIKM CLEF CLeaR COLING COLM
    COLT CONLL CVPR CVPRW CoNLL CoRL CogSci DAC DATE EACL ECAI ECCV ECCVW ECIR ECML ECML-PKDD EMNLP ESWC EuroSys FAccT
    FOCS FSE GECCO HPCA ICAIF ICAPS ICASSP ICCAD ICCV ICCVW ICDAR ICDE ICDM ICIP ICLR ICME ICML ICMR ICPR ICRA ICSE
    ICWSM IJCAI IJCNLP IJCNN IJCV INTERSPEECH IROS ISBI ISCA ISIT ISMAR ISMIR ISSTA ISWC ITSC IUI Interspeech JAIR JCDL
    JMLR KDD LAK LREC LREC-COLING MICCAI MICRO MIDL MLHC MLSys MobiCom NAACL NAACL-HLT NDSS NIPS NSDI NeurIPS OOPSLA
    OSDI PAKDD PLDI PMLR PODC POPL PPoPP RANLP RLC RO-MAN RSS RecSys SC SDM SIGCOMM SIGDIAL SIGGRAPH SIGIR SIGKDD SIGMOD
    SIGSPATIAL SLT SODA SOSP STOC SaTML TACL TIP TMLR TNNLS TOG TPAMI UAI UIST USENIX VLDB WACV WMT WSDM WWW
"""
#: Known names that are words or other acronyms too: they need their year.
_SHORT = frozenset({"SC", "CHI", "DATE", "RSS", "ALT", "TIP", "TOG", "FSE", "DAC", "CAV", "SDM", "CASES", "MICRO"})
_ACRONYM = "|".join(sorted((re.escape(name) for name in _KNOWN.split()), key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_NAMED = re.compile(
    rf"""(?<![\w./@-])
    (?P<prefix>(?:IEEE/CVF|ACM/IEEE|IEEE/RSJ|IEEE|ACM|Findings\sof(?:\sthe)?)\s)?
    (?P<name>(?:{_ACRONYM})(?:[-/](?:{_ACRONYM}))*)
    (?:[\s,-]*\(?(?P<year>{_YEAR})\)?|\s?['’](?P<short>\d\d)(?!\d)|-?(?P<bare>\d\d)(?!\d))?
    (?![\w/@])
    (?P<after>[\s,:(-]*(?:Findings|Workshops?|Demos?|Datasets\sand\sBenchmarks)\b)?""",
    re.X,
)
_ACCEPTED = re.compile(
    r"""\b(?:accepted(?:\sfor\s(?:publication|presentation))?|to\sappear|appear(?:s|ed|ing)?|published|presented
    |publication|camera[-\s]ready(?:\sversion)?|proceedings)\s+
    (?:as\san?\s[\w\s-]{3,40}?\s+)?(?:by|at|in|to|of|for)\s+(?:the\s+)?
    (?P<name>(?-i:[A-Z0-9])[^.;\n()]{2,120})""",
    re.X | re.I,
)
_UNSURE = re.compile(
    r"""\b(?:under\sreview|submitted|submission|rejected|in\sreview|withdrawn|extend(?:s|ed|ing)|previous(?:ly)?
    |admin\snote|template|style|formatted|workshop\sat|outperform\w*|winner|challenge|tutorial)\b""",
    re.X | re.I,
)
_KIND = re.compile(
    rf"\b(?:journal|conference|transactions|workshop|symposium|letters|proceedings|magazine|review|{_YEAR})\b", re.I
)
_REST = re.compile(
    r"(?:,|:|\s-|\s—)\s*\d+\s*(?:pages?|pp|figures?|tables?)\b.*$|\s+(?:with|as|code|see|https?:)\b.*$", re.I
)
_REPOSITORIES = ("arxiv", "corr", "biorxiv", "medrxiv", "researchsquare", "ssrn", "preprint")


def venue_of(comment: str | None) -> str | None:
    """Return the venue that a comment names, None where it names none.

    >>> venue_of("Accepted by ICLR 2021"), venue_of("CVPR 2022 (oral)"), venue_of("13 pages, 11 figures")
    ('ICLR 2021', 'CVPR 2022', None)
    """
    if not comment:
        return None
    clauses = re.split(r"(?<=[a-z)\d])[.;]\s+|\n", comment[:2000])
    for clause in clauses:
        for match in _NAMED.finditer(clause):
            if _sure(match, clause):
                return _with_year(match)
    for clause in clauses:
        if (match_ := _ACCEPTED.search(clause)) and not _UNSURE.search(clause):
            name = _REST.sub("", match_["name"]).strip(" ,:-")
            if _KIND.search(name):
                return name
    return None


def _sure(match: re.Match[str], clause: str) -> bool:
    year = match["year"] or match["short"] or match["bare"]
    return not _UNSURE.search(clause[: match.start()]) and bool(year or match["name"] not in _SHORT)


def _with_year(match: re.Match[str]) -> str:
    name = (match["prefix"] or "") + match["name"]
    if year := match["year"] or match["short"] or match["bare"]:
        name += " " + (year if len(year) == 4 else ("20" if int(year) < 60 else "19") + year)
    after = (match["after"] or "").strip(" ,:(-\t\n")
    return f"{name} {after}" if after else name


def is_repository(venue: str) -> bool:
    """Say whether a "venue" is only the place of a preprint.

    >>> is_repository("arXiv"), is_repository("CoRR abs/2106.04632"), is_repository("ICLR 2021")
    (True, True, False)
    """
    letters = re.sub(r"[^a-z]", "", venue.casefold())
    return any(letters == name or letters.startswith((name + "abs", name + "preprint")) for name in _REPOSITORIES) or (
        letters.startswith("arxiv")
    )
