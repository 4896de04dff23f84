/* On paper the picture is drawn for the page's own shape and at its own sharpness, in ink on white, not as the screen had it. */
const PAPER = { width: 1040, height: 530, ratio: 3 }; // CSS pixels, as wide as A4 or letter across
function paperLens() {
  const [left, right, top, bottom] = clear();
  let [low, high] = bounds(DATA.nodes.filter(visible).map(({ id }) => id));
  const seen = [network.DOMtoCanvas({ x: left, y: top }), network.DOMtoCanvas({ x: right, y: bottom })];
  const inner = [{ x: Math.max(low.x, seen[0].x), y: Math.max(low.y, seen[0].y) }, { x: Math.min(high.x, seen[1].x), y: Math.min(high.y, seen[1].y) }];
  if (inner[0].x <= inner[1].x && inner[0].y <= inner[1].y) [low, high] = inner; // what is seen now, else everything
  const scale = scaleFor(low, high, 1.3, PAPER.width, PAPER.height);
  const [x, y] = [PAPER.width / 2 - (scale * (low.x + high.x)) / 2, PAPER.height / 2 - (scale * (low.y + high.y)) / 2];
  return { ...PAPER, scale, x, y, covered: [] };
}
function drawPaper() {
  const canvas = $("paper"), lens = paperLens(), { width, height, ratio, scale, x, y } = lens;
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
  drawEdges(ctx, lens);
  visNodes(ctx, true);
  drawOver(ctx, lens);
}
let before = null;
addEventListener("beforeprint", () => {
  before = { theme: document.documentElement.dataset.theme, open: $("legend").open };
  theme("light");
  [ink, ground] = ["#000", "#fff"];
  $("legend").open = true;
  if (DATA.nodes.some(visible)) drawPaper();
});
addEventListener("afterprint", () => {
  if (!before) return;
  $("legend").open = before.open;
  theme(before.theme);
  before = null;
});
