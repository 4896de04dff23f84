/* What can be done with the picture: filter, choose, find, move. */
const EDGES_OF = DATA.nodes.map(() => []);
for (const edge of DATA.edges) { EDGES_OF[edge.from].push(edge); EDGES_OF[edge.to].push(edge); }
const BY_DEGREE = [...DATA.nodes].sort((a, b) => b.degree - a.degree || a.id - b.id);
const hiddenTypes = new Set(), hiddenRoles = new Set();
let chosen = -1, chosenEdge = -1, hovered = -1, only = -1, opener = null;

const faint = DATA.edges.length > 3000 ? 0.22 : DATA.edges.length > 800 ? 0.42 : DATA.edges.length > 250 ? 0.55 : 0.8;
const nodes = new vis.DataSet(DATA.nodes.map(({ id, x, y, size, shape, color }) => ({ id, x, y, size, shape, color })));
// vis-network's physics knows the edges; we draw them, many lines of one look in one stroke, which is faster.
const edges = new vis.DataSet(DATA.edges.map(({ id, from, to, width }) => ({ id, from, to, width, hidden: true })));
const network = new vis.Network($("stage"), { nodes, edges }, DATA.options);
network.canvas.frame.tabIndex = -1; // the stage around it is the one stop for the keyboard
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let ink = css("--ink"), ground = css("--paper");

