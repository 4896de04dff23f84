/* The layer: edges and nodes as they were last drawn, with a margin around, used again while the picture is only moved. */
const MARGIN = 240; // CSS pixels on each side; moved further than that, the layer is drawn anew around the new middle
const layer = { canvas: document.createElement("canvas"), ready: false, look: [], places: new Float64Array(2 * DATA.nodes.length), at: null };
const drawings = { whole: 0, moved: 0 }; // how often the picture was drawn line by line, and how often it was copied
let sharpening = 0;

const visNodes = network.renderer._drawNodes.bind(network.renderer);
network.renderer._drawNodes = () => ({ drawExternalLabels() {} }); // the nodes are drawn below, together with the edges

/* Whether anything but the place of the whole picture differs from the last drawing. */
function changed(ctx) {
  const look = [network.getScale(), ctx.canvas.width, ctx.canvas.height, network.canvas.pixelRatio, ground, strokes];
  let other = look.some((part, i) => part !== layer.look[i]);
  layer.look = look;
  DATA.nodes.forEach(({ id }, i) => {
    const { x, y } = network.body.nodes[id];
    if (layer.places[2 * i] === x && layer.places[2 * i + 1] === y) return;
    [layer.places[2 * i], layer.places[2 * i + 1]] = [x, y];
    other = true;
  });
  return other;
}
function drawWhole(ctx, beyond) {
  drawings.whole++;
  drawEdges(ctx, { scale: network.getScale() });
  visNodes(ctx, beyond).drawExternalLabels(); // of nodes without labels of their own this only notes where they are
}
function drawLayer(ctx, margin) {
  const { translation, scale } = network.body.view, ratio = network.canvas.pixelRatio;
  layer.canvas.width = ctx.canvas.width + 2 * margin; // setting the size also clears it
  layer.canvas.height = ctx.canvas.height + 2 * margin;
  const inner = layer.canvas.getContext("2d");
  inner.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * translation.x + margin, ratio * translation.y + margin);
  drawWhole(inner, true);
  layer.at = { ...translation };
  layer.ready = true;
}
/* A copy lies on whole pixels, so that its lines stay sharp; at rest the picture is drawn where it truly is. */
function sharpen() {
  layer.look = [];
  network.redraw();
}
network.on("beforeDrawing", (ctx) => {
  clearTimeout(sharpening);
  if (changed(ctx)) {
    layer.ready = false;
    return drawWhole(ctx, false);
  }
  const { translation } = network.body.view, ratio = network.canvas.pixelRatio, margin = Math.round(MARGIN * ratio);
  const shift = (axis) => (translation[axis] - layer.at[axis]) * ratio;
  if (!layer.ready || Math.abs(shift("x")) > margin || Math.abs(shift("y")) > margin) drawLayer(ctx, margin);
  drawings.moved++;
  const [x, y] = [shift("x"), shift("y")];
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.drawImage(layer.canvas, Math.round(x) - margin, Math.round(y) - margin);
  ctx.restore();
  if (Math.abs(x - Math.round(x)) + Math.abs(y - Math.round(y)) > 0.02) sharpening = setTimeout(sharpen, 150);
});
