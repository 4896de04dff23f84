/* The picture: vis-network draws the nodes; edges, labels and what is chosen are drawn here; layer.js says when.
   A lens says what part of the graph is drawn where: `scale`, `x` and `y` take a place of the graph to CSS pixels of a
   canvas of `width` by `height`, each `ratio` dots wide; labels keep off the rectangles that are `covered`. */
function lensOf(ctx) {
  const { scale, translation: { x, y } } = network.body.view;
  const covered = ["left", "tools", "panel"].map((id) => $(id)).filter((card) => !card.hidden).map((card) => card.getBoundingClientRect());
  return { scale, x, y, ratio: network.canvas.pixelRatio, width: ctx.canvas.clientWidth, height: ctx.canvas.clientHeight,
    covered: covered.map(({ left, top, right, bottom }) => [left, top, right, bottom]) };
}
/* --- edges ------------------------------------------------------------------------------------------------------ */
function drawEdges(ctx, { scale }) {
  const body = network.body.nodes, many = DATA.edges.length > 3000;
  ctx.save();
  for (const group of strokes.values()) {
    const { color, width, dashes, soft, arrows } = group[0];
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.lineWidth = Math.max(width, ((DATA.edges.length < 1500 ? 0.9 : 0.5) * width) / scale);
    ctx.setLineDash(dashes && !many ? dashes : []); // dashes of thousands of lines would cost the picture its pace
    ctx.globalAlpha = Math.min(1, faint * (soft ? (many ? 0.6 : 0.75) : 1.1));
    for (let i = 0; i < group.length; i += 64) {
      ctx.beginPath();
      for (const { from, to } of group.slice(i, i + 64)) {
        ctx.moveTo(body[from].x, body[from].y);
        ctx.lineTo(body[to].x, body[to].y);
      }
      ctx.stroke();
    }
    if (arrows && scale > 0.3) for (const edge of group) drawArrow(ctx, edge);
  }
  ctx.restore();
}
function drawArrow(ctx, { from, to, width }) {
  const [a, b] = [network.body.nodes[from], network.body.nodes[to]];
  const angle = Math.atan2(b.y - a.y, b.x - a.x), size = 4 + 2 * width, back = DATA.nodes[to].size + 1;
  const [x, y] = [b.x - back * Math.cos(angle), b.y - back * Math.sin(angle)];
  ctx.beginPath();
  ctx.moveTo(x, y);
  for (const turn of [-0.4, 0.4]) ctx.lineTo(x - size * Math.cos(angle + turn), y - size * Math.sin(angle + turn));
  ctx.closePath();
  ctx.fill();
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
function drawLabels(ctx, { scale, x: right, y: down, ratio, width, height, covered }, among, first, bold) {
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
  const inside = (box) => box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
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
  for (const box of covered) take(labels, box);
  for (const node of among) {
    const place = network.body.nodes[node.id];
    if (!place || !visible(node)) continue;
    const at = { x: place.x * scale + right, y: place.y * scale + down };
    if (at.x < -60 || at.y < -30 || at.x > width + 60 || at.y > height + 30) continue;
    if (covered.some((box) => at.x > box[0] && at.x < box[2] && at.y > box[1] && at.y < box[3])) continue;
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
    let fits = boxes.findIndex((box) => inside(box) && free(labels, box) && free(discs, box));
    if (fits < 0 && (big || left > wanted - 40)) fits = boxes.findIndex((box) => inside(box) && free(labels, box)); // what matters may cover nodes
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
function drawNode(ctx, { scale }, node, ring) {
  const place = network.body.nodes[node.id];
  const points = corners(node.shape);
  ctx.beginPath();
  if (points) points.forEach(([x, y], i) => ctx[i ? "lineTo" : "moveTo"](place.x + x * node.size, place.y + y * node.size));
  else ctx.arc(place.x, place.y, node.size, 0, 2 * Math.PI);
  ctx.closePath();
  ctx.fillStyle = node.color;
  ctx.fill();
  ctx.lineWidth = (ring ? 3 : 1.2) / scale;
  ctx.strokeStyle = ring ? ink : ground;
  ctx.stroke();
}
/* What lies over the shapes: labels, and what is chosen or pointed at with all else behind a veil. */
function drawOver(ctx, lens) {
  const edge = chosenEdge >= 0 ? DATA.edges[chosenEdge] : null;
  const centre = hovered >= 0 && visible(DATA.nodes[hovered]) ? hovered : chosen;
  if (!edge && centre < 0) return drawLabels(ctx, lens, BY_DEGREE, new Set(), new Set());
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
    ctx.lineWidth = Math.max(width, (0.8 * width) / lens.scale);
    ctx.globalAlpha = 0.85;
    ctx.stroke();
  }
  ctx.setLineDash([]);
  for (const e of lit.filter((e) => e.arrows)) {
    ctx.fillStyle = e.color;
    drawArrow(ctx, e);
  }
  ctx.globalAlpha = 1;
  const shown = BY_DEGREE.filter((node) => ids.has(node.id) && visible(node));
  for (const node of [...shown].reverse()) drawNode(ctx, lens, node, ring.has(node.id));
  drawLabels(ctx, lens, [...shown].sort((a, b) => ring.has(b.id) - ring.has(a.id)), ids, ring);
}
network.on("afterDrawing", (ctx) => drawOver(ctx, lensOf(ctx)));
/* --- begin ---------------------------------------------------------------------------------------------------- */
network.once("afterDrawing", () => performance.mark("drawn"));
if (narrow()) $("legend").open = false; // it would hide the picture
refilter();
legend();
theme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
fit();
if (location.hash.length > 1) { // a link to a node: page.html#method/filip
  const wanted = decodeURIComponent(location.hash.slice(1));
  const found = ABOUT.nodes.findIndex(({ iri }) => iri === wanted || iri.endsWith("/" + wanted));
  if (found >= 0) select(found);
}
