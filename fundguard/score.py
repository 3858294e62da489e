"""Scores alerts against the answer sheet of a simulation.

An alert belongs to a case of its own rule that it points at: by an event of its evidence, by its
settlement, or by its visit. Alerts that are no longer open, and notices, are not counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NOTICE = 2  # severities up to here inform and accuse nobody
PLANTED, LOOK_ALIKE = "planted", "look_alike"
HEADINGS = (
    *("rule", "planted", "found", "recall", "alerts", "true", "precision"),
    "look-alikes flagged",
)

Alert = Mapping[str, object]
TruthRow = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SchemeScore:
    rule_id: str
    planted: int
    found: int
    alerts: int
    true_alerts: int
    look_alikes: int
    look_alikes_flagged: int

    @property
    def recall(self) -> float:
        """Share of planted cases with an alert; 1 where nothing was planted."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Share of alerts that belong to a planted case; 1 where nothing was alerted."""
        return self.true_alerts / self.alerts if self.alerts else 1.0


@dataclass
class CaseIndex:
    """Cases by the marks an alert can share with them."""

    _by_mark: defaultdict[tuple[str, str, str], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def add(self, row: TruthRow) -> None:
        for mark in marks(row["event_ids"].split(";"), row["setl_id"], row["mdtrt_id"]):
            self._by_mark[row["rule_id"], *mark].add(row["case_id"])

    def cases_of(self, alert: Alert) -> set[str]:
        rule_id = text(alert, "rule_id")
        wanted = marks(evidence_events(alert), text(alert, "setl_id"), text(alert, "mdtrt_id"))
        return set().union(*(self._by_mark.get((rule_id, *mark), set()) for mark in wanted))


def score(alerts: Iterable[Alert], truth: Iterable[TruthRow]) -> list[SchemeScore]:
    """Score every rule that has a case or an alert, in order of rule id."""
    rows = list(truth)
    index = CaseIndex()
    for row in rows:
        index.add(row)
    labels = {row["case_id"]: row["label"] for row in rows}
    accused: defaultdict[str, list[set[str]]] = defaultdict(list)
    for alert in alerts:
        if counts(alert):
            accused[text(alert, "rule_id")].append(index.cases_of(alert))
    rules = {row["rule_id"] for row in rows} | set(accused)
    return [score_of(rule_id, rows, accused[rule_id], labels) for rule_id in sorted(rules)]


def score_of(
    rule_id: str, rows: list[TruthRow], accused: list[set[str]], labels: Mapping[str, str]
) -> SchemeScore:
    mine = [row for row in rows if row["rule_id"] == rule_id]
    planted = {row["case_id"] for row in mine if row["label"] == PLANTED}
    look_alikes = {row["case_id"] for row in mine if row["label"] == LOOK_ALIKE}
    named = set().union(*accused)
    return SchemeScore(
        rule_id=rule_id,
        planted=len(planted),
        found=len(planted & named),
        alerts=len(accused),
        true_alerts=sum(any(labels[case] == PLANTED for case in cases) for cases in accused),
        look_alikes=len(look_alikes),
        look_alikes_flagged=len(look_alikes & named),
    )


def counts(alert: Alert) -> bool:
    """An open alert that is more than a notice."""
    severity = alert.get("severity")
    is_notice = isinstance(severity, int) and severity <= NOTICE
    return text(alert, "state") == "open" and not is_notice


def marks(event_ids: Iterable[str], setl_id: str, mdtrt_id: str) -> list[tuple[str, str]]:
    named = [("setl_id", setl_id), ("mdtrt_id", mdtrt_id)]
    return [mark for mark in named if mark[1]] + [("event", event) for event in event_ids if event]


def evidence_events(alert: Alert) -> list[str]:
    evidence = alert.get("evidence")
    items = evidence if isinstance(evidence, list) else []
    return [text(item, "event_id") for item in items if isinstance(item, Mapping)]


def text(fields: Mapping[str, object], name: str) -> str:
    """A field as text; absent and null alike are empty."""
    value = fields.get(name)
    return "" if value is None else str(value)


def table(scores: Iterable[SchemeScore]) -> str:
    """Lay the scores out in aligned columns, a line a rule."""
    rows = [HEADINGS, *map(cells, scores)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in rows
    )


def cells(score: SchemeScore) -> tuple[str, ...]:
    """A rule's row; nothing is claimed of a rule that no case was planted for."""
    judged = score.planted > 0
    return (
        score.rule_id,
        str(score.planted),
        str(score.found),
        f"{score.recall:.3f}" if judged else "-",
        str(score.alerts),
        str(score.true_alerts) if judged else "-",
        f"{score.precision:.3f}" if judged else "-",
        f"{score.look_alikes_flagged} of {score.look_alikes}",
    )
