/* The picture: vis-network draws nodes and edges, we draw labels and what is chosen on top of it. */
const EDGES_OF = DATA.nodes.map(() => []);
for (const edge of DATA.edges) { EDGES_OF[edge.from].push(edge); EDGES_OF[edge.to].push(edge); }
const BY_DEGREE = [...DATA.nodes].sort((a, b) => b.degree - a.degree || a.id - b.id);
const hiddenTypes = new Set(), hiddenRoles = new Set();
let chosen = -1, chosenEdge = -1, hovered = -1, only = -1, opener = null;

const faint = DATA.edges.length > 3000 ? 0.22 : DATA.edges.length > 800 ? 0.42 : DATA.edges.length > 250 ? 0.55 : 0.8;
const nodes = new vis.DataSet(DATA.nodes.map(({ id, x, y, size, shape, color }) => ({ id, x, y, size, shape, color })));
const edges = new vis.DataSet(DATA.edges.map(({ id, from, to, color, width, dashes, arrows, soft }) => ({
  id, from, to, width, arrows, // dashes of thousands of lines would cost the picture its pace
  dashes: DATA.edges.length < 4000 && dashes ? dashes : false,
  color: { color, opacity: Math.min(1, faint * (soft ? (DATA.edges.length > 3000 ? 0.6 : 0.75) : 1.1)), hover: color, highlight: color },
})));
DATA.options.interaction.hideEdgesOnDrag = DATA.edges.length > 4000;
const network = new vis.Network($("stage"), { nodes, edges }, DATA.options);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let ink = css("--ink"), ground = css("--paper");

