// Keyboard and live rows. Without this script every page still works by links and forms.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const openers = () => [...document.querySelectorAll("a.open")];
  const isTyping = (el) => el.closest("textarea, select, dialog[open], input:not([type=radio])");

  // Moving: the focus itself is the cursor, so Enter opens and a screen reader follows.
  function move(step) {
    const all = openers();
    if (!all.length) return;
    const row = document.activeElement.closest("tr");
    const now = all.findIndex((link) => row && row.contains(link));
    const to = now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step;
    const link = all[Math.max(0, Math.min(to, all.length - 1))];
    link.focus();
    link.closest("tr").scrollIntoView({ block: "nearest" });
  }

  function decide(number) {
    const form = byId("decision");
    if (form) {
      const choice = form.querySelectorAll("input[name=decision]")[number - 1];
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      form.reason_code.focus();
      return;
    }
    const link = document.activeElement.closest("tr")?.querySelector("a.open");
    if (link && byId("rows")) location.assign(`${link.href}#decide-${number}`);
  }

  function narrowReasons(form) {
    const decision = form.querySelector("input[name=decision]:checked")?.value;
    for (const group of form.querySelectorAll("optgroup")) {
      group.hidden = group.disabled = Boolean(decision) && group.dataset.decision !== decision;
    }
    const chosen = form.reason_code.selectedOptions[0];
    const fits = chosen && chosen.value && !chosen.parentElement.disabled;
    if (!fits && decision) {
      const first = form.querySelector(`optgroup[data-decision="${decision}"] option`);
      form.reason_code.value = first.value;
    }
  }

  const KEYS = {
    j: () => (byId("rows") || !byId("next") ? move(1) : byId("next").click()),
    k: () => (byId("decision") ? history.back() : move(-1)),
    1: () => decide(1),
    2: () => decide(2),
    u: () => byId("back")?.click(),
    "/": () => byId("search")?.focus(),
    r: () => byId("reorder")?.click(),
    "?": () => byId("help")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.closest("form")?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = KEYS[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) byId(opener.dataset.open).showModal();
    if (event.target.closest("#reorder")) reload();
  });

  document.addEventListener("change", (event) => {
    if (event.target.name === "decision") narrowReasons(event.target.form);
  });

  // Live rows. A row is put where the order wants it; nothing else moves, no focus is taken.
  let news = 0;
  let announcing = 0;

  function announceLater() {
    clearTimeout(announcing);
    announcing = setTimeout(() => {
      const region = byId("news");
      if (region && news) region.textContent = region.dataset.text + news;
      news = 0;
    }, 1500);
  }

  function parse(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  function replace(old, row) {
    const focused = old.contains(document.activeElement) && document.activeElement.id;
    old.replaceWith(row);
    htmx.process(row);
    if (focused) byId(focused)?.focus({ preventScroll: true });
  }

  function place(row) {
    const old = byId(row.id);
    if (old) {
      replace(old, row);
      return;
    }
    const body = byId("rows");
    const order = Number(row.dataset.order);
    const below = [...body.children].find((other) => Number(other.dataset.order) < order);
    row.classList.add("fresh");
    const before = row.getBoundingClientRect.bind(row);
    body.insertBefore(row, below ?? null);
    // Rows pushed down above the fold would move what is being read.
    if (before().bottom < 0) scrollBy(0, before().height);
    htmx.process(row);
    byId("empty")?.classList.add("hidden");
    news += 1;
    announceLater();
  }

  function retire(row) {
    const old = byId(row.id);
    if (!old) return;
    row.classList.add("past");
    replace(old, row);
  }

  function reload() {
    const selected = document.activeElement.closest("tr")?.id;
    htmx
      .ajax("GET", location.href, { target: "#queue", select: "#queue", swap: "outerHTML" })
      .then(() => byId("reorder")?.classList.add("hidden"))
      .then(() => selected && byId(selected)?.querySelector("a.open")?.focus());
  }

  const isReading = () => scrollY > 0 || document.activeElement.closest("#queue, dialog[open]");

  const LIVE = {
    alert: (data) => place(parse(data)),
    gone: (data) => retire(parse(data)),
    reordered: () => (isReading() ? byId("reorder").classList.remove("hidden") : reload()),
    refresh: () => reload(),
  };

  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    const act = LIVE[event.detail.type];
    if (event.target.id === "rows" && act) {
      event.preventDefault();
      act(event.detail.data);
    }
  });

  function showLive(on) {
    const chip = byId("live");
    if (!chip) return;
    chip.classList.toggle("on", on);
    chip.textContent = on ? chip.dataset.on : chip.dataset.off;
  }
  document.addEventListener("htmx:sseOpen", () => showLive(true));
  document.addEventListener("htmx:sseError", () => showLive(false));
  document.addEventListener("htmx:sseClose", () => showLive(false));

  const form = byId("decision");
  if (form) {
    narrowReasons(form);
    const asked = /^#decide-([12])$/.exec(location.hash);
    if (asked) {
      // Browsers carry a fragment on through redirects: the next alert must not be decided by it.
      history.replaceState(null, "", location.pathname + location.search);
      decide(Number(asked[1]));
    }
  }
})();
