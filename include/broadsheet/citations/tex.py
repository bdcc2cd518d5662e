"""Text for LaTeX inside BibTeX: nothing in it ends a field, opens another, or makes TeX do more than set type."""

import re

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&",
    "%": r"\%", "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
"""Braces by name: BibTeX counts ``\\{`` as an open brace all the same."""

_FORMULA = re.compile(r"(\$[^$]+\$)")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ESCAPED_BRACE = re.compile(r"\\[{}]")
_HARMLESS = frozenset({
    # Fonts, accents and fences.
    "mathbb", "mathbf", "mathcal", "mathfrak", "mathit", "mathrm", "mathsf", "mathtt", "boldsymbol",
    "operatorname", "text", "textbf", "textit", "textrm", "bar", "bm", "dot", "ddot", "hat", "overline",
    "tilde", "underline", "vec", "widehat", "widetilde", "big", "Big", "left", "right", "langle", "rangle",
    "lfloor", "rfloor", "lceil", "rceil", "vert", "Vert", "frac", "tfrac", "dfrac", "binom", "sqrt", "quad",
    # Letters.
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota",
    "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi",
    "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
    "Omega", "ell", "hbar",
    # Functions, operators and relations.
    "arg", "cos", "deg", "det", "dim", "exp", "gcd", "inf", "ker", "lim", "ln", "log", "max", "min", "sin",
    "sup", "tan", "tanh", "approx", "ast", "cap", "cdot", "cdots", "circ", "cong", "cup", "dagger", "dots",
    "emptyset", "equiv", "exists", "forall", "ge", "geq", "gg", "in", "infty", "int", "ldots", "le",
    "leftarrow", "leftrightarrow", "leq", "ll", "mapsto", "mid", "nabla", "ne", "neq", "neg", "notin",
    "oplus", "otimes", "partial", "perp", "pm", "prime", "prod", "propto", "rightarrow", "Rightarrow",
    "setminus", "sim", "simeq", "star", "subset", "subseteq", "sum", "supset", "times", "to", "top",
    "uparrow", "downarrow",
})  # fmt: skip
"""The commands that a formula may use. Others could read files, or redefine what the document means."""


def escape(text: str) -> str:
    """One line of text as LaTeX; formulas between dollars stay as they are where they are harmless."""
    return "".join(piece if _is_formula(piece) else _plain(piece) for piece in _FORMULA.split(text))


def _plain(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _is_formula(piece: str) -> bool:
    """Whether a piece can stay: as BibTeX counts braces and as parsers do that leave escaped ones out."""
    return (
        _FORMULA.fullmatch(piece) is not None
        and not any(character in piece for character in "%#@~&")
        and "^^" not in piece
        and not piece.endswith("\\$")
        and _balanced(piece)
        and _balanced(_ESCAPED_BRACE.sub("", piece))
        and _HARMLESS.issuperset(_COMMAND.findall(piece))
    )


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
