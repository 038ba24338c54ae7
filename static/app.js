// What the pages do with script: partial updates, refreshing, messages, keys
// and pickers. Everything here is a convenience; every link and form works
// without it.
(() => {
  "use strict";

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const htmx = window.htmx;
  if (!htmx) root.setAttribute("hx-ignore", "");
  const isPartial = !root.hasAttribute("hx-ignore");

  // htmx is the only one that may write markup, and scripts in it stay inert.
  const policy = isPartial && window.trustedTypes?.createPolicy("htmx", {
    createHTML: (html) => html,
    createScript: () => "",
  });

  if (isPartial) {
    htmx.registerExtension("runboard", {
      init: (api) => policy && api.initSecurity(policy),
      // What the reader has opened stays open.
      htmx_before_morph_attr: (element, change) => !(change.attrName === "open" && element.matches("details")),
    });
  }

  // --- Partial updates

  let focused = null;
  let isPaging = false;
  document.addEventListener("htmx:before:swap", (event) => {
    focused = document.activeElement;
    isPaging = Boolean(event.detail.ctx.sourceElement?.closest?.(".pager"));
  });

  const hasFailed = (response) => response?.status >= 400;

  document.addEventListener("htmx:after:swap", (event) => {
    if (hasFailed(event.detail.ctx.response)) return;
    byId("alerts").replaceChildren();
    lastGood = new Date();
    settle();
    // What had the focus may be gone, such as the chip that was removed.
    if (focused && !focused.isConnected) (byId("runs") ?? byId("tests"))?.focus({ preventScroll: true });
    if (isPaging) showTop(event.detail.ctx.target);
  });

  // Another page of a list begins at its top, below the line that says which page it is.
  function showTop(region) {
    const line = region.querySelector(".summary") ?? byId("summary") ?? region;
    if (line.getBoundingClientRect().top < 0) line.scrollIntoView();
  }

  // The element says whether its address is added to the history; the server
  // says how the address is spelled. A refresh does neither.
  document.addEventListener("htmx:before:history:update", (event) => {
    const { history, sourceElement, response } = event.detail;
    if (hasFailed(response) || sourceElement?.hasAttribute("data-refresh")) event.preventDefault();
    else if (sourceElement?.hasAttribute("hx-replace-url")) history.type = "replace";
    else if (history.path === location.pathname + location.search) history.type = "replace";
  });

  for (const [name, isBusy] of [["before:request", "true"], ["finally:request", "false"]]) {
    document.addEventListener("htmx:" + name, (event) => {
      event.detail.ctx?.target?.setAttribute?.("aria-busy", isBusy);
    });
  }

  // settle brings in line what markup alone does not say: a box that has been
  // clicked no longer follows its attribute.
  function settle() {
    for (const box of all("#filter input[type=checkbox]")) box.checked = box.defaultChecked;
    all("[data-find]").forEach(find);
    const days = all(".days a");
    const entry = days.find((day) => day === document.activeElement) ?? days.at(-1);
    for (const day of days) day.setAttribute("tabindex", day === entry ? "0" : "-1");
  }

  // --- Messages

  let lastGood = new Date();

  function alertOf(problem, address) {
    const time = lastGood.toLocaleTimeString("en-GB", { timeZone: root.dataset.zone || "UTC" });
    const isStale = byId("stale")?.hasChildNodes(); // It says how old the data is.
    const text = isStale ? problem : problem + " Showing data from " + time + ".";
    const region = byId("alerts");
    if (region.dataset.problem === problem && region.hasChildNodes()) return; // It has been announced.
    region.dataset.problem = problem;
    const message = document.createElement("span");
    message.textContent = text;
    const retry = document.createElement("a");
    retry.textContent = "Retry";
    retry.className = "link";
    retry.target = "_self";
    retry.href = address;
    region.replaceChildren(message, retry);
  }

  // explain takes the server's own sentence, if the answer is one of its pages.
  function explain(answer) {
    const page = new DOMParser().parseFromString(policy ? policy.createHTML(answer.text) : answer.text, "text/html");
    const message = page.querySelector("[data-message]")?.textContent.trim();
    return message || "The server answered " + answer.response.status + ".";
  }

  // pageAddress is where a request of a region leads as a page.
  const pageAddress = (ctx) => ctx?.request?.action || location.href;

  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = event.detail;
    alertOf(explain(ctx), pageAddress(ctx));
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (ctx?.response) return;
    const isLate = ctx?.request?.signal?.reason === "timeout";
    alertOf(isLate ? "The server took too long to answer." : "The server cannot be reached.", pageAddress(ctx));
  });

  // --- Refreshing, only in a tab that can be seen

  const pause = 15000;
  let due = 0;

  function schedule() {
    due = Date.now() + pause * (0.9 + Math.random() * 0.2);
  }

  function refresh() {
    if (document.visibilityState !== "visible" || Date.now() < due) return;
    schedule();
    for (const region of all("[data-refresh]")) {
      htmx.ajax("GET", region.dataset.refresh, { source: region, target: region, swap: "outerMorph" });
    }
  }

  if (isPartial) {
    schedule();
    setInterval(refresh, 1000);
    document.addEventListener("visibilitychange", refresh);
  }

  // --- Pickers

  function find(input) {
    const wanted = input.value.trim().toLocaleLowerCase();
    for (const item of all("li", input.closest("details"))) {
      item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
    }
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-find]")) find(event.target);
  });
  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("click", (event) => {
    const menu = event.target.closest(".links a")?.closest("details.menu");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  // A press on a text in a menu moves the focus out of it, and is no reason to close it.
  let pressed = null;
  document.addEventListener("pointerdown", (event) => { pressed = event.target; });
  document.addEventListener("pointerup", () => { pressed = null; });
  document.addEventListener("focusin", (event) => {
    for (const menu of all("details.menu[open]")) {
      if (!menu.contains(event.target) && !menu.contains(pressed)) menu.open = false;
    }
  });

  // --- Copying; where the browser refuses it, the text is selected instead

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
    }
  });

  // --- Keys, never while typing

  const rows = () => all("[data-row]");
  let prefix = "";

  function move(step) {
    const links = rows();
    const row = document.activeElement?.closest("tr, li");
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  function act(key) {
    if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
    if (key === "o") return document.activeElement?.closest("tr, li")?.querySelector("[data-row]")?.click();
    if (key === "?") return byId("keys")?.showModal();
    const element = all("[data-key]").find((candidate) => candidate.dataset.key === key);
    if (!element) return;
    if (element.matches("input")) element.select();
    else element.click();
  }

  const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const known = new Set(["/", "j", "k", "o", "[", "]", "f", "g r", "g h", "?"]);

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!document.body.hasAttribute("data-keys") || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = prefix + event.key;
    prefix = key === "g" ? "g " : "";
    if (!known.has(key)) return;
    event.preventDefault();
    act(key);
  }

  function walk(event) {
    const day = event.target.closest?.(".days a");
    const step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key];
    const next = step && day?.[step];
    if (!next) return;
    event.preventDefault();
    day.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  // leave empties the search, in every browser alike, and then gives the keys back.
  function leave(event) {
    const box = event.target;
    if (event.key !== "Escape" || !box.matches?.("input[data-key]")) return;
    event.preventDefault();
    if (!box.value) return box.blur();
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
    walk(event);
    leave(event);
    press(event);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("button[data-key='?']")) byId("keys")?.showModal();
  });

  // --- The reader's zone and the printed page

  // The first page of a new reader is in UTC, and is loaded again in the zone of the
  // browser; once a tab, since a browser that keeps no cookie is asked by every page.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (document.body.hasAttribute("data-ask-zone") && zone && self.origin !== "null") {
    const mayReload = () => {
      try {
        const isFirst = !sessionStorage.getItem("zone");
        sessionStorage.setItem("zone", zone);
        return isFirst;
      } catch {
        return false; // Nothing may be kept at all.
      }
    };
    fetch("/settings/preferences", {
      method: "POST", redirect: "manual", body: new URLSearchParams({ browser_zone: zone, back: location.pathname }),
    }).then((answer) => {
      const isTaken = answer.type === "opaqueredirect";
      if (isTaken && zone !== root.dataset.zone && mayReload()) location.reload();
    }).catch(() => {}); // Times stay in UTC, and the page says so.
  }
  window.addEventListener("beforeprint", () => {
    for (const address of all("[data-address]")) address.textContent = location.href;
  });

  settle();
})();
