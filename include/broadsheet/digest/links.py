"""Addresses that a digest may link to: http(s) only, and only hosts that papers and code live on."""

from urllib.parse import quote, urlsplit

from broadsheet.model import arxiv_id

CODE_HOSTS = frozenset(
    {"github.com", "www.github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "huggingface.co"}
)
MOST_ADDRESS = 500
"""Longer addresses would crowd out what a mail is for."""


def paper_address(hub_url: str, paper_id: str) -> str | None:
    """The paper's page on the hub; None for a paper known by its title only."""
    return f"{hub_url.rstrip('/')}/papers/{quote(paper_id)}" if arxiv_id(paper_id) else None


def arxiv_address(paper_id: str) -> str | None:
    """The paper's abstract page on arXiv; None for a paper known by its title only."""
    return f"https://arxiv.org/abs/{quote(paper_id)}" if arxiv_id(paper_id) else None


def code_address(url: str | None) -> str | None:
    """``url`` if it is a plain http(s) address on a known code host and not too long, else None."""
    if (
        url is None
        or len(url) > MOST_ADDRESS
        or not url.isascii()
        or any(c.isspace() or c in "<>\"'\\`{}|^" or ord(c) < 33 for c in url)
    ):
        return None
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname in CODE_HOSTS and parts.username is None
    except ValueError:
        return None
    return url if known else None
