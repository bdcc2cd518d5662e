"""Made-up items of the hub and pages around them, in the markup of several years."""

import html
import json
from datetime import UTC, datetime
from typing import Any

from broadsheet.model import Capture

NOON = datetime(2026, 7, 8, 12, 0, tzinfo=UTC)
HUB = "https://huggingface.co"


def capture(body: str | bytes, url: str = f"{HUB}/papers/trending", **more: Any) -> Capture:
    data = body.encode() if isinstance(body, str) else body
    return Capture(**({"captured_at": NOON, "url": url, "status": 200, "body": data} | more))


def api_capture(
    items: Any, url: str = f"{HUB}/api/daily_papers?date=2026-07-08&limit=100", **more: Any
) -> Capture:
    return capture(json.dumps(items), url, **more)


def item(number: int, **paper: Any) -> dict[str, Any]:
    """An item with every field that items of 2026 have."""
    paper_id = f"2607.{number:05d}"
    organization = {"_id": "o1", "name": "lab", "fullname": "The Lab", "avatar": "/avatars/lab.svg"}
    return {
        "paper": {
            "id": paper_id,
            "title": f"Paper number {number}:\n  a study",
            "summary": f"We study the number {number}.\nIt is < {number + 1} & \"odd\" or 'even'.",
            "authors": [
                {"_id": "a1", "name": "Ada Example", "hidden": False},
                {
                    "_id": "a2",
                    "name": "Bo Sample",
                    "hidden": False,
                    "status": "claimed_verified",
                    "statusLastChangedAt": "2026-07-07T01:02:03.004Z",
                    "user": {
                        "_id": "u2",
                        "user": "bo",
                        "fullname": "Bo S.",
                        "avatarUrl": "/a.svg",
                        "isPro": True,
                    },
                },
            ],
            "publishedAt": "2026-07-06T00:00:00.000Z",
            "submittedOnDailyAt": "2026-07-08T00:00:00.000Z",
            "submittedOnDailyBy": {"_id": "u9", "user": "cy", "fullname": "Cy Submitter", "type": "user"},
            "upvotes": 100 - number,
            "discussionId": f"d{number}",
            "organization": organization,
            "projectPage": "https://lab.example/project",
            "githubRepo": f"https://github.com/lab/paper{number}",
            "githubStars": 3290 + number,
            "githubRepoAddedBy": "user",
            "ai_summary": f"A summary by a machine of number {number}.",
            "ai_summary_model": "some/model",
            "ai_keywords": ["numbers", "parity"],
            "mediaUrls": [f"https://cdn.example/{number}.mp4"],
        }
        | paper,
        "publishedAt": "2026-07-05T20:00:00.000Z",
        "title": f"Paper number {number}: a study",
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper_id}.png",
        "numComments": number,
        "submittedBy": {"name": "cy", "fullname": "Cy Submitter", "isHf": False},
        "organization": organization,
        "isAuthorParticipating": False,
    }


def article(entry: dict[str, Any]) -> str:
    """A card of October 2026: two renderings."""
    paper = entry["paper"]
    text = html.escape(paper.get("ai_summary") or paper.get("summary") or "")
    votes = paper["upvotes"] or "-"
    stars = (
        f"{paper['githubStars'] / 1000:.2f}k"
        if (paper.get("githubStars") or 0) > 999
        else paper.get("githubStars")
    )
    title = html.escape(paper["title"])
    half = (
        f'<a href="/papers/{paper["id"]}"><img alt="" src="{entry["thumbnail"]}"/></a>'
        "<div>Submitted by <div><img alt='' src='/a.svg'/></div><!----> cy</div>"
        f'<h3><a href="/papers/{paper["id"]}" class="line-clamp-2">{title}</a></h3>'
        f'<div><p class="line-clamp-2">{text}</p></div>'
        '<div><a href="/lab"><img alt="lab" src="/avatars/lab.svg"/><span>The Lab</span></a>'
        "<!--[0--><span>·</span> <span>{published}</span></div>"
        f'<a href="/login?next=%2Fpapers%2F{paper["id"]}"><div role="checkbox"><input type="checkbox"/>'
        f"<svg><path d='M0'/></svg> Upvote <div>{votes}</div></div></a>"
        f'<a href="{paper["githubRepo"]}"><span>GitHub</span> <span><svg></svg><span>{stars}</span></span></a>'
        f'<a href="https://arxiv.org/abs/{paper["id"]}">arXiv Page</a>'
        f'<a href="/papers/{paper["id"]}#community"><svg></svg> {entry["numComments"]}</a>'
    )
    wide = half.replace("{published}", "Published on Jul 6, 2026")
    narrow = half.replace("{published}", "Jul 6, 2026")
    return f"<article><!--[0--><div>{wide}</div><div>{narrow}</div><!--]--></article>"


def page(
    items: list[dict[str, Any]] | None,
    *,
    address: str = "/papers/trending",
    heading: str = "Trending Papers",
    top: str = "",
    cards: bool = True,
    tag: str = '<div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{props}">',
    **props: Any,
) -> str:
    """A list page; ``tag`` is the start tag that holds the JSON, ``items=None`` leaves both out."""
    shown = json.dumps({"canSubmit": False, "dailyPapers": items, **props}, ensure_ascii=False)
    opening = tag.replace("{props}", html.escape(shown)) if items is not None else "<div>"
    articles = "".join(map(article, items or [])) if cards else ""
    return (
        '<!doctype html>\n<html class=""><head><meta charset="utf-8"/>'
        f'<meta property="og:title" content="{heading} - Hugging Face"/>'
        f'<meta property="og:url" content="{HUB}{address}"/><title>{heading} - Hugging Face</title>'
        '<script src="https://x.edge.sdk.awswaf.com/challenge.js"></script></head><body class="DailyPapersPage">'
        '<div class="SVELTE_HYDRATER contents" data-target="MainHeader" data-props="{}"></div>'
        f"<main><h1>{heading}</h1>{top}{opening}{articles}</div></main></body></html>"
    )


def paper_page(paper: dict[str, Any], **props: Any) -> str:
    shown = html.escape(json.dumps({"comments": [], "paper": paper, "upvoted": False, **props}))
    return (
        f'<!doctype html><html><head><meta property="og:url" content="{HUB}/papers/{paper["id"]}"/></head><body>'
        f'<div data-target="PaperContent" data-props="{shown}"></div></body></html>'
    )
