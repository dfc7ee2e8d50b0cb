// What the preview adds to each page: it follows the writer and keeps the reader's place. Never part of a built page.
"use strict";
(() => {
  const { whole, unstyled } = document.currentScript.dataset;
  const edition = { whole, unstyled };
  const memory = `desk ${location.pathname}`;
  const LONGEST_WAIT_MS = 2000;

  // --- The place: how far the page was scrolled, and what stood open or was switched ---

  const roots = () => [document, ...[...document.querySelectorAll("[data-desk]")].map((host) => host.shadowRoot).filter(Boolean)];

  // By what a thing is found again on the page as it is next: its own id, or its words and how many alike came before.
  function named(things, words) {
    const met = new Map();
    return [...things].map((thing) => {
      const stem = thing.id ? `#${thing.id}` : words(thing);
      met.set(stem, (met.get(stem) ?? 0) + 1);
      return [`${stem} ${met.get(stem)}`, thing];
    });
  }

  const disclosures = () => roots().flatMap((root, number) =>
    named(root.querySelectorAll("details"), (each) => `${number} ${each.querySelector("summary")?.textContent.trim()}`));
  const switches = () => named(document.querySelectorAll("input:is([type=checkbox],[type=radio])"), (each) => each.name);

  // A note is named by the claim it belongs to: its number changes when a claim comes in before it.
  const opener = (note) => document.querySelector(`[popovertarget="${CSS.escape(note.id)}"]`);
  const claimOf = (note) => opener(note)?.closest("[id]")?.id ?? "";

  function atTheTop() {
    const seen = [...document.querySelectorAll("main [id]")].find((each) => {
      const box = each.getBoundingClientRect();
      return box.height > 0 && box.top >= 0 && !each.closest("[popover]");
    });
    return seen && scrollY > 0 ? { id: seen.id, top: seen.getBoundingClientRect().top } : null;
  }

  function keep() {
    // A note that is only open because the pointer rests on its claim opens by itself again.
    const pointed = CSS.supports("selector(:interest-target)") ? ":not(:interest-target)" : "";
    const notes = document.querySelectorAll(`[popover]:popover-open${pointed}`);
    sessionStorage.setItem(memory, JSON.stringify({
      y: scrollY,
      x: scrollX,
      top: atTheTop(),
      open: disclosures().map(([name, each]) => [name, each.open]),
      on: switches().map(([name, each]) => [name, each.checked]),
      notes: [...notes].map((note) => [claimOf(note), note.id]),
      focus: document.activeElement?.id ?? "",
    }));
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(memory) ?? "null");
    sessionStorage.removeItem(memory);
    if (!kept) return;
    const open = new Map(kept.open), on = new Map(kept.on);
    for (const [name, each] of disclosures()) if (open.has(name)) each.open = open.get(name);
    for (const [name, each] of switches()) if (on.has(name)) each.checked = on.get(name);
    const seen = kept.top && document.getElementById(kept.top.id);
    scrollTo({ left: kept.x, top: seen ? scrollY + seen.getBoundingClientRect().top - kept.top.top : kept.y, behavior: "instant" });
    for (const [claim, id] of kept.notes) {
      const source = (claim && document.getElementById(claim)?.querySelector("[popovertarget]")) || null;
      const note = document.getElementById(source?.getAttribute("popovertarget") ?? id);
      if (note?.popover) note.showPopover(source ? { source } : {});
    }
    if (kept.focus) document.getElementById(kept.focus)?.focus({ preventScroll: true });
  }

  function reload() {
    keep();
    history.scrollRestoration = "manual";
    location.reload();
  }

  // --- Style sheets ---

  const withoutDigest = (address) => address.replace(/-[0-9a-f]{10}\.css$/, ".css");

  function swap(path) {
    for (const old of document.querySelectorAll('link[rel="stylesheet"]')) {
      const place = new URL(old.href).pathname;
      if (place === `/${path}` || withoutDigest(place) !== withoutDigest(`/${path}`)) continue;
      const fresh = old.cloneNode();
      fresh.href = `/${path}`;
      fresh.addEventListener("load", () => old.remove());
      old.after(fresh);
    }
  }

  // --- The editor's bar ---

  async function bar() {
    if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
    const answer = await fetch(`/-/bar?page=${encodeURIComponent(location.pathname)}`);
    const html = answer.ok ? await answer.text() : "";
    let host = document.querySelector('[data-desk="bar"]');
    if (!host && !html) return;
    if (!host) {
      host = document.createElement("div");
      host.dataset.desk = "bar";
      host.lang = "en";
      host.dir = "ltr";
      host.attachShadow({ mode: "open" }).addEventListener("keydown", close);
      document.body.append(host);
    }
    const root = host.shadowRoot;
    root.innerHTML = html;
    const opened = new Set(JSON.parse(sessionStorage.getItem("desk bar") ?? "[]"));
    for (const each of root.querySelectorAll("details")) {
      each.open = opened.has(each.id);
      each.addEventListener("toggle", () => {
        each.open ? opened.add(each.id) : opened.delete(each.id);
        sessionStorage.setItem("desk bar", JSON.stringify([...opened]));
      });
    }
  }

  function close(event) {
    const whole = event.currentTarget.querySelector("details");
    if (event.key !== "Escape" || !whole?.open) return;
    whole.open = false;
    whole.querySelector("summary").focus();
  }

  // --- The socket ---

  let wait = 100;

  function connect() {
    const socket = new WebSocket(`ws://${location.host}/livereload`);
    socket.addEventListener("open", () => {
      wait = 100;
      socket.send(JSON.stringify({
        command: "hello",
        protocols: ["http://livereload.com/protocols/official-7"],
        page: location.pathname,
        ...edition,
      }));
    });
    socket.addEventListener("message", ({ data }) => {
      const said = JSON.parse(data);
      if (said.command === "bar") bar();
      if (said.command !== "reload") return;
      if (!said.liveCSS) return reload();
      swap(said.path);
      edition.whole = said.whole;
    });
    socket.addEventListener("close", () => {
      setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    });
  }

  restore();
  connect();
})();
