"use strict";
(() => {
  const spec = JSON.parse(document.getElementById("document").textContent);
  const onDisk = location.protocol === "file:";
  document.querySelector(".from-disk").hidden = !onDisk;
  if (onDisk && Array.isArray(spec.servers)) {
    // The server on this machine is the one that a page from disk is most likely to reach.
    spec.servers.sort((a, b) => Number(b.url.includes("//127.0.0.1")) - Number(a.url.includes("//127.0.0.1")));
  }
  window.ui = SwaggerUIBundle({
    spec,
    domNode: document.getElementById("console"),
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    validatorUrl: null,
    deepLinking: true,
    filter: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    displayOperationId: true,
    defaultModelsExpandDepth: -1,
    docExpansion: "list",
    syntaxHighlight: { activated: true, theme: "agate" },
  });
})();
