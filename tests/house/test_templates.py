"""Templates: every form is ours, nothing is trusted blindly, every word can be translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "app").rglob("templates/**/*.html"))
FORM = re.compile(r"<form\b[^>]*>.*?</form>|<form\b[^>]*>.*", re.DOTALL | re.IGNORECASE)
IS_POST = re.compile(r"""method=["']?post""", re.IGNORECASE)
JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
SHOWN_ATTRIBUTES = {"title", "placeholder", "alt", "aria-label"}
# The brand, and marks and keys that are the same in every language.
NAMES = {"Dealer Claims", "VIP", "Enter", "J", "K", "A", "R", "I"}

each_template = pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "app").as_posix()
)


class Words(HTMLParser):
    """Collects what a reader would see; Jinja's parts were taken out before."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "svg")
        self.seen += [value or "" for name, value in attrs if name in SHOWN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "svg")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.seen.append(data)


def bare_words(source: str) -> list[str]:
    """Return the visible words of a template that no translation can reach."""
    parser = Words()
    parser.feed(JINJA.sub("\x00", source))
    found = (part.strip() for text in parser.seen for part in re.split("[\x00·]", text))
    return [part for part in found if re.search(r"[^\W\d_]", part) and part not in NAMES]


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 30


@each_template
def test_every_word_can_be_translated(template: Path) -> None:
    assert bare_words(template.read_text("utf-8")) == []


@each_template
def test_every_form_that_posts_carries_its_token(template: Path) -> None:
    source = template.read_text("utf-8")
    for form in FORM.findall(source):
        if IS_POST.search(form.split(">", 1)[0]):
            assert "csrf_token" in form, form[:120]


@each_template
def test_nothing_is_trusted_blindly(template: Path) -> None:
    source = template.read_text("utf-8")

    assert not re.search(r"\|\s*safe\b", source)
    assert "autoescape false" not in source


@each_template
def test_no_style_or_script_stands_in_the_markup(template: Path) -> None:
    source = JINJA.sub("", template.read_text("utf-8"))

    assert not re.search(r"\s(style|on[a-z]+)=[\"']", source)
    assert "javascript:" not in source


def test_the_check_of_words_finds_bare_ones() -> None:
    assert bare_words("<p>Bare {{ _('good') }}</p>") == ["Bare"]
    assert bare_words("<img alt='Bare' src='x'>") == ["Bare"]
    assert bare_words("<p>{{ _('good') }} · 7 – {# not shown #}</p>") == []


@each_template
def test_no_template_computes_money(template: Path) -> None:
    """Sums come rounded from the money rules; a template that multiplies rounds by itself."""
    shown = " ".join(JINJA.findall(template.read_text("utf-8")))

    assert not re.search(
        r"\b(price|amount|quantity|money)\b[\w.]*\s*[*/]|[*/]\s*[\w.]*\.price\b", shown
    )


# Days, moments and units have a filter that writes them for the reader.
RAW = (
    r"[\w.]+(?:_on|_at|(?<!\bday)\.day|\.unit|_until)\b"
    r"(?!\s*(?:[|(=.\w]|if\b|else\b|and\b|or\b|is\b))"
)
SHOWN_RAW = re.compile(r"\{\{-?\s*" + RAW)
SAID_RAW = re.compile(r"(?<![\w.])n?(?:gettext|_)\(\s*\"[^\"]*\"[^|]*?,\s*\w+=" + RAW)
MACHINES = re.compile(r"""(?:datetime|value|data-[\w-]+)="[^"]*\"""")


@each_template
def test_days_moments_and_units_go_through_their_filter(template: Path) -> None:
    source = MACHINES.sub("", template.read_text("utf-8"))

    assert SHOWN_RAW.findall(source) + SAID_RAW.findall(source) == []


def test_a_day_without_its_filter_is_found() -> None:
    assert SHOWN_RAW.findall("{{ claim.filed_on }}{{ line.unit }}{{ claim.filed_on|day }}") == [
        "{{ claim.filed_on",
        "{{ line.unit",
    ]
    assert SAID_RAW.findall('{{ _("from %(day)s", day=claim.filed_on) }}')
    assert not SAID_RAW.findall('{{ _("from %(day)s", day=claim.filed_on|day) }}')
