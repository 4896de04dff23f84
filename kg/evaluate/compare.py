"""When two surfaces, numbers or URLs are the same for the evaluation.

Deliberately wider than `kg.names.fold`, which decides what becomes one node: an evaluation forgives more.
"""

import re

__all__ = ["number_key", "surface_key", "url_key"]

_DASHES = r"\-‐-―"


def surface_key(text: str) -> str:
    r"""Set case, hyphens, spaces, slashes, LaTeX signs, articles, a plural and an inner "(ACRONYM)" aside.

    >>> surface_key("the Graph Neural Networks (GNNs)"), surface_key("Top-1 accuracy"), surface_key("50\\%")
    ('graphneuralnetwork', 'top1accuracy', '50%')
    """
    bare = re.sub(r"\s*\([^()]*\)\s*", " ", text).strip() or text
    bare = re.sub(r"\$|\\[a-z]+|[{}\\^]", "", bare.lower().replace("\\%", "%"))
    words = [word for word in re.split(rf"[\s{_DASHES}_/]+", bare) if word]
    if len(words) > 1 and words[0] in ("the", "a", "an"):
        words = words[1:]
    joined = "".join(words)
    plural = len(joined) > 3 and joined.endswith("s") and not joined.endswith("ss")
    return joined[:-1] if plural else joined


def number_key(value: object) -> str:
    """Set the sign, separators of thousands and trailing zeros aside; a range keeps its two ends.

    >>> number_key("-1,024.50"), number_key("0.1 – 0.3"), number_key("half")
    ('1024.5', '0.1-0.3', 'half')
    """
    bare = re.sub(r"\s*[-–—~∼]+\s*", "-", str(value).strip().lstrip("+-−").replace(",", ""))
    try:
        return f"{abs(float(bare)):g}"
    except ValueError:
        return bare.lower()


def url_key(url: str) -> str:
    """Set the scheme, "www.", case, spaces, ".git" and closing punctuation aside.

    >>> url_key("https: //www.GitHub.com/a/b.git")
    'github.com/a/b'
    """
    bare = re.sub(r"\s+", "", url).rstrip(".,;)")
    bare = re.sub(r"^https?://(www\.)?", "", bare, flags=re.IGNORECASE)
    return re.sub(r"\.git$", "", bare.rstrip("/")).lower()
