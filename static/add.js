// The form to hand over result files: dropping them, seeing how far they are on
// their way, and what became of them. Without it the form is sent as any other.
(() => {
  "use strict";

  const formOf = (element) => element?.closest?.("form[data-add]");
  const size = (bytes) => bytes < 1e6 ? Math.ceil(bytes / 1e3) + " kB" : (bytes / 1e6).toFixed(1) + " MB";
  const total = (files) => [...files].reduce((sum, file) => sum + file.size, 0);
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  function fail(form, text) {
    const note = form.querySelector("[data-failure]");
    note.textContent = text;
    note.hidden = !text;
  }

  // --- Choosing

  function list(form) {
    const files = form.elements.files.files;
    const chosen = form.querySelector("[data-chosen]");
    chosen.hidden = files.length < 2;
    chosen.replaceChildren(...[...files].slice(0, 20).map((file) => {
      const item = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = file.name;
      item.append(name, " " + size(file.size));
      return item;
    }));
    if (files.length > 20) {
      const more = document.createElement("li");
      more.textContent = "and " + (files.length - 20) + " more";
      chosen.append(more);
    }
    const isTooMuch = total(files) > Number(form.dataset.most);
    fail(form, isTooMuch ? "These are " + size(total(files)) + ", and too large: pack them, or add them in several goes." : "");
    return !isTooMuch;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-add] input[type=file]")) list(formOf(event.target));
  });

  // What is dragged over the page opens the form, and nothing but the form takes it.
  document.addEventListener("dragover", (event) => {
    const form = document.querySelector("form[data-add]");
    if (!form || !hasFiles(event)) return;
    event.preventDefault();
    const menu = form.closest("details");
    if (menu) menu.open = true;
    const zone = event.target.closest?.("[data-drop]");
    event.dataTransfer.dropEffect = zone ? "copy" : "none";
    form.querySelector("[data-drop]").toggleAttribute("data-over", Boolean(zone));
  });
  for (const name of ["dragleave", "dragend", "drop"]) {
    document.addEventListener(name, () => document.querySelector("[data-over]")?.removeAttribute("data-over"));
  }
  document.addEventListener("drop", (event) => {
    const form = formOf(event.target.closest?.("[data-drop]"));
    if (!form || !hasFiles(event)) return;
    event.preventDefault();
    form.elements.files.files = event.dataTransfer.files;
    list(form);
  });

  // --- Sending

  function progress(form, done, text) {
    const line = form.querySelector("[data-sending]");
    line.hidden = false;
    const bar = line.querySelector("progress");
    if (done < 1) bar.value = done;
    else bar.removeAttribute("value"); // The server is reading them.
    line.querySelector("[role=status]").textContent = text;
  }

  function rest(form) {
    form.querySelector("[data-sending]").hidden = true;
    form.querySelector("button.primary").disabled = false;
  }

  // refresh brings the run into the list behind the form: it was made, unless all
  // was refused.
  function refresh() {
    const runs = document.getElementById("runs");
    if (!runs) return;
    const address = location.pathname + location.search;
    window.htmx?.ajax("GET", address, { source: runs, target: runs, swap: "outerMorph" });
  }

  // finish goes to the run, or shows what the answer says.
  function finish(form, request) {
    const region = request.response?.getElementById("adding");
    if (!region && request.status < 400) return location.assign(request.responseURL);
    rest(form);
    if (!region) {
      const message = request.response?.querySelector("[data-message]")?.textContent.trim();
      return fail(form, message || "The server answered " + request.status + ".");
    }
    const here = form.closest("#adding");
    here.replaceChildren(...document.importNode(region, true).childNodes);
    here.focus();
    refresh();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-add]") || self.origin === "null") return;
    event.preventDefault();
    if (!list(form)) return;
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.upload.addEventListener("progress", (sent) => {
      const isAll = sent.loaded === sent.total;
      progress(form, isAll ? 1 : sent.loaded / sent.total, isAll ? "Reading the files" : size(sent.loaded) + " of " + size(sent.total));
    });
    request.addEventListener("load", () => finish(form, request));
    request.addEventListener("error", () => { rest(form); fail(form, "The server cannot be reached."); });
    request.addEventListener("abort", () => rest(form));
    form.querySelector("[data-cancel]").onclick = () => request.abort();
    form.querySelector("button.primary").disabled = true;
    progress(form, 0, "Sending");
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
})();
