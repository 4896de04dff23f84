"use strict";
/* What the panel says. Every text goes in as text (textContent), never as markup. */
const DATA = JSON.parse(document.getElementById("data").textContent);
const ABOUT = DATA.about;
const $ = (id) => document.getElementById(id);

function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
/* The corners of a shape of radius 1, as vis-network draws it; null for a disc. */
function corners(shape) {
  const ring = (count, turn, radius) => Array.from({ length: count }, (_, i) => {
    const angle = turn + (i * 2 * Math.PI) / count;
    const r = radius ? radius(i) : 1;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  });
  if (shape === "square") return [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  if (shape === "diamond") return [[0, -1], [1, 0], [0, 1], [-1, 0]];
  if (shape === "triangle") return [[0, -1.01], [1.15, 0.98], [-1.15, 0.98]];
  if (shape === "hexagon") return ring(6, 0);
  if (shape === "star") return ring(10, -Math.PI / 2, (i) => (i % 2 ? 0.41 : 1.07)).map(([x, y]) => [x, y + 0.08]);
  return null;
}
const SHAPES = {};
for (const node of DATA.nodes) SHAPES[node.type] = node.shape;
function icon(type, size = 14) {
  const colour = (DATA.types[type] || DATA.types.Other).colour;
  const points = corners(SHAPES[type]);
  const mark = points
    ? svg("polygon", { points: points.map(([x, y]) => `${(x * 5.8).toFixed(2)},${(y * 5.8).toFixed(2)}`).join(" "), fill: colour })
    : svg("circle", { r: 5.6, fill: colour });
  return svg("svg", { width: size, height: size, viewBox: "-7.5 -7.5 15 15", "aria-hidden": "true" }, mark);
}
function safeLink(url, text) {
  return /^https?:\/\//i.test(url) ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}
const nodeButton = (id, text) => (id < 0 ? text : el("button", { class: "link", onclick: () => select(id) }, text));
const isWeb = (iri) => /^https?:\/\//i.test(iri);

/* A sentence with its mentions marked: those of `focus` strongly, the others as links. Offsets count code points. */
function sentence(index, focus) {
  const [, text, marks] = ABOUT.sentences[index];
  const letters = Array.from(text);
  const out = el("p", { class: "says" });
  let at = 0;
  for (const [start, end, node] of [...marks].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (start < at) continue;
    out.append(letters.slice(at, start).join(""));
    const words = letters.slice(start, end).join("");
    if (focus.includes(node)) out.append(el("mark", {}, words));
    else out.append(nodeButton(node, words));
    at = end;
  }
  out.append(letters.slice(at).join(""));
  return out;
}
function paperLine(index) {
  const paper = ABOUT.papers[index];
  const node = NODE_OF_PAPER.get(index);
  const line = el("div", { class: "title" }, node === undefined ? paper.title : nodeButton(node, paper.title));
  const facts = el("div", { class: "quiet" });
  const parts = [paper.year, paper.venue, ...paper.ids.map(identifier), ...paper.links.map(([kind, url]) => safeLink(url, kind === "other" ? "link" : kind))];
  parts.filter(Boolean).forEach((part, i) => facts.append(...(i ? [" · "] : []), part));
  return el("div", {}, line, facts);
}
function identifier(id) {
  const [, scheme, value] = /^([a-z]+):(.*)$/i.exec(id) || [null, "", id];
  if (/^arxiv$/i.test(scheme) && /^[\w.\-/]+$/.test(value)) return safeLink("https://arxiv.org/abs/" + value, id);
  if (/^doi$/i.test(scheme) && /^10\.[\w.\-/();:]+$/.test(value)) return safeLink("https://doi.org/" + value, id);
  if (/^acl$/i.test(scheme) && /^[\w.\-]+$/.test(value)) return safeLink("https://aclanthology.org/" + value, id);
  return id;
}
function number(result) {
  const range = result.low && result.high ? result.low + "–" + result.high : result.low || result.high;
  // in words: "≥ −40 %" would be read the wrong way round
  const bound = !result.low === !result.high ? "" : result.low ? "at least " : "up to ";
  const sign = { up: "+", down: "−" }[result.direction] || "";
  const text = (result.value || range || result.raw) + (result.unit === "%" ? " %" : result.unit ? " " + result.unit : "");
  if (result.kind === "Ratio") return bound + (result.value ? result.value + "×" : text) + ({ up: " ↑", down: " ↓" }[result.direction] || "");
  return (result.kind === "Gain" ? "Δ " + bound + sign : bound) + text;
}
function resultsTable(indices) {
  const cell = (ends) => {
    const td = el("td");
    ends.forEach(([label, node], i) => td.append(...(i ? [", "] : []), nodeButton(node, label)));
    return td;
  };
  const rows = indices.map((index) => {
    const r = ABOUT.results[index];
    const where = [r.split, r.setting].filter(Boolean).join(", ");
    const dataset = cell(r.dataset);
    if (where) dataset.append(el("div", { class: "quiet" }, where));
    const value = el("td", { class: "number", title: r.raw }, number(r));
    const row = el("tr", {}, cell(r.method), dataset, cell(r.metric), value);
    return row;
  });
  const head = el("tr", {}, el("th", { scope: "col" }, "Method"), el("th", { scope: "col" }, "Dataset"), el("th", { scope: "col" }, "Metric"), el("th", { scope: "col", class: "number" }, "Value"));
  return el("table", { class: "results" }, el("thead", {}, head), el("tbody", {}, ...rows));
}
const NODE_OF_PAPER = new Map();
ABOUT.nodes.forEach((about, id) => { if (about.paper !== undefined) NODE_OF_PAPER.set(about.paper, id); });

function kindLine(type, ...more) {
  const one = type.toLowerCase();
  return el("div", { class: "kind" }, icon(type), [one, ...more].filter(Boolean).join(" · "));
}
function nodePanel(id) {
  const node = DATA.nodes[id];
  const about = ABOUT.nodes[id];
  const parts = [];
  if (node.type === "Paper") {
    const paper = ABOUT.papers[about.paper];
    parts.push(kindLine("Paper", paper.year, paper.venue), el("h2", {}, node.name));
    const links = el("p", { class: "quiet" });
    [...paper.ids.map(identifier), ...paper.links.map(([kind, url]) => safeLink(url, kind === "other" ? url : kind))]
      .forEach((part, i) => links.append(...(i ? [" · "] : []), part));
    parts.push(links);
  } else {
    const papers = about.count === undefined ? "" : about.count === 1 ? "in 1 paper" : `in ${about.count.toLocaleString("en")} papers`;
    parts.push(kindLine(node.type, papers), el("h2", {}, node.name));
    if (about.aliases && about.aliases.length) parts.push(el("p", { class: "quiet" }, "also: " + about.aliases.join("; ")));
    if (about.text) parts.push(el("p", {}, about.text));
    if (about.members) parts.push(el("h3", {}, "Best connected"), ...about.members.map((name) => el("div", { class: "row" }, name)));
  }
  if (isWeb(about.iri)) parts.push(el("p", { class: "quiet iri" }, el("code", {}, about.iri.replace(/^https:\/\/w3id\.org\/paperkg\/id\//, ""))));
  parts.push(el("div", { class: "actions" },
    el("button", { onclick: () => focusOn(id) }, "Centre"),
    el("button", { "aria-pressed": only === id, onclick: () => showOnly(only === id ? -1 : id) }, only === id ? "Show all again" : "Only its neighbours")));
  if (about.results && about.results.length) parts.push(el("h3", {}, "Results"), resultsTable(about.results));
  if (about.papers && about.papers.length) {
    parts.push(el("h3", {}, about.count > about.papers.length ? `Papers (${about.papers.length} of ${about.count})` : "Papers and evidence"));
    for (const [paper, roles, sentences] of about.papers) {
      const words = roles.map((role) => (DATA.roles[role] || { words: role }).words).join(", ");
      parts.push(el("div", { class: "entry" }, paperLine(paper), el("div", {}, el("span", { class: "badge" }, words)), ...sentences.map((s) => sentence(s, [id]))));
    }
  }
  parts.push(...neighbours(id));
  if (node.type === "Paper" && about.sentences.length) {
    parts.push(el("h3", {}, "What was read"), ...about.sentences.map((s) => sentence(s, [])));
  }
  return parts;
}
function neighbours(id) {
  const groups = new Map();
  for (const edge of EDGES_OF[id]) {
    const forward = edge.from === id;
    const other = forward ? edge.to : edge.from;
    for (const [role, , , , along] of edge.says) {
      const words = (DATA.roles[role] || { words: role }).words;
      const out = forward === Boolean(along);
      const key = out ? words + " →" : "← " + words;
      if (!groups.has(key)) groups.set(key, new Map());
      groups.get(key).set(other, edge.id);
    }
  }
  if (!groups.size) return [];
  const parts = [el("h3", {}, "Neighbours")];
  for (const [key, others] of groups) {
    parts.push(el("div", { class: "role" }, key));
    const sorted = [...others].sort((a, b) => DATA.nodes[b[0]].degree - DATA.nodes[a[0]].degree);
    for (const [other, edge] of sorted.slice(0, 60)) {
      parts.push(el("div", { class: "row" }, icon(DATA.nodes[other].type), el("span", { class: "name" }, nodeButton(other, DATA.nodes[other].name)),
        el("button", { class: "link quiet", onclick: () => selectEdge(edge), "aria-label": "Why: " + DATA.nodes[other].name }, "why?")));
    }
    if (sorted.length > 60) parts.push(el("p", { class: "quiet" }, `and ${sorted.length - 60} more`));
  }
  return parts;
}
function edgePanel(edge) {
  const parts = [el("div", { class: "kind" }, "link"), el("h2", {}, DATA.nodes[edge.from].name, " — ", DATA.nodes[edge.to].name)];
  let last = "";
  for (const [role, paper, sentences, result, along] of edge.says) {
    const [head, tail] = along ? [edge.from, edge.to] : [edge.to, edge.from];
    const words = (DATA.roles[role] || { words: role }).words;
    const statement = el("p", {}, nodeButton(head, DATA.nodes[head].name), el("b", {}, ` ${words} `), nodeButton(tail, DATA.nodes[tail].name));
    if (last !== role + along) parts.push(el("h3", {}, words), statement);
    last = role + along;
    const entry = el("div", { class: "entry" });
    if (paper >= 0) entry.append(paperLine(paper));
    if (result >= 0) entry.append(resultsTable([result]));
    entry.append(...sentences.filter((s) => s >= 0).map((s) => sentence(s, [head, tail])));
    parts.push(entry);
  }
  return parts;
}
function listPanel(visible) {
  const parts = [el("h2", {}, "All nodes"), el("p", { class: "quiet" }, "What the picture shows, in words; the most connected first.")];
  for (const type of Object.keys(DATA.types)) {
    const nodes = DATA.nodes.filter((node) => node.type === type && visible(node)).sort((a, b) => b.degree - a.degree || (a.name < b.name ? -1 : 1));
    if (!nodes.length) continue;
    parts.push(el("h3", {}, `${DATA.types[type].plural} (${nodes.length})`));
    for (const node of nodes) parts.push(el("div", { class: "row" }, icon(type), el("span", { class: "name" }, nodeButton(node.id, node.name)), el("span", { class: "count" }, String(node.degree))));
  }
  return parts;
}
