// The query page: YASGUI on this server's own endpoint, and the named queries as a menu.
"use strict";

const prefixes = {
  kg: "https://w3id.org/paperkg/ontology#",
  skos: "http://www.w3.org/2004/02/skos/core#",
  dcterms: "http://purl.org/dc/terms/",
  nif: "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
  itsrdf: "http://www.w3.org/2005/11/its/rdf#",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  schema: "https://schema.org/",
  prov: "http://www.w3.org/ns/prov#",
};
const first = `PREFIX kg: <https://w3id.org/paperkg/ontology#>
SELECT ?type (COUNT(?entity) AS ?entities)
WHERE { ?entity a ?type }
GROUP BY ?type
ORDER BY DESC(?entities)
`;

const Gui = typeof Yasgui === "function" ? Yasgui : Yasgui.default || Yasgui.Yasgui;
// No suggestions from servers elsewhere: this page works without a network.
if (Gui.Yasqe) {
  Gui.Yasqe.defaults.autocompleters = [];
  Gui.Yasqe.defaults.value = first;
}
if (Gui.Yasr) Gui.Yasr.defaults.prefixes = prefixes;
const gui = new Gui(document.getElementById("yasgui"), {
  requestConfig: { endpoint: location.origin + "/sparql", method: "POST" },
  copyEndpointOnNewTab: true,
  persistenceId: null,
  endpointCatalogueOptions: { getData: () => [] },
});
window.gui = gui;

const notice = document.getElementById("notice");
function say(text) {
  notice.textContent = text || "";
  notice.hidden = !text;
}
// Every answer goes through the editor of its tab, which is watched from its first query on.
const watched = new WeakSet();
function watch(tab) {
  const editor = tab.getYasqe();
  say("");
  if (watched.has(editor)) return;
  watched.add(editor);
  editor.on("queryResponse", (_, answer) => say(answer && answer.headers && answer.headers.get("x-kg-cut")));
}
gui.on("query", (_, tab) => watch(tab));

const menu = document.getElementById("named");
let named = [];
fetch("/queries")
  .then((response) => response.json())
  .then((queries) => {
    named = queries;
    queries.forEach((query, i) => menu.add(new Option(query.title, String(i))));
  })
  .catch(() => say("the list of named queries could not be read"));
menu.addEventListener("change", () => {
  const query = named[Number(menu.value)];
  if (menu.value === "" || !query) return;
  document.getElementById("description").textContent = query.description;
  const tab = gui.addTab(true, { name: query.title });
  tab.setQuery(query.sparql);
  menu.value = "";
});

// IRIs in the answers open as pages of this server; the middle button and the address itself still lead to the web.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest(".yasr a[href^='http']");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey) return;
  if (link.host === location.host) return;
  event.preventDefault();
  fetch("/describe?iri=" + encodeURIComponent(link.href), { method: "HEAD" }).then((answer) =>
    window.open(answer.ok ? "/describe?iri=" + encodeURIComponent(link.href) : link.href, "_blank", "noopener"),
  );
}, true);