/* --- what is visible ------------------------------------------------------------------------------------------ */
const kept = (id) => only < 0 || id === only || EDGES_OF[only].some((edge) => edge.from === id || edge.to === id);
let keptNow = () => true;
const visible = (node) => !hiddenTypes.has(node.type) && keptNow(node.id);
const visibleEdge = (edge) => visible(DATA.nodes[edge.from]) && visible(DATA.nodes[edge.to]) && edge.says.some(([role]) => !hiddenRoles.has(role));
function refilter() {
  const ring = new Set(DATA.nodes.filter((node) => kept(node.id)).map((node) => node.id));
  keptNow = (id) => ring.has(id);
  nodes.update(DATA.nodes.map((node) => ({ id: node.id, hidden: !visible(node) })));
  edges.update(DATA.edges.map((edge) => ({ id: edge.id, hidden: !visibleEdge(edge) })));
}
function showOnly(id) {
  only = id;
  refilter();
  if (chosen >= 0) show(nodePanel(chosen));
  moveInto(...bounds(DATA.nodes.filter(visible).map((node) => node.id)), 1.5, calm());
}
/* --- labels: the most connected first, at one size on the screen, none over another ------------------------------ */
const widths = new Map();
const short = (name) => (name.length > 34 ? name.slice(0, 32).trimEnd() + "…" : name);
function labelWidth(ctx, node, font) {
  const key = font + node.id;
  if (!widths.has(key)) widths.set(key, ctx.measureText(short(node.name)).width);
  return widths.get(key);
}
/* `first` are labelled whatever they are, `bold` strongly. */
function drawLabels(ctx, among, first, bold) {
  const ratio = ctx.canvas.width / ctx.canvas.clientWidth;
  const scale = network.getScale();
  const [width, height] = [ctx.canvas.clientWidth, ctx.canvas.clientHeight];
  const size = 40, labels = new Map(), discs = new Map();
  const squares = function* ([left, top, right, bottom]) {
    for (let x = Math.floor(left / size); x <= Math.floor(right / size); x++)
      for (let y = Math.floor(top / size); y <= Math.floor(bottom / size); y++) yield x * 4096 + y;
  };
  const free = (taken, box) => {
    for (const square of squares(box))
      for (const other of taken.get(square) || [])
        if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) return false;
    return true;
  };
  const take = (taken, box) => {
    for (const square of squares(box)) taken.set(square, [...(taken.get(square) || []), box]);
  };
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.lineJoin = "round";
  const wanted = Math.max(30, Math.round((width * height) / 11000));
  let left = wanted;
  const spots = [];
  for (const node of among) {
    const place = network.body.nodes[node.id];
    if (!place || !visible(node)) continue;
    const at = network.canvasToDOM({ x: place.x, y: place.y });
    if (at.x < -60 || at.y < -30 || at.x > width + 60 || at.y > height + 30) continue;
    spots.push([node, at, node.size * scale]);
  }
  for (const [, at, r] of spots) if (r > 6) take(discs, [at.x - r * 0.7, at.y - r * 0.7, at.x + r * 0.7, at.y + r * 0.7]);
  for (const [node, at, r] of spots) {
    if (left <= 0) break;
    if (node.type === "Paper" && scale < 0.75 && !first.has(node.id)) continue;
    const big = r > 11 || bold.has(node.id);
    const font = (big ? "600 13px " : "12px ") + "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
    ctx.font = font;
    const w = labelWidth(ctx, node, font), h = big ? 15 : 14, gap = r + 3;
    const options = [[at.x - w / 2, at.y + gap + h / 2], [at.x + gap + 1, at.y], [at.x - w / 2, at.y - gap - h / 2], [at.x - gap - w - 1, at.y]];
    const boxes = options.map(([x, y]) => [x - 2, y - h / 2, x + w + 2, y + h / 2]);
    let fits = boxes.findIndex((box) => free(labels, box) && free(discs, box));
    if (fits < 0 && (big || left > wanted - 40)) fits = boxes.findIndex((box) => free(labels, box)); // what matters may cover nodes
    if (fits >= 0) {
      const [x, y] = options[fits];
      take(labels, boxes[fits]);
      left--;
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = ground;
      ctx.globalAlpha = 0.85;
      ctx.strokeText(short(node.name), x, y);
      ctx.globalAlpha = node.type === "Paper" && !first.has(node.id) ? 0.62 : 1;
      ctx.fillStyle = ink;
      ctx.fillText(short(node.name), x, y);
      ctx.globalAlpha = 1;
    }
  }
  ctx.restore();
}
function drawNode(ctx, node, ring) {
  const place = network.body.nodes[node.id];
  const points = corners(node.shape);
  ctx.beginPath();
  if (points) points.forEach(([x, y], i) => ctx[i ? "lineTo" : "moveTo"](place.x + x * node.size, place.y + y * node.size));
  else ctx.arc(place.x, place.y, node.size, 0, 2 * Math.PI);
  ctx.closePath();
  ctx.fillStyle = node.color;
  ctx.fill();
  ctx.lineWidth = (ring ? 3 : 1.2) / network.getScale();
  ctx.strokeStyle = ring ? ink : ground;
  ctx.stroke();
}
network.on("afterDrawing", (ctx) => {
  const edge = chosenEdge >= 0 ? DATA.edges[chosenEdge] : null;
  const centre = hovered >= 0 && visible(DATA.nodes[hovered]) ? hovered : chosen;
  if (!edge && centre < 0) return drawLabels(ctx, BY_DEGREE, new Set(), new Set());
  const lit = (edge && hovered < 0 ? [edge] : EDGES_OF[centre]).filter(visibleEdge);
  const ring = new Set(edge && hovered < 0 ? [edge.from, edge.to] : [centre]);
  const ids = new Set([...ring, ...lit.flatMap((e) => [e.from, e.to])]);
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = ground;
  ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  ctx.restore();
  for (const { from, to, color, width, dashes } of lit) {
    const [a, b] = [network.body.nodes[from], network.body.nodes[to]];
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.setLineDash(dashes || []);
    ctx.strokeStyle = color;
    ctx.lineWidth = Math.max(width, (0.8 * width) / network.getScale());
    ctx.globalAlpha = 0.85;
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  const shown = BY_DEGREE.filter((node) => ids.has(node.id) && visible(node));
  for (const node of [...shown].reverse()) drawNode(ctx, node, ring.has(node.id));
  drawLabels(ctx, [...shown].sort((a, b) => ring.has(b.id) - ring.has(a.id)), ids, ring);
});
/* --- choosing ------------------------------------------------------------------------------------------------- */
const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 350, easingFunction: "easeInOutQuad" });
function show(parts) {
  const panel = $("panel");
  if (panel.hidden) opener = document.activeElement;
  panel.replaceChildren(el("button", { class: "close", "aria-label": "Close", onclick: close }, "×"), ...parts);
  panel.hidden = false;
  panel.scrollTop = 0;
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
  approach(id);
}
function selectEdge(id) {
  chosenEdge = id;
  chosen = -1;
  show(edgePanel(DATA.edges[id]));
}
/* The part of the stage that no card covers, in pixels: left, right, top, bottom. */
function clear() {
  if (innerWidth <= 760) return [10, innerWidth - 10, innerHeight * 0.46, $("panel").hidden ? innerHeight - 60 : innerHeight * 0.5];
  return [324, innerWidth - ($("panel").hidden ? 20 : 466), 24, innerHeight - 70];
}
function moveInto(low, high, most, animation) {
  const [left, right, top, bottom] = clear();
  const scale = Math.min(most, (right - left - 150) / Math.max(high.x - low.x, 1), (bottom - top - 60) / Math.max(high.y - low.y, 1));
  const offset = { x: (left + right - innerWidth) / 2, y: (top + bottom - innerHeight) / 2 };
  network.moveTo({ position: { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2 }, scale, offset, animation });
}
function bounds(ids) {
  const xs = ids.map((id) => network.body.nodes[id].x), ys = ids.map((id) => network.body.nodes[id].y);
  const least = (list) => list.reduce((a, b) => Math.min(a, b)), most = (list) => list.reduce((a, b) => Math.max(a, b));
  return [{ x: least(xs), y: least(ys) }, { x: most(xs), y: most(ys) }];
}
const around = (id) => [id, ...EDGES_OF[id].filter(visibleEdge).map((edge) => (edge.from === id ? edge.to : edge.from))];
function focusOn(id) {
  moveInto(...bounds(around(id)), 1.5, calm());
}
/* Leave the picture where it is when the node and its neighbours can be seen and told apart in it. */
function approach(id) {
  const [low, high] = bounds(around(id)).map((corner) => network.canvasToDOM(corner));
  const [left, right, top, bottom] = clear();
  const within = low.x > left && high.x < right && low.y > top && high.y < bottom;
  if (!within || network.getScale() < 0.45) focusOn(id);
}
function fit() {
  const left = DATA.nodes.filter(visible).map((node) => node.id);
  if (left.length) moveInto(...bounds(left), 1.3, false);
}
network.on("click", ({ nodes: [node], edges: [edge] }) => {
  if (node !== undefined) select(node);
  else if (edge !== undefined) selectEdge(edge);
  else if (!$("panel").hidden) close();
});
network.on("doubleClick", ({ nodes: [node] }) => { if (node !== undefined) showOnly(only === node ? -1 : node); });
network.on("hoverNode", ({ node }) => { hovered = node; tip(DATA.nodes[node].name); });
network.on("blurNode", () => { hovered = -1; tip(""); });
network.on("hoverEdge", ({ edge }) => {
  const { from, to, says } = DATA.edges[edge];
  const [role, , , , along] = says[0];
  const [head, tail] = along ? [from, to] : [to, from];
  tip(`${short(DATA.nodes[head].name)} ${DATA.roles[role].words} ${short(DATA.nodes[tail].name)}`);
});
network.on("blurEdge", () => tip(""));
let mouse = [0, 0];
addEventListener("mousemove", (event) => { mouse = [event.clientX, event.clientY]; });
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
  $("loosen").textContent = loose ? "Settle" : "Loosen";
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
  if (event.key === "Enter" && event.target.id === "stage") {
    const middle = network.getViewPosition();
    const far = ({ id }) => Math.hypot(network.body.nodes[id].x - middle.x, network.body.nodes[id].y - middle.y);
    const near = DATA.nodes.filter(visible).sort((a, b) => far(a) - far(b))[0];
    if (near) { select(near.id); $("panel").focus(); }
  }
});
let before = null;
addEventListener("beforeprint", () => { before = document.documentElement.dataset.theme; theme("light"); });
addEventListener("afterprint", () => { if (before) theme(before); });
refilter();
legend();
theme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
fit();
if (location.hash.length > 1) { // a link to a node: page.html#method/filip
  const wanted = decodeURIComponent(location.hash.slice(1));
  const found = ABOUT.nodes.findIndex(({ iri }) => iri === wanted || iri.endsWith("/" + wanted));
  if (found >= 0) select(found);
}
