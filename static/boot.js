// In a sandboxed frame without allow-same-origin nothing can be fetched: htmx
// must leave the links alone, so that they stay ordinary links. It runs first.
if (self.origin === "null") document.documentElement.setAttribute("hx-ignore", "");
