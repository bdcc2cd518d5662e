"""Only addresses that a mail may carry."""

import pytest

from broadsheet.digest.links import arxiv_address, code_address, paper_address


def test_papers_are_linked_by_their_arxiv_id():
    assert paper_address("https://hub.example/", "2611.00001") == "https://hub.example/papers/2611.00001"
    assert arxiv_address("cs.CL/0101001") == "https://arxiv.org/abs/cs.CL/0101001"


@pytest.mark.parametrize("paper_id", ["title:0123456789abcdef", "javascript:alert(1)", ""])
def test_a_paper_without_an_arxiv_id_has_no_address(paper_id):
    assert paper_address("https://hub.example", paper_id) is None
    assert arxiv_address(paper_id) is None


@pytest.mark.parametrize(
    "url", ["https://github.com/a/b", "http://gitlab.com/a", "https://GitHub.com/a/b?tab=x#y"]
)
def test_code_on_known_hosts_is_linked(url):
    assert code_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "github.com/a/b", "javascript:alert(1)", "data:text/html,x", "https://evil.example/a"),
        *(
            "https://github.com.evil.example/a",
            "https://github.com@evil.example/",
            "https://user@github.com/a",
        ),
        *(
            'https://github.com/"onclick=x',
            "https://github.com/a b",
            "https://github.com/\r\nBcc:",
            "http://[x",
            "https://github.com/" + "a" * 500,
        ),
    ],
)
def test_everything_else_is_not(url):
    assert code_address(url) is None
