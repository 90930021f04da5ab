// Keys of a table with data-keys: j and k move, Enter opens, / searches, Escape leaves.
// Elements with data-key="x" are pressed by x. Nothing here is needed by a mouse or a reader.
(() => {
  const writing = (e) => e.target.closest?.("input,select,textarea,[contenteditable]");
  const rows = () => [...document.querySelectorAll("table[data-keys] tbody tr")];

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((r) => r === document.activeElement || r.contains(document.activeElement));
    const to = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    to.tabIndex = -1;
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }

  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    if (e.key === "Escape") {
      document.querySelectorAll("details.panel[open],details.menu[open]").forEach((d) => { d.open = false; d.querySelector("summary").focus(); });
      if (writing(e) && e.target.type === "search") e.target.blur();
      return;
    }
    if (writing(e)) return;
    const search = e.key === "/" && document.querySelector("[data-search]");
    if (search) { e.preventDefault(); search.focus(); search.select(); return; }
    if (rows().length) {
      if (e.key === "j") return move(1);
      if (e.key === "k") return move(-1);
      const row = e.key === "Enter" && document.activeElement?.matches("tr") && document.activeElement;
      if (row) { row.querySelector("[data-open],a")?.click(); return; }
    }
    const pressed = /^[a-z0-9?]$/i.test(e.key) && document.querySelector(`[data-key="${e.key}"]`);
    if (pressed) { e.preventDefault(); pressed.focus(); pressed.click(); }
  });

  // A panel or a menu closes when one looks elsewhere.
  addEventListener("click", (e) => {
    document.querySelectorAll("details.panel[open],details.menu[open]").forEach((d) => { if (!d.contains(e.target) || e.target.closest("[data-close]")) d.open = false; });
  });

  // data-auto forms send themselves when a choice is made; their button serves without script.
  addEventListener("change", (e) => { const f = e.target.closest("form[data-auto]"); if (f) f.requestSubmit(); });

  // A form is sent once.
  addEventListener("submit", (e) => {
    const f = e.target;
    if (f.method === "get" || f.dataset.many !== undefined) return;
    if (f.dataset.sent) { e.preventDefault(); return; }
    f.dataset.sent = "1";
    setTimeout(() => { delete f.dataset.sent; }, 4000);
  });
  document.querySelectorAll("[data-print]").forEach((b) => b.addEventListener("click", () => print()));
})();
