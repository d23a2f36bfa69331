"""A verdict as a small picture for a publisher's own site: SVG that screen readers read, in two languages."""

from __future__ import annotations

from markupsafe import Markup

#: Text, tint and line of each verdict, as in ``assets/ess-validation.css``.
_COLOURS = {
    "valid": ("#0b4a35", "#def3ea", "#7fbfa3"),
    "warnings": ("#574100", "#fff3cc", "#d9b44a"),
    "errors": ("#6d2c00", "#ffe6d1", "#e09a62"),
    "invalid": ("#6f0d2a", "#fbdfe6", "#d98aa0"),
    "unreadable": ("#43286b", "#ebe4f7", "#b09bd3"),
    "pending": ("#123f75", "#e2edfb", "#8fb3e0"),
}
_PLAIN = ("#3d4650", "#eceff1", "#b4bdc5")
_HEIGHT, _SPACE, _ICON = 22, 8, 13
#: Widths of letters at 11 pixels, in the fonts that badges are drawn with; others are as wide as an n.
_NARROW, _WIDE, _USUAL = 4.0, 9.8, 7.0
_NARROWS, _WIDES = frozenset("iIjlft.,:;’'!|() "), frozenset("mwMW@%")


def width(text: str) -> float:
    """About how wide a text is at 11 pixels; the picture then fits its letters into that width.

    >>> round(width("Valide"))
    36
    """
    return sum(_NARROW if letter in _NARROWS else _WIDE if letter in _WIDES else _USUAL for letter in text)


def svg(subject: str, status: str, word: str, sentence: str, icon: Markup) -> str:
    """Draw a badge.

    Args:
        subject: what was checked: the left half.
        status: the verdict, for the colours.
        word: the verdict in a word or two: the right half.
        sentence: what a screen reader says, and a pointer shows.
        icon: the verdict's shape, as the pages have it.
    """
    text, tint, line = _COLOURS.get(status, _PLAIN)
    left, wide = width(subject) + 2 * _SPACE, width(word)
    right = _SPACE + _ICON + 5 + wide + _SPACE
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{all:.0f}" height="{height}" role="img"'
            ' aria-label="{sentence}"><title>{sentence}</title>'
            '<rect x=".5" y=".5" width="{inner:.1f}" height="{low}" rx="4" fill="{tint}" stroke="{line}"/>'
            '<path d="M{left:.1f} .5H4.5a4 4 0 0 0-4 4v13a4 4 0 0 0 4 4H{left:.1f}z" fill="#2b3540"/>'
            '<g font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
            '<text x="8" y="15" fill="#fff" textLength="{subject_width:.1f}">{subject}</text>'
            '<text x="{word_x:.1f}" y="15" fill="{text}" font-weight="bold" textLength="{wide:.1f}"'
            ' lengthAdjust="spacingAndGlyphs">{word}</text></g>'
            '<g transform="translate({icon_x:.1f} 4.5) scale(.82)" fill="none" stroke="{text}" color="{text}"'
            ' stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{icon}</g></svg>'
        ).format(
            all=left + right, height=_HEIGHT, inner=left + right - 1, low=_HEIGHT - 1, tint=tint, line=line,
            left=left, subject=subject, subject_width=width(subject), word=word, wide=wide, sentence=sentence,
            word_x=left + _SPACE + _ICON + 5, icon_x=left + _SPACE, text=text, icon=icon,
        )
    )  # fmt: skip
