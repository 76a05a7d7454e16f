// Draw the description of the programming interface; without scripts the page still links to it.
const place = document.getElementById("api-docs");

globalThis.SwaggerUIBundle({ domNode: place, url: place.dataset.schema, deepLinking: true, supportedSubmitMethods: ["get"] });
