"use strict";
// Live parts: asks only while the tab is seen, rests longer after slow answers and failures, and says when it is stale.
(() => {
  const LONGEST_REST_MS = 60000;
  const FIRST_REST_MS = 2000;
  const REST_PER_WAIT = 10;
  const paces = new Map();

  const paceOf = (part) => {
    if (!paces.has(part.id)) paces.set(part.id, { failures: 0, askedAt: 0, restUntil: 0 });
    return paces.get(part.id);
  };

  const liveOf = (event) => {
    const source = event.detail?.ctx?.sourceElement;
    return source?.matches?.("[data-live]") ? source : null;
  };

  const rest = (pace, ms) => {
    pace.restUntil = Date.now() + Math.min(ms, LONGEST_REST_MS) * (0.75 + Math.random() / 2);
  };

  const showStale = (part, isStale) => {
    const notice = part.querySelector("[data-live-stale]");
    if (notice) notice.hidden = !isStale;
  };

  const fail = (part) => {
    const pace = paceOf(part);
    rest(pace, FIRST_REST_MS * 2 ** Math.min(pace.failures, 6));
    pace.failures += 1;
    showStale(part, true);
  };

  const succeed = (part, response) => {
    const pace = paceOf(part);
    const waited = Date.now() - pace.askedAt;
    pace.failures = 0;
    pace.restUntil = Date.now() + Math.min(waited * REST_PER_WAIT, LONGEST_REST_MS);
    if (response.status !== 304) return;
    const clock = response.headers.get("X-Varsel-Time");
    for (const element of part.querySelectorAll("[data-live-clock]")) element.textContent = clock;
    showStale(part, false);
  };

  document.addEventListener("htmx:config:request", (event) => {
    const part = liveOf(event);
    if (!part) return;
    const pace = paceOf(part);
    const isWoken = event.detail.ctx.sourceEvent?.type === "wake";
    if (document.hidden || (!isWoken && Date.now() < pace.restUntil)) event.preventDefault();
  });

  document.addEventListener("htmx:before:request", (event) => {
    const part = liveOf(event);
    if (part) paceOf(part).askedAt = Date.now();
  });

  document.addEventListener("htmx:before:response", (event) => {
    const part = liveOf(event);
    if (!part) return;
    const response = event.detail.ctx.response;
    if (response.status === 200 || response.status === 304) return succeed(part, response);
    // Where somebody types, nobody is led away by what the page asks by itself: the typed text would be lost.
    if (response.headers.has("HX-Redirect") && !("stay" in part.dataset)) return;
    event.preventDefault();
    fail(part);
  });

  document.addEventListener("htmx:error", (event) => {
    const part = liveOf(event);
    if (part) fail(part);
  });

  // A new order that was saved while it was typed has an address of its own from then on.
  document.addEventListener("htmx:before:response", (event) => {
    const address = event.detail.ctx.response.headers.get("X-Varsel-Address");
    if (address?.startsWith("/")) history.replaceState(history.state, "", address);
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 2000);
  });

  const wake = () => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new CustomEvent("wake"));
  };
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
})();
