"""A knowledge point as it was published, before it is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Uncompilable(ValueError):
    """A published text that no executable constraint can be derived from; its list is refused."""


class RawPoint(Struct, frozen=True, kw_only=True):
    """One record of a published list.

    ``extra`` holds what a spreadsheet says in columns of its own (``对象``, ``频度``, ``数量`` …)
    and the structured records do not; ``where`` places the record for an error message.
    """

    id: str
    rule_class: str
    name: str
    codes: tuple[str, ...]
    constraint: str = ""
    detect_logic: str = ""
    official_code: str = ""
    batch: str = ""
    published: str = ""
    supersedes: str = ""
    where: str = ""
    extra: dict[str, str] = {}

    @property
    def is_service(self) -> bool:
        """Whether the class is about medical services rather than drugs."""
        return self.rule_class.startswith("医疗服务项目") or self.rule_class.startswith("手术")

    def says(self, column: str) -> str:
        return self.extra.get(column, "")


def from_record(record: Mapping[str, Any], where: str = "") -> RawPoint:
    """A structured record (``kp_id``, ``rule_class``, ``med_codes``, ``constraint`` …).

    >>> from_record({"kp_id": "KP-1", "rule_class": "药品限就医方式", "med_code": "X1"}).codes
    ('X1',)
    """
    codes = record.get("med_codes") or [record.get("med_code")]
    if not isinstance(codes, list):
        raise Uncompilable("med_codes 不是列表")
    return RawPoint(
        id=_said(record, "kp_id"),
        rule_class=_said(record, "rule_class"),
        name=_said(record, "item_name"),
        codes=tuple(str(code).strip() for code in codes if code is not None),
        constraint=_said(record, "constraint"),
        detect_logic=_said(record, "detect_logic"),
        official_code=_said(record, "gz_code"),
        batch=_said(record, "batch_tag"),
        published=_said(record, "published_at"),
        supersedes=_said(record, "supersedes"),
        where=where,
    )


def _said(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return "" if value is None else str(value).strip()
