"""Show pages and records inside a notebook, in JupyterLab and VS Code alike."""

from html import escape

__all__ = ["inline"]


def inline(page: str, height: int = 640) -> str:
    """Return an iframe that holds a whole page; sandboxed, it can reach neither the notebook nor the net.

    >>> inline("<p>hi</p>", 200)[:40]
    '<iframe sandbox="allow-scripts allow-pop'
    """
    style = "border:1px solid #8884;border-radius:8px"
    return (
        '<iframe sandbox="allow-scripts allow-popups" title="Knowledge graph" width="100%" '
        f'height="{height}" style="{style}" srcdoc="{escape(page, quote=True)}"></iframe>'
    )
