from __future__ import annotations

import doctest
import re
import string
from importlib import import_module
from pathlib import Path

import pytest

import api
from api.cases.lifecycle import Outcome, Source, Status
from api.console import law
from api.console.catalogue import texts
from api.review.reasons import REASONS

TEMPLATES = Path(api.__file__).parent / "console" / "templates"
USED = re.compile(r"""\bt\(\s*["']([a-z_.A-Z0-9-]+)["']\s*[,)]""")


def test_both_languages_have_the_same_keys() -> None:
    assert texts("zh").keys == texts("en").keys


def test_both_languages_fill_in_the_same_values() -> None:
    for key in texts("zh").keys:
        assert fields_of(texts("zh").raw(key)) == fields_of(texts("en").raw(key)), key


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_a_template_names_exists() -> None:
    for template in TEMPLATES.glob("*.html"):
        for key in USED.findall(template.read_text(encoding="utf-8")):
            assert key in texts("zh").keys, (template.name, key)


def test_every_code_the_pages_show_has_a_text() -> None:
    wanted = [f"reason.{code}" for codes in REASONS.values() for code in codes]
    wanted += [f"step.{status}" for status in Status]
    wanted += [f"outcome.{outcome}" for outcome in Outcome]
    wanted += [f"source.{source}" for source in Source]
    assert set(wanted) <= texts("zh").keys


def test_a_code_without_a_text_is_shown_as_it_is() -> None:
    assert texts("en").get("status", "新类") == "新类"


@pytest.mark.parametrize(
    ("code", "cited"),
    [
        ("TL-15", "《医疗保障基金使用监督管理条例》第十五条"),
        ("TL-38(7)", "《医疗保障基金使用监督管理条例》第三十八条第（七）项"),
        ("SX-20", "《医疗保障基金使用监督管理条例实施细则》第二十条"),
        ("SB-87/88", "SB-87/88"),
        ("NEW-1", "NEW-1"),
    ],
)
def test_a_provision_is_cited_as_lawyers_do(code: str, cited: str) -> None:
    assert law.provision(code) == cited


def test_the_whole_dictionary_of_causes_has_texts() -> None:
    assert all(law.cause(str(number)) for number in range(1, 36))
    assert law.cause("36") == ""


@pytest.mark.parametrize(
    "module",
    [
        "api.cases.lifecycle",
        "api.console.formats",
        "api.console.law",
        "api.languages",
        "api.queue.states",
    ],
)
def test_the_examples_in_docstrings_hold(module: str) -> None:
    result = doctest.testmod(import_module(module))
    assert result.attempted
    assert not result.failed


def test_no_page_has_inline_scripts_styles_or_foreign_addresses() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)
        assert not re.search(r"(src|href|action)=[\"']https?:", text)
