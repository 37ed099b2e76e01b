"use strict";
(() => {
  const nav = document.querySelector("nav");
  const search = document.getElementById("search");
  const nothing = nav.querySelector(".nothing");
  const groups = [...nav.querySelectorAll(".group")];
  const schemas = nav.querySelector("details.group");

  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of groups) {
      let inGroup = 0;
      for (const item of group.querySelectorAll("li")) {
        const text = (item.textContent + " " + (item.dataset.words || "")).toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
        if (!item.hidden) inGroup += 1;
      }
      group.hidden = inGroup === 0;
      found += inGroup;
    }
    if (schemas) schemas.open = words.length > 0;
    nothing.hidden = found > 0;
  });

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      search.dispatchEvent(new Event("input"));
      search.blur();
    }
  });

  // On a narrow screen the contents lie over the page; a choice closes them.
  nav.addEventListener("click", (event) => {
    if (event.target.closest("a")) document.getElementById("menu").checked = false;
  });

  // What is nested deep stands once, at its schema, and is copied when somebody opens it.
  document.addEventListener("toggle", (event) => {
    const name = event.target.dataset && event.target.dataset.schema;
    if (!name || !event.target.open) return;
    const rows = document.querySelector(`#${CSS.escape("schema-" + name)} > .rows`);
    if (rows) {
      event.target.querySelector("p").replaceWith(rows.cloneNode(true));
      delete event.target.dataset.schema;
    }
  }, true);

  // Paper cannot be unfolded.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("main details:not([data-schema])")) details.open = true;
  });

  // The contents show where the reader is.
  const links = new Map([...nav.querySelectorAll("a")].map((link) => [link.getAttribute("href").slice(1), link]));
  let current = null;
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const link = entry.isIntersecting && links.get(entry.target.id);
      if (!link || link === current) continue;
      if (current) current.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      current = link;
      const box = link.getBoundingClientRect();
      if (box.height && (box.top < 60 || box.bottom > innerHeight - 20)) {
        nav.scrollTop += box.top - innerHeight / 2;
      }
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const section of document.querySelectorAll("main section[id]")) observer.observe(section);
})();
