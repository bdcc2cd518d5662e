"""What mail clients do to HTML: the part of caniemail.com's tables that concerns a page such as ours.

Each entry names a client of many readers that does not support the feature, so that leaving it out is no taste.
"""

FORBIDDEN_ELEMENTS = {
    **dict.fromkeys(("script", "iframe", "object", "embed", "audio", "video"), "every client"),
    **dict.fromkeys(("form", "input", "button", "select", "textarea"), "Outlook, Gmail in part"),
    **dict.fromkeys(("svg", "canvas", "math"), "Gmail, Outlook"),
    **dict.fromkeys(("link", "base", "picture", "source", "template", "slot", "dialog", "details"), "Gmail"),
}
FORBIDDEN_PROPERTIES = {
    "position": "Gmail, Outlook",
    "float": "Outlook for Windows",
    "flex": "Outlook for Windows",
    "grid": "Outlook for Windows",
    "gap": "Outlook for Windows",
    "columns": "Outlook for Windows",
    "box-shadow": "Outlook for Windows",
    "filter": "Gmail",
    "clip-path": "Gmail",
    "transform": "Gmail, Outlook for Windows",
    "animation": "Gmail",
    "transition": "Gmail",
    "background-image": "Outlook for Windows",
    "object-fit": "Outlook for Windows",
    "opacity": "Outlook for Windows",
    "content": "Gmail",
}
FORBIDDEN_VALUES = {
    "var(": "Gmail, Outlook",
    "calc(": "Outlook for Windows",
    "clamp(": "Gmail",
    "url(": "remote or inlined pictures are blocked",
    "expression(": "every client",
    "flex": "Outlook for Windows",
    "grid": "Outlook for Windows",
    "rem": "Outlook for Windows",
    "vw": "Gmail",
}
NEGATIVE_MARGIN = "Gmail and Outlook.com drop negative margins"
ALLOWED_AT_RULES = ("@media",)
"""Gmail drops the whole style element for others, such as @import or @font-face with a remote source."""
MOST_STYLE_BYTES = 16_000
"""Gmail ignores style elements that are longer."""
