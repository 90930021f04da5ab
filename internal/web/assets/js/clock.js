// Time left, renewed every 15 s: <time data-deadline=ms> says it, <progress data-deadline=ms data-from=ms> draws it.
// The server's clock counts, not the machine's.
(() => {
  const root = document.documentElement;
  let offset = 0;
  const learn = () => { const now = Number(root.dataset.now); offset = now ? now - Date.now() : 0; };
  const fr = root.lang !== "en";
  const nb = "\u00a0";
  const pad = (n) => String(n).padStart(2, "0");

  function words(ms) {
    const minutes = Math.floor(Math.abs(ms) / 60000), d = Math.floor(minutes / 1440), h = Math.floor(minutes / 60) % 24, m = minutes % 60;
    if (!minutes) return root.dataset.instant;
    if (minutes < 60) return m + nb + "min";
    if (!d) return h + nb + "h" + (m ? nb + (fr ? pad(m) : m + nb + "min") : "");
    return d + nb + root.dataset.day + (h && d < 7 ? nb + h + nb + "h" : "");
  }

  function tick() {
    const now = Date.now() + offset;
    for (const el of document.querySelectorAll("[data-deadline]")) {
      const end = Number(el.dataset.deadline), left = end - now;
      if (el.tagName === "PROGRESS") {
        el.max = Math.max(1, end - Number(el.dataset.from));
        el.value = Math.max(0, left);
      } else {
        const text = (left > 0 ? root.dataset.left : root.dataset.late).replace("{t}", words(left));
        if (el.textContent !== text) el.textContent = text;
      }
      const tone = el.closest("[data-urgent]");
      if (tone && left <= Number(tone.dataset.urgent)) { tone.classList.remove("wait"); tone.classList.add("alert"); }
    }
  }

  learn();
  tick();
  root.addEventListener("fresh:now", learn);
  root.addEventListener("fresh", tick);
  setInterval(tick, 15000);
})();
