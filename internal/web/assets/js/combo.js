// A field whose server searches while one types: <div data-combo="/communes"> holds the input, its list and its hidden code.
(() => {
  for (const box of document.querySelectorAll("[data-combo]")) {
    const input = box.querySelector("input.input"), list = box.querySelector("[role=listbox]");
    const code = box.querySelector("[data-combo-code]"), text = box.querySelector("[data-combo-for]");
    const picks = box.hasAttribute("data-combo-pick");
    let timer, asked, at = -1;
    box.hidden = false;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    const options = () => [...list.querySelectorAll("[role=option]")];

    const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const light = (i) => {
      const all = options();
      at = all.length ? (i + all.length) % all.length : -1;
      all.forEach((o, n) => o.setAttribute("aria-selected", String(n === at)));
      if (at < 0) return;
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    };
    const choose = (o) => {
      close();
      if (picks) {
        input.value = "";
        box.dispatchEvent(new CustomEvent("pick", { bubbles: true, detail: o.dataset.value }));
        return;
      }
      input.value = o.dataset.label;
      if (code) { code.value = o.dataset.value; text.value = o.dataset.label; }
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    async function search() {
      const q = input.value.trim();
      asked?.abort();
      if (q.length < 2 || (text && q === text.value)) return close();
      asked = new AbortController();
      try {
        const where = new URL(box.dataset.combo, location.href);
        where.searchParams.set("q", q);
        const answer = await fetch(where, { signal: asked.signal, credentials: "same-origin" });
        if (!answer.ok || answer.redirected || document.activeElement !== input) return close();
        list.innerHTML = await answer.text();
        options().forEach((o, n) => { o.id = list.id + "-" + n; });
        list.hidden = !list.children.length;
        input.setAttribute("aria-expanded", String(!list.hidden));
        light(0);
      } catch { /* typed on, or no network: the text is sent as it is */ }
    }
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
    input.addEventListener("keydown", (e) => {
      if (e.key === "ArrowDown" || e.key === "ArrowUp") {
        e.preventDefault();
        if (list.hidden) search(); else light(at + (e.key === "ArrowDown" ? 1 : -1));
      } else if (e.key === "Enter" && !list.hidden && at >= 0) {
        e.preventDefault();
        choose(options()[at]);
      } else if (e.key === "Escape" && !list.hidden) { e.stopPropagation(); close(); }
    });
    // A mouse or a finger presses an option before the field loses the focus.
    list.addEventListener("pointerdown", (e) => e.preventDefault());
    list.addEventListener("click", (e) => { const o = e.target.closest("[role=option]"); if (o) choose(o); });
    input.addEventListener("blur", () => setTimeout(close, 100));
  }
})();
