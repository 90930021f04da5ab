// A phone that read the code of a pairing finds it after the # of the address, which no server is sent.
(() => {
  const field = document.querySelector("[data-from-hash]");
  if (!field || !location.hash) return;
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
})();