/* --- what is visible ------------------------------------------------------------------------------------------ */
const kept = (id) => only < 0 || id === only || EDGES_OF[only].some((edge) => edge.from === id || edge.to === id);
let keptNow = () => true;
const visible = (node) => !hiddenTypes.has(node.type) && keptNow(node.id);
const visibleEdge = (edge) => visible(DATA.nodes[edge.from]) && visible(DATA.nodes[edge.to]) && edge.says.some(([role]) => !hiddenRoles.has(role));
let strokes = new Map(); // visible edges by their look
function refilter() {
  const ring = new Set(DATA.nodes.filter((node) => kept(node.id)).map((node) => node.id));
  keptNow = (id) => ring.has(id);
  nodes.update(DATA.nodes.map((node) => ({ id: node.id, hidden: !visible(node) })));
  strokes = new Map();
  for (const edge of DATA.edges.filter(visibleEdge)) {
    const look = [edge.color, edge.width, edge.dashes, edge.soft, edge.arrows].join();
    if (!strokes.has(look)) strokes.set(look, []);
    strokes.get(look).push(edge);
  }
}
function showOnly(id) {
  only = id;
  refilter();
  if (chosen >= 0) show(nodePanel(chosen));
  moveInto(...bounds(DATA.nodes.filter(visible).map((node) => node.id)), 1.5, calm());
}
/* --- choosing ------------------------------------------------------------------------------------------------- */
const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 350, easingFunction: "easeInOutQuad" });
function show(parts) {
  const panel = $("panel"), within = panel.contains(document.activeElement);
  if (panel.hidden) opener = document.activeElement;
  panel.replaceChildren(el("button", { class: "close", "aria-label": "Close", onclick: close }, "×"), ...parts);
  panel.hidden = false;
  panel.scrollTop = 0;
  if (within) panel.focus({ preventScroll: true }); // what had the focus is gone
  network.redraw();
}
function close() {
  chosen = chosenEdge = -1;
  $("panel").hidden = true;
  if (only >= 0) showOnly(-1);
  if (opener && opener.focus) opener.focus();
  network.redraw();
}
function select(id) {
  if (!visible(DATA.nodes[id])) {
    hiddenTypes.delete(DATA.nodes[id].type);
    if (only >= 0 && !kept(id)) only = -1;
    refilter();
    legend();
  }
  chosen = id;
  chosenEdge = -1;
  show(nodePanel(id));
  approach(around(id));
}
function selectEdge(id) {
  chosenEdge = id;
  chosen = -1;
  show(edgePanel(DATA.edges[id]));
  approach([DATA.edges[id].from, DATA.edges[id].to]);
}
const narrow = () => innerWidth <= 900; // as in page.css
/* The part of the stage that no card covers, in pixels: left, right, top, bottom; beside or below the card with the search. */
function clear() {
  const card = $("left").getBoundingClientRect(), panel = $("panel").hidden ? null : $("panel").getBoundingClientRect();
  const below = panel && panel.left < innerWidth / 3; // the panel lies along the bottom
  const [right, bottom] = [panel && !below ? panel.left - 20 : innerWidth - 12, below ? panel.top - 8 : innerHeight - 66];
  const free = [[card.right + 18, right, 24, bottom], [12, right, card.bottom + 12, bottom]];
  const area = ([a, b, c, d]) => Math.max(b - a, 0) * Math.max(d - c, 0);
  return area(free[0]) >= area(free[1]) ? free[0] : free[1];
}
/* The scale at which a part of the graph and its labels fit between these, never none. */
function scaleFor(low, high, most, width, height) {
  const [wide, tall] = [width - Math.min(150, width / 3), height - Math.min(60, height / 3)];
  return Math.max(0.02, Math.min(most, wide / Math.max(high.x - low.x, 1), tall / Math.max(high.y - low.y, 1)));
}
function moveInto(low, high, most, animation) {
  const [left, right, top, bottom] = clear();
  const scale = scaleFor(low, high, most, right - left, bottom - top);
  const offset = { x: (left + right - innerWidth) / 2, y: (top + bottom - innerHeight) / 2 };
  network.moveTo({ position: { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2 }, scale, offset, animation });
}
function bounds(ids) {
  const xs = ids.map((id) => network.body.nodes[id].x), ys = ids.map((id) => network.body.nodes[id].y);
  const least = (list) => list.reduce((a, b) => Math.min(a, b)), most = (list) => list.reduce((a, b) => Math.max(a, b));
  return [{ x: least(xs), y: least(ys) }, { x: most(xs), y: most(ys) }];
}
const around = (id) => [id, ...EDGES_OF[id].filter(visibleEdge).map((edge) => (edge.from === id ? edge.to : edge.from))];
const focusOn = (id) => moveInto(...bounds(around(id)), 1.5, calm());
/* Leave the picture where it is when these nodes can be seen and told apart in it. */
function approach(ids) {
  const [low, high] = bounds(ids).map((corner) => network.canvasToDOM(corner));
  const [left, right, top, bottom] = clear();
  const within = low.x > left + 40 && high.x < right - 70 && low.y > top && high.y < bottom;
  if (!within || network.getScale() < 0.45) moveInto(...bounds(ids), 1.5, calm());
}
function fit() {
  const left = DATA.nodes.filter(visible).map((node) => node.id);
  if (left.length) moveInto(...bounds(left), 1.3, false);
}
/* The visible edge under a point of the stage, -1 where none is near. */
function edgeAt({ x, y }) {
  const { translation, scale } = network.body.view, near = 6 / scale;
  const [px, py] = [(x - translation.x) / scale, (y - translation.y) / scale];
  let best = -1, least = near;
  for (const group of strokes.values()) for (const { id, from, to } of group) {
    const [a, b] = [network.body.nodes[from], network.body.nodes[to]];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = Math.max(0, Math.min(1, ((px - a.x) * dx + (py - a.y) * dy) / (dx * dx + dy * dy || 1)));
    const distance = Math.hypot(px - a.x - along * dx, py - a.y - along * dy);
    if (distance < least) [best, least] = [id, distance];
  }
  return best;
}
network.on("click", ({ nodes: [node], pointer }) => {
  const edge = node === undefined ? edgeAt(pointer.DOM) : -1;
  if (node !== undefined) select(node);
  else if (edge >= 0) selectEdge(edge);
  else if (!$("panel").hidden) close();
});
network.on("doubleClick", ({ nodes: [node] }) => { if (node !== undefined) showOnly(only === node ? -1 : node); });
network.on("hoverNode", ({ node }) => { hovered = node; tip(DATA.nodes[node].name); });
network.on("blurNode", () => { hovered = -1; tip(""); });
let mouse = [0, 0];
addEventListener("mousemove", (event) => {
  mouse = [event.clientX, event.clientY];
  if (hovered >= 0) return;
  const edge = event.target.tagName === "CANVAS" && !event.buttons ? edgeAt({ x: event.clientX, y: event.clientY }) : -1;
  if (edge < 0) return tip("");
  const { from, to, says: [[role, , , , along]] } = DATA.edges[edge];
  const [head, tail] = along ? [from, to] : [to, from];
  tip(`${short(DATA.nodes[head].name)} ${DATA.roles[role].words} ${short(DATA.nodes[tail].name)}`);
});
function tip(text) {
  let box = $("tip");
  if (!box) document.body.append((box = el("div", { id: "tip", class: "card", "aria-hidden": "true" })));
  box.textContent = text;
  box.hidden = !text;
  box.style.left = Math.min(mouse[0] + 14, innerWidth - 350) + "px";
  box.style.top = mouse[1] + 16 + "px";
}
/* --- search --------------------------------------------------------------------------------------------------- */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const KEYS = DATA.nodes.map((node, id) => [node.name, ...(ABOUT.nodes[id].aliases || [])].map(fold));
function matches(text) {
  const wanted = fold(text.trim());
  if (!wanted) return [];
  const rank = (keys) => Math.min(...keys.map((key) => (key === wanted ? 0 : key.startsWith(wanted) ? 1 : key.includes(" " + wanted) ? 2 : key.includes(wanted) ? 3 : 9)));
  return DATA.nodes.map((node) => [rank(KEYS[node.id]), node]).filter(([r]) => r < 9)
    .sort((a, b) => a[0] - b[0] || (a[1].type === "Paper") - (b[1].type === "Paper") || b[1].degree - a[1].degree || a[1].id - b[1].id).slice(0, 12).map(([, node]) => node);
}
let suggested = [], at = 0;
function suggest() {
  suggested = matches($("search").value);
  at = 0;
  const typed = $("search").value.trim() !== "";
  $("suggestions").hidden = !typed;
  $("search").setAttribute("aria-expanded", typed);
  $("suggestions").replaceChildren(...(suggested.length
    ? suggested.map((node, i) => el("li", { role: "option", id: "s" + i, onclick: () => pick(i) }, icon(node.type), el("span", { class: "name" }, node.name), el("span", { class: "count" }, String(node.degree))))
    : [el("li", { class: "none" }, "nothing of this name is shown")]));
  point();
}
function point() {
  [...$("suggestions").children].forEach((item, i) => item.setAttribute("aria-selected", i === at));
  $("search").setAttribute("aria-activedescendant", suggested.length ? "s" + at : "");
  const item = $("suggestions").children[at];
  if (item) item.scrollIntoView({ block: "nearest" });
}
function pick(i) {
  if (!suggested[i]) return;
  $("suggestions").hidden = true;
  $("search").setAttribute("aria-expanded", false);
  select(suggested[i].id);
  $("panel").focus({ preventScroll: true });
}
$("search").addEventListener("input", suggest);
$("search").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && suggested.length) { at = (at + step + suggested.length) % suggested.length; point(); event.preventDefault(); }
  if (event.key === "Enter") pick(at);
  if (event.key === "Escape") { $("search").value = ""; suggest(); }
});
/* --- legend, tools, keys -------------------------------------------------------------------------------------- */
function toggle(set, value) {
  if (set.has(value)) set.delete(value); else set.add(value);
  refilter();
  legend();
}
function legend() {
  const focused = document.activeElement && document.activeElement.dataset.key;
  const count = (list, test) => list.filter(test).length.toLocaleString("en");
  $("types").replaceChildren(...Object.entries(DATA.types).filter(([type]) => SHAPES[type]).map(([type, look]) =>
    el("button", { class: "key", "data-key": type, "aria-pressed": String(!hiddenTypes.has(type)), onclick: () => toggle(hiddenTypes, type) },
      icon(type, 15), el("span", { class: "name" }, look.plural), el("span", { class: "count" }, count(DATA.nodes, (node) => node.type === type)))));
  $("roles").replaceChildren(...Object.entries(DATA.roles).map(([role, look]) =>
    el("button", { class: "key", "data-key": role, "aria-pressed": String(!hiddenRoles.has(role)), onclick: () => toggle(hiddenRoles, role) },
      svg("svg", { width: 22, height: 8, "aria-hidden": "true" }, svg("line", { x1: 0, x2: 22, y1: 4, y2: 4, stroke: look.colour, "stroke-width": look.width + 0.4, "stroke-dasharray": look.dashes.join(" ") })),
      el("span", { class: "name" }, look.words), el("span", { class: "count" }, count(DATA.edges, (edge) => edge.says.some(([r]) => r === role))))));
  const again = focused && document.querySelector(`[data-key="${CSS.escape(focused)}"]`);
  if (again) again.focus();
}
let loose = false;
$("loosen").addEventListener("click", () => {
  loose = !loose;
  $("loosen").setAttribute("aria-pressed", loose);
  $("restore").hidden = false;
  network.setOptions({ physics: loose ? { enabled: true, solver: "forceAtlas2Based", stabilization: false, forceAtlas2Based: { gravitationalConstant: -60, springLength: 70, avoidOverlap: 0.3, damping: 0.6 } } : { enabled: false } });
});
$("restore").addEventListener("click", () => {
  if (loose) $("loosen").click();
  nodes.update(DATA.nodes.map(({ id, x, y }) => ({ id, x, y })));
  $("restore").hidden = true;
  fit();
});
$("fit").addEventListener("click", fit);
$("list").addEventListener("click", () => { show(listPanel(visible)); $("panel").focus(); });
function theme(name) {
  document.documentElement.dataset.theme = name;
  $("theme").textContent = name === "dark" ? "Light" : "Dark";
  [ink, ground] = [css("--ink"), css("--paper")];
  network.redraw();
}
$("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !$("panel").hidden && event.target !== $("search")) close();
  if (event.target.matches("input")) return;
  if (event.key === "/") { $("search").focus(); event.preventDefault(); }
  if (event.key === "0") fit();
  if (event.key === "+" || event.key === "=" || event.key === "-") network.moveTo({ scale: network.getScale() * (event.key === "-" ? 0.8 : 1.25) });
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (move && event.target.closest("#stage")) {
    const { x, y } = network.getViewPosition(), step = 80 / network.getScale();
    network.moveTo({ position: { x: x + move[0] * step, y: y + move[1] * step } });
    event.preventDefault();
  }
  if (event.key === "Enter" && event.target.closest("#stage")) {
    const middle = network.getViewPosition();
    const far = ({ id }) => Math.hypot(network.body.nodes[id].x - middle.x, network.body.nodes[id].y - middle.y);
    const near = DATA.nodes.filter(visible).sort((a, b) => far(a) - far(b))[0];
    if (near) { select(near.id); $("panel").focus(); }
  }
});
