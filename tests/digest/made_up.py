"""Made-up papers and digests. Nobody wrote these papers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from broadsheet.digest.edition import Board, DetailNews, Digest, Paper, Past, Place, Section, Window, compose
from broadsheet.model import ListId, ListKind

UNTIL = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
HUB = "https://hub.example"

_TOPICS = """Tidal Attention: Memory That Ebbs When Nothing Happens
Small Models, Long Walks: Planning over a Thousand Steps on One Card
A Map of What Diffusion Models Forget First
Lighthouse: Retrieval That Says When It Found Nothing
Counting to a Million: Where Arithmetic Breaks in Language Models
Speech Without Transcripts for Ninety Quiet Languages
The Price of a Token: Measuring Energy End to End
Glasswing: Seeing Through Occlusion with Event Cameras
Gradient Gardening: Pruning While You Grow
Do Agents Read the Manual? A Benchmark of Tool Documentation
One Kitchen, Many Robots: Learning to Share a Counter
Proofs You Can Skim: Structured Output for Formal Mathematics
Weather at Street Level from Cheap Sensors
Honest Uncertainty for Code Completion
Slow Thinking Is Not Free: Budgets for Test-Time Search
Paperweight: Distilling Giants into Pocket Encoders
Song of the Cell: Sequence Models for Single-Cell Dynamics
Reward Models That Admit a Tie
From Sketch to Scene in Four Steps
What the Last Layer Knows
Mirrors All the Way Down: Self-Evaluation Without Collapse
Cartography of Prompts
Ten Thousand Doors: Open-World Navigation at Scale
The Librarian Problem: Updating Facts Without Rereading the World""".splitlines()
_GROUPS = ("Northwind AI", "Institute for Tidal Studies", "Open Loom", None, "University of Aldermoor", None)
_FIRST_NAMES = ("Ada", "Chiara", "Tomás", "Mei", "Ravi", "Noor", "Jonas", "Yuki", "Lena", "Piotr", "Ines")
_LAST_NAMES = ("Winterbourne", "Okafor", "Halvorsen", "Castellanos", "Eriksen", "Mbeki", "Sundaram")
_OPENING = (
    "We study what happens when a model is asked to keep only what it will need again. Most systems remember "
    "everything at the same price; ours lets attention recede where the input repeats itself and return when "
    "something changes. On nine tasks with inputs of up to two million tokens it halves the memory at equal "
    "quality, and on three of them it is better than keeping everything, because what it forgets is noise. We "
    "release the code, the weights and all the runs that failed."
)
_ABSTRACTS = {
    7: "Cameras that report changes instead of pictures see through what a frame camera cannot: the gaps between "
    "leaves, the slats of a blind, the edge of a passing bus. We collect 400 hours of such scenes and train one "
    "model to draw what stands behind them. It does so at a thousandth of the bandwidth of video, and it says so "
    "when nothing behind was ever visible. We release recordings, weights and the mounting plate.",
}
_SUMMARIES = {
    2: "Probing diffusion models while they are being fine-tuned shows that rare textures go first and faces "
    "last, and that a small replay buffer of noise is enough to keep both.",
    3: "A retriever trained to abstain answers fewer questions and is right more often; readers trusted it "
    "sooner than a larger one that always returned something.",
    5: "Ninety languages without a written standard are recognised from paired recordings alone, using the "
    "rhythm of turn-taking as the only label.",
    9: "Agents given good manuals ignore them half of the time; a benchmark of 1,200 tool pages measures when "
    "reading helps and when it is a detour.",
    12: "A street-level forecast from sensors that cost less than an umbrella, calibrated against each other "
    "rather than against a reference station.",
}
_SUMMARY = (
    "An attention mechanism that lets stored keys fade while the input repeats itself halves memory on inputs "
    "of two million tokens, at equal quality."
)


def paper(number: int) -> Paper:
    """The made-up paper of that number, always the same."""
    start = number * 5
    people = [
        f"{_FIRST_NAMES[(start + i) % 11]} {_LAST_NAMES[(start + i * 2) % 7]}" for i in range(2 + number % 5)
    ]
    return Paper(
        paper_id=f"2611.{10000 + number}",
        title=_TOPICS[number % len(_TOPICS)] + (f" ({number})" if number >= len(_TOPICS) else ""),
        abstract=_ABSTRACTS.get(number, _OPENING),
        authors=tuple(people),
        num_authors=len(people) + number % 3 * 4,
        organization=_GROUPS[number % len(_GROUPS)],
        github_url=f"https://github.com/made-up/paper-{number}" if number % 3 else None,
        ai_summary=_SUMMARIES.get(number, _SUMMARY if number % 4 != 3 else None),
    )


def digest_of(papers: Sequence[Paper]) -> Digest:
    """The first digest of a list with these papers."""
    return Digest(editions=(compose(first_window(papers), HUB),), until=UNTIL, timezone="UTC", hub_url=HUB)


def first_window(papers: Sequence[Paper]) -> Window:
    """A list seen for the first time."""
    places = tuple(
        Place(each.paper_id, rank, 400 - rank * 7, 40 * rank if each.github_url else None)
        for rank, each in enumerate(papers, 1)
    )
    return Window(
        source="trending",
        since=None,
        until=UNTIL,
        board=_board(2, UNTIL, places),
        baseline=None,
        pasts={each.paper_id: Past(days=1 + number % 4) for number, each in enumerate(papers)},
        papers={each.paper_id: each for each in papers},
        detail_news={},
    )


def day(length: int = 30) -> Window:
    """A day on which all sections have something: 2 new, 1 back, 3 rising, 4 left, the others still here."""
    new, back, rising = [2, 7], [5], [3, 9, 12]
    before_order = [n for n in range(length) if n not in {*new, *back, *rising}]
    before_order[16:16] = rising
    left = [length + n for n in range(4)]
    before_order[6:6] = left[:2]
    before_order += left[2:]
    votes = {number: 30 + number * 37 % 260 for number in range(length + 4)}
    now = [Place(paper(n).paper_id, n + 1, votes[n] + 4 + n * 13 % 50, _stars(n)) for n in range(length)]
    before = [Place(paper(n).paper_id, rank, votes[n], _stars(n)) for rank, n in enumerate(before_order, 1)]
    was = {place.paper_id: place.rank for place in before}
    pasts = {}
    for number in range(length + 4):
        paper_id = paper(number).paper_id
        goal, start = (number + 1 if number < length else None), was.get(paper_id)
        days = 1 if number in new else 3 + number % 9
        pasts[paper_id] = Past(
            days=days,
            ranks=_way(start, goal, days),
            last_rank=31 if number in back else start,
            absent_since=UNTIL - timedelta(days=9) if number in back else None,
        )
    return Window(
        source="trending",
        since=UNTIL - timedelta(days=1),
        until=UNTIL,
        board=_board(2, UNTIL - timedelta(minutes=12), tuple(now)),
        baseline=_board(1, UNTIL - timedelta(days=1, minutes=9), tuple(before)),
        pasts=pasts,
        papers={paper(n).paper_id: paper(n) for n in range(length + 4)},
        detail_news={paper(9).paper_id: DetailNews(revised=("abstract",), enriched=("github_url",))},
    )


def day_digest() -> Digest:
    """That day as a digest."""
    return Digest(editions=(compose(day(), HUB),), until=UNTIL, timezone="UTC", hub_url=HUB)


def quiet_digest() -> Digest:
    """A day on which the list stood still, for a reader who wants to hear that, too."""
    before = day()
    window = replace(before, board=replace(before.board, places=before.baseline.places), detail_news={})
    return replace(day_digest(), editions=(compose(window, HUB),))


def chosen_digest() -> Digest:
    """That day for a reader with topics: some papers of each section, each for a reason."""
    (edition,) = day_digest().editions
    sections = tuple(
        Section(
            section.name,
            tuple(replace(item, why="language models, author Ada") for item in section.items[:2]),
        )
        for section in edition.sections
    )
    return replace(day_digest(), editions=(replace(edition, sections=sections, chosen=True),))


def _board(snapshot: int, at: datetime, places: tuple[Place, ...]) -> Board:
    return Board(ListId(ListKind.TRENDING), snapshot, at, truncated=False, places=places)


def _stars(number: int) -> int | None:
    return 12 + number * 211 % 4200 if number % 3 else None


def _way(start: int | None, goal: int | None, days: int) -> tuple[int | None, ...]:
    """Fourteen ranks that end at ``goal``, yesterday at ``start``."""
    ranks: list[int | None] = [None] * 14
    ranks[-1] = goal
    if start is not None:
        for back in range(1, min(days, 13)):
            ranks[-1 - back] = max(1, min(50, start + (back - 1) * 3 + back % 2))
    return tuple(ranks)


def _plain(number: int, **details: object) -> Paper:
    return replace(paper(number), **details)


RIGHT_TO_LEFT = (
    _plain(
        0,
        title="ذاكرة المد والجزر: انتباه ينحسر حين لا يحدث شيء",
        ai_summary=None,
        abstract="ندرس ما يحدث حين يُطلب من النموذج ألا يحفظ إلا ما سيحتاج إليه مرة أخرى.",
        authors=("ليلى الأندلسي", "Ada Winterbourne"),
        num_authors=2,
        organization="معهد الأمواج",
    ),
    _plain(1, title="מודלים קטנים, הליכות ארוכות: Planning over 1,000 steps"),
)
WIDE = (
    _plain(
        0,
        title="潮汐注意力：在无事发生时退去的记忆🌊",
        ai_summary="当输入重复时让存储的键逐渐消退的注意力机制，在两百万词元的输入上将内存减半，而质量不变。"
        * 3,
        authors=("林 小舟", "山田 花子"),
        num_authors=2,
        organization="潮汐研究所",
    ),
    _plain(1, title="👩‍🔬 小さなモデル、長い散歩: 一枚のカードで千歩を計画する 🇯🇵"),
    _plain(2, title="확산 모델이 가장 먼저 잊는 것의 지도"),
)
HOSTILE = (
    _plain(
        0,
        title="<script>alert(1)</script> {{7*7}} {% raw %} <!--body--> & \"quotes\" 'too'\r\nBcc: all@example.org",
        abstract="<img src=x onerror=alert(2)></p></td></table> ]]> &lt;b&gt;",
        ai_summary=None,
        organization="<b>Bold</b> & Sons",
        authors=("O'Neil <o@example.org>", "A\u202eevil\u202c", "tab\there\x00null\u2028line"),
        github_url="javascript:alert(3)",
    ),
    _plain(1, title="A paper known by its title", github_url="https://evil.example/x"),
)
LONGEST = tuple(
    _plain(
        number,
        title=f"{'Very ' * 60}Long Title Number {number}",
        abstract="Verylongwords " * 400,
        ai_summary=None,
        authors=tuple(f"Author With A Rather Long Name Number {i} Of This Paper" for i in range(60)),
        organization="The Institute for Names That Do Not Fit " * 4,
        github_url="https://github.com/" + "long-name" * 20,
    )
    for number in range(50)
)

CASES = {
    "no-papers": lambda: Digest(editions=(), until=UNTIL, timezone="UTC", hub_url=HUB),
    "one-paper": lambda: digest_of([paper(0)]),
    "fifty-papers": lambda: digest_of([paper(number) for number in range(50)]),
    "a-day": day_digest,
    "with-topics": chosen_digest,
    "quiet": quiet_digest,
    "right-to-left": lambda: digest_of(RIGHT_TO_LEFT),
    "wide-letters": lambda: digest_of(WIDE),
    "longest": lambda: digest_of(LONGEST),
    "hostile": lambda: digest_of(HOSTILE),
}
"""The digests that are kept as golden files."""
