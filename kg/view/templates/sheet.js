"use strict";
/* Leaderboards and matrices. Every text goes in as text (textContent), never as markup. */
const DATA = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (name === "style") Object.entries(value).forEach(([key, text]) => element.style.setProperty(key, text));
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}
const safeLink = (url, text) => (/^https?:\/\//i.test(url) ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : "");

/* --- leaderboard ---------------------------------------------------------------------------------------------- */
function leaderboard(section) {
  const body = el("tbody");
  const most = Math.max(...section.rows.map((row) => row.number), 0);
  const columns = [["rank", "#"], ["method", "Method"], ["number", section.unit ? `${section.metric} (${section.unit})` : section.metric], ["setting", "Split and setting"], ["year", "Year"], ["title", "Paper"]];
  let sorted = "rank", up = true;
  const line = (row) => {
    const value = el("td", { class: "bar" }, el("i", { style: { width: most > 0 ? (93 * Math.max(row.number, 0)) / most + "%" : "0" } }), el("b", {}, row.value));
    const button = el("button", { class: "why-button", "aria-expanded": "false", "aria-label": `why? The sentence behind ${row.value} of ${row.method || "no method"}` }, "why?");
    const paper = el("td", {}, row.title, " ", ...(row.code ? ["· ", safeLink(row.code, "code"), " "] : []), button);
    const tr = el("tr", { class: row.rank === 1 ? "best" : null }, el("td", {}, String(row.rank)), el("td", {}, row.method || "—"), value, el("td", { class: "quiet" }, row.setting), el("td", {}, row.year), paper);
    const why = el("tr", { class: "why", hidden: true }, el("td", { colspan: columns.length }, el("p", { class: "says" }, row.before, el("mark", {}, row.marked), row.after), el("p", { class: "quiet" }, row.iri)));
    button.addEventListener("click", () => { why.hidden = !why.hidden; button.setAttribute("aria-expanded", String(!why.hidden)); });
    return [tr, why];
  };
  const heads = columns.map(([key, words]) => el("th", { scope: "col" }, el("button", { onclick: () => order(key) }, words)));
  function order(key) {
    up = key === sorted ? !up : key !== "number" && key !== "year";
    sorted = key;
    fill();
  }
  function fill() {
    const by = (a, b) => (typeof a[sorted] === "number" ? a[sorted] - b[sorted] : String(a[sorted]).localeCompare(String(b[sorted]), "en"));
    const rows = [...section.rows].sort((a, b) => (up ? by(a, b) : by(b, a)));
    body.replaceChildren(...rows.flatMap(line));
    heads.forEach((head, i) => head.setAttribute("aria-sort", columns[i][0] === sorted ? (up ? "ascending" : "descending") : "none"));
  }
  fill();
  return [el("h2", { class: "section" }, section.heading), el("table", { class: "board" }, el("thead", {}, el("tr", {}, ...heads)), body)];
}
/* --- matrix --------------------------------------------------------------------------------------------------- */
function matrix({ rows, columns, cells }) {
  const most = Math.max(...cells.map(([, , papers]) => papers.length), 1);
  const at = new Map(cells.map((cell) => [cell[0] + " " + cell[1], cell]));
  const head = el("tr", {}, el("td"), ...columns.map((name) => el("th", { scope: "col", title: name }, el("span", {}, name))));
  const lines = rows.map((name, row) => el("tr", {}, el("th", { scope: "row", title: name }, name), ...columns.map((other, column) => {
    const cell = at.get(row + " " + column);
    if (!cell) return el("td", {}, el("i"));
    const papers = cell[2], heat = 18 + (82 * papers.length) / most;
    const words = `${name} and ${other}: ${papers.length} ${papers.length === 1 ? "paper" : "papers"}`;
    return el("td", {}, el("button", { style: { "--heat": heat + "%" }, title: words, "aria-label": words, onclick: () => tell(words, papers) }, String(papers.length)));
  })));
  return [el("table", { class: "matrix" }, el("thead", {}, head), el("tbody", {}, ...lines))];
}
function tell(words, papers) {
  const entries = papers.map(([title, year, code, sentences]) => el("div", {}, el("h3", {}, [year, title].filter(Boolean).join(" · ")), code ? safeLink(code, "code") : "", ...sentences.map((text) => el("p", { class: "says" }, text))));
  const dialog = el("dialog", { "aria-label": words }, el("button", { class: "close", "aria-label": "Close", onclick: () => dialog.close() }, "×"), el("h2", {}, words), ...entries);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
$("sheet").append(...(DATA.sections || []).flatMap(leaderboard), ...(DATA.matrix ? matrix(DATA.matrix) : []));
function theme(name) {
  document.documentElement.dataset.theme = name;
  $("theme").textContent = name === "dark" ? "Light" : "Dark";
}
$("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
theme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
