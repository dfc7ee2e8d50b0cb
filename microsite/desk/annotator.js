// The annotator: draws annotations and redactions on an exhibit's picture and sends them to be put into exhibits.yaml.
// A shape is {shape, numbers} in fractions of the upright picture, as the content format has it.

const NAME = location.pathname.split("/").slice(-2).join("/");
const WIDTH = 1000; // of the drawing, in its own units
const STEP = 0.002, LARGE_STEP = 0.02; // of the picture, for a press of an arrow key
const SVG = "http://www.w3.org/2000/svg";
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const LARGEST_PHOTOGRAPH = 200e6, LARGEST_IMPORT = 0.9e6;
const $ = (id) => document.getElementById(id);

let info = null; // what the server says of the exhibit
let drawing = {annotations: [], redactions: []};
let saved = ""; // the drawing as the file has it
let draft = null; // a drawing that gave way to the file's
let chosen = null; // {list, at}
let tool = null; // {list, shape, at, corners}: what the next press on the picture draws
let onPhotograph = false;
let isSaving = false;
let past = [], future = [], lastChange = {key: "", time: 0};
let built = ""; // what the elements on the page were built for

// --- Shapes ---------------------------------------------------------------------------------------------------------

const clamp = (value, low = 0, high = 1) => Math.min(Math.max(value, low), high);
const rounded = (value) => Math.round(value * 1e5) / 1e5;
const corners = (numbers) => numbers.flatMap((_, i) => (i % 2 ? [] : [[numbers[i], numbers[i + 1]]]));

function bounds({shape, numbers: n}) {
  if (shape === "box") return [n[0], n[1], n[0] + n[2], n[1] + n[3]];
  if (shape === "ellipse") return [n[0] - n[2], n[1] - n[3], n[0] + n[2], n[1] + n[3]];
  const xs = n.filter((_, i) => i % 2 === 0), ys = n.filter((_, i) => i % 2);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function within(shape, [left, top, right, bottom]) {
  const [x0, x1, y0, y1] = [clamp(Math.min(left, right)), clamp(Math.max(left, right)), clamp(Math.min(top, bottom)), clamp(Math.max(top, bottom))];
  const numbers = shape === "box" ? [x0, y0, x1 - x0, y1 - y0] : [(x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2];
  return {shape, numbers: numbers.map(rounded)};
}

function moved({shape, numbers}, dx, dy) {
  const [left, top, right, bottom] = bounds({shape, numbers});
  const x = clamp(dx, -left, 1 - right), y = clamp(dy, -top, 1 - bottom);
  const places = shape === "polygon" ? numbers.length : 2;
  return {shape, numbers: numbers.map((n, i) => rounded(i < places ? n + (i % 2 ? y : x) : n))};
}

function standard(shape, x = 0.5, y = 0.5) {
  const half = 0.06, tall = clamp(half * WIDTH / height(), 0.01, 0.3);
  const [cx, cy] = [clamp(x, half, 1 - half), clamp(y, tall, 1 - tall)];
  if (shape === "point") return {shape, numbers: [rounded(x), rounded(y)]};
  if (shape === "polygon") return {shape, numbers: [cx, cy - tall, cx + half, cy, cx, cy + tall, cx - half, cy].map(rounded)};
  return within(shape, [cx - half, cy - tall, cx + half, cy + tall]);
}

// What can be taken hold of: sides and corners of the box around a shape, or each corner of a polygon.
function grips({shape, numbers}) {
  if (shape === "point") return [];
  if (shape === "polygon") return corners(numbers).map(([x, y], i) => ({x, y, name: `Corner ${i + 1}`}));
  const [left, top, right, bottom] = bounds({shape, numbers});
  const across = [["left", left], ["", (left + right) / 2], ["right", right]], down = [["Top", top], ["", (top + bottom) / 2], ["Bottom", bottom]];
  return down.flatMap(([v, y], row) => across.flatMap(([h, x], column) =>
    row === 1 && column === 1 ? [] : [{x, y, row, column, name: `${v} ${h}`.trim().replace(/^./, (s) => s.toUpperCase())}]));
}

function reshaped(shape, at, dx, dy) {
  if (shape.shape === "polygon") {
    return {shape: "polygon", numbers: shape.numbers.map((n, i) => (i >> 1 === at ? rounded(clamp(n + (i % 2 ? dy : dx))) : n))};
  }
  const edges = bounds(shape), {row, column} = grips(shape)[at];
  const least = 0.002;
  if (column === 0) edges[0] = Math.min(edges[0] + dx, edges[2] - least);
  if (column === 2) edges[2] = Math.max(edges[2] + dx, edges[0] + least);
  if (row === 0) edges[1] = Math.min(edges[1] + dy, edges[3] - least);
  if (row === 2) edges[3] = Math.max(edges[3] + dy, edges[1] + least);
  return within(shape.shape, edges);
}

// --- The drawing and its history ------------------------------------------------------------------------------------

const copy = (value) => JSON.parse(JSON.stringify(value));
const asSent = () => ({annotations: drawing.annotations.map(({id, label, note, seed, shape}) => ({id, label, note, seed, shape})), redactions: drawing.redactions});
const isUnsaved = () => JSON.stringify(asSent()) !== saved;
const shapeAt = ({list, at}) => (list === "annotations" ? drawing[list][at]?.shape : drawing[list][at]);
const isChosen = (list, at) => chosen?.list === list && chosen.at === at;

function setShape({list, at}, shape) {
  if (list === "annotations") drawing.annotations[at].shape = shape;
  else drawing.redactions[at] = shape;
}

// Changes with the same key that follow each other at once are one step back.
function change(key, alter, message) {
  const now = performance.now();
  if (!key || key !== lastChange.key || now - lastChange.time > 1000) past.push(copy(drawing));
  lastChange = {key, time: now};
  future = [];
  alter();
  render();
  if (message) say(message);
}

function step(from, to, message) {
  if (!from.length) return;
  to.push(copy(drawing));
  drawing = from.pop();
  lastChange = {key: "", time: 0};
  if (chosen && !shapeAt(chosen) && !drawing[chosen.list][chosen.at]) chosen = null;
  render();
  say(message);
}
const undo = () => step(past, future, "Undone.");
const redo = () => step(future, past, "Done again.");

function title({list, at}) {
  const shape = shapeAt({list, at});
  const kind = shape ? shape.shape : "not drawn yet";
  return list === "annotations" ? `Annotation ${at + 1}, ${drawing.annotations[at].label || "without a label"}, ${kind}` : `Painted over ${at + 1}, ${kind}`;
}

const percent = (value) => String(Math.round(value * 1e4) / 100);
function place(shape) {
  const [left, top, right, bottom] = bounds(shape);
  const where = `${percent(left)} % from the left, ${percent(top)} % from the top`;
  return shape.shape === "point" ? where : `${where}, ${percent(right - left)} % wide, ${percent(bottom - top)} % high`;
}

function freshName(label, at) {
  const base = label.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).replace(/-+$/, "") || "note";
  const taken = new Set(drawing.annotations.filter((_, i) => i !== at).map((note) => note.id));
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  return name;
}

function add(list, shape) {
  change("", () => {
    if (list === "redactions") drawing.redactions.push(shape);
    else drawing.annotations.push({id: freshName("", -1), label: "", note: "", seed: "", shape, fresh: true});
    chosen = {list, at: drawing[list].length - 1};
  });
  say(`${title(chosen)} drawn: ${place(shape)}.`);
  focusShape();
}

function remove({list, at}) {
  const what = title({list, at});
  change("", () => { drawing[list].splice(at, 1); chosen = null; }, `${what}: deleted. Undo brings it back.`);
  $("drawing").querySelector(".shape")?.focus();
}

function move(where, dx, dy) {
  change(`move ${where.list} ${where.at}`, () => setShape(where, moved(shapeAt(where), dx, dy)));
  say(place(shapeAt(where)));
}

function reshape(where, grip, dx, dy) {
  change(`grip ${where.list} ${where.at} ${grip}`, () => setShape(where, reshaped(shapeAt(where), grip, dx, dy)));
  say(place(shapeAt(where)));
}

function choose(where) {
  chosen = where;
  render();
}

const focusShape = () => chosen && $("shapes").querySelector(`[data-key="${chosen.list} ${chosen.at}"]`)?.focus();

// --- The picture ----------------------------------------------------------------------------------------------------

const height = () => {
  const [w, h] = onPhotograph ? pictureSize() : info.aspect;
  return Math.round(WIDTH * h / w);
};
const pictureSize = () => info.sizes.original || info.sizes.master;
const pixel = () => 1 / ($("drawing").getScreenCTM()?.a || 1); // the drawing's units that a pixel of the screen takes

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  parent?.append(made);
  return made;
}
const set = (made, attributes) => Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));

function outline({shape, numbers: n}) {
  const h = height();
  if (shape === "point") return ["circle", {cx: n[0] * WIDTH, cy: n[1] * h, r: 9 * pixel()}];
  if (shape === "box") return ["rect", {x: n[0] * WIDTH, y: n[1] * h, width: n[2] * WIDTH, height: n[3] * h}];
  if (shape === "ellipse") return ["ellipse", {cx: n[0] * WIDTH, cy: n[1] * h, rx: n[2] * WIDTH, ry: n[3] * h}];
  return ["polygon", {points: corners(n).map(([x, y]) => `${x * WIDTH},${y * h}`).join(" ")}];
}

// Elements stay while the same shapes are there, so that the focus does; only their numbers change.
function render() {
  const all = ["redactions", "annotations"].flatMap((list) => drawing[list].map((_, at) => ({list, at}))).filter(shapeAt);
  const structure = JSON.stringify([all.map((where) => [where, shapeAt(where).shape, shapeAt(where).numbers.length]), drawing.annotations.map((note) => [note.fresh, !note.shape])]);
  const focused = document.activeElement?.dataset?.key;
  if (structure !== built) {
    $("shapes").replaceChildren(...all.map(builtShape));
    buildRows();
    built = structure;
  }
  for (const where of all) syncShape(where);
  renderHandles();
  syncRows();
  if (focused && document.activeElement?.dataset?.key !== focused) $("drawing").querySelector(`[data-key="${focused}"]`)?.focus();
  $("undo").disabled = !past.length;
  $("redo").disabled = !future.length;
  $("unsaved").hidden = !isUnsaved();
  wantResult();
}

function builtShape(where) {
  const group = element("g", {class: `shape ${where.list}`, tabindex: 0, role: "button", "data-key": `${where.list} ${where.at}`});
  const [name] = outline(shapeAt(where));
  for (const part of ["hit", "under", "ink"]) element(name, {class: part}, group);
  element("circle", {class: "badge"}, group);
  element("text", {}, group).textContent = where.at + 1;
  group.addEventListener("focus", () => { if (!isChosen(where.list, where.at)) choose(where); });
  group.addEventListener("pointerdown", (event) => {
    if (tool || event.button) return;
    const from = fraction(event), before = copy(shapeAt(where));
    group.focus();
    drag(event, group, (to) => setShape(where, moved(before, to[0] - from[0], to[1] - from[1])), () => say(`${title(where)}: ${place(shapeAt(where))}.`));
  });
  return group;
}

function syncShape(where) {
  const group = $("shapes").querySelector(`[data-key="${where.list} ${where.at}"]`), shape = shapeAt(where), unit = pixel();
  set(group, {class: `shape ${where.list}${isChosen(where.list, where.at) ? " chosen" : ""}`, "aria-label": title(where), "aria-pressed": isChosen(where.list, where.at)});
  const [, attributes] = outline(shape);
  for (const part of group.querySelectorAll(".hit, .under, .ink")) set(part, attributes);
  if (shape.shape === "point") group.querySelector(".hit").setAttribute("r", 14 * unit);
  const [left, top] = bounds(shape), isPoint = shape.shape === "point";
  const corner = shape.shape === "polygon" ? corners(shape.numbers)[0] : isPoint ? shape.numbers : [left, top];
  const [x, y] = [clamp(corner[0] * WIDTH, 11 * unit, WIDTH - 11 * unit), clamp(corner[1] * height(), 11 * unit, height() - 11 * unit)];
  set(group.querySelector(".badge"), {cx: x, cy: y, r: 10 * unit});
  set(group.querySelector("text"), {x, y, "font-size": 12 * unit});
}

function renderHandles() {
  const shape = chosen && !tool ? shapeAt(chosen) : null;
  const held = shape ? grips(shape) : [];
  const key = JSON.stringify([chosen, held.length]);
  if ($("handles").dataset.key !== key) {
    const where = chosen;
    $("handles").dataset.key = key;
    $("handles").replaceChildren(...held.map((_, at) => builtHandle(where, at)));
  }
  held.forEach((grip, at) => {
    const handle = $("handles").children[at], [x, y] = [grip.x * WIDTH, grip.y * height()];
    handle.setAttribute("aria-label", `${grip.name} of ${title(chosen)}`);
    set(handle.children[0], {cx: x, cy: y, r: 14 * pixel()});
    set(handle.children[1], {cx: x, cy: y, r: 5.5 * pixel()});
  });
}

function builtHandle(where, at) {
  const handle = element("g", {class: "handle", tabindex: 0, role: "button", "data-key": `grip ${at}`});
  element("circle", {class: "hit"}, handle);
  element("circle", {class: "grip"}, handle);
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const from = fraction(event), before = copy(shapeAt(where));
    handle.focus();
    drag(event, handle, (to) => setShape(where, reshaped(before, at, to[0] - from[0], to[1] - from[1])), () => say(place(shapeAt(where))));
  });
  return handle;
}

// --- Pointer and touch ----------------------------------------------------------------------------------------------

function fraction(event) {
  const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform($("drawing").getScreenCTM().inverse());
  return [clamp(x / WIDTH), clamp(y / height())];
}

// One drag is one step back, whatever it passes on its way.
function drag(event, target, alter, ended) {
  event.preventDefault();
  event.stopPropagation();
  const before = copy(drawing);
  let hasMoved = false;
  target.setPointerCapture(event.pointerId);
  const follow = (later) => {
    if (later.pointerId !== event.pointerId || (!hasMoved && Math.hypot(later.clientX - event.clientX, later.clientY - event.clientY) < 3)) return;
    if (!hasMoved) { past.push(before); future = []; lastChange = {key: "", time: 0}; }
    hasMoved = true;
    alter(fraction(later));
    render();
  };
  const end = (later) => {
    if (later.pointerId !== event.pointerId) return;
    for (const [kind, listener] of [["pointermove", follow], ["pointerup", end], ["pointercancel", end]]) target.removeEventListener(kind, listener);
    if (hasMoved) ended();
  };
  for (const [kind, listener] of [["pointermove", follow], ["pointerup", end], ["pointercancel", end]]) target.addEventListener(kind, listener);
}

function pressed(event) {
  if (event.button || !event.isPrimary) return;
  if (!tool) { pan(event); return; }
  event.preventDefault();
  const from = fraction(event);
  if (tool.shape === "point") { settle(standard("point", ...from)); return; }
  if (tool.shape === "polygon") { setCorner(from); return; }
  const svg = $("drawing");
  svg.setPointerCapture(event.pointerId);
  const {shape} = tool;
  const follow = (later) => drawDraft(within(shape, [...from, ...fraction(later)]));
  const end = (later) => {
    svg.removeEventListener("pointermove", follow);
    svg.removeEventListener("pointerup", end);
    svg.removeEventListener("pointercancel", end);
    const isDrag = Math.hypot(later.clientX - event.clientX, later.clientY - event.clientY) > 6;
    if (tool && later.type === "pointerup") settle(isDrag ? within(shape, [...from, ...fraction(later)]) : standard(shape, ...from));
    drawDraft(null);
  };
  svg.addEventListener("pointermove", follow);
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
}

// An enlarged picture is drawn along by what is empty of it.
function pan(event) {
  const view = $("window"), from = [event.clientX + view.scrollLeft, event.clientY + view.scrollTop];
  if (chosen) choose(null);
  const follow = (later) => { view.scrollLeft = from[0] - later.clientX; view.scrollTop = from[1] - later.clientY; };
  const end = () => { removeEventListener("pointermove", follow); removeEventListener("pointerup", end); removeEventListener("pointercancel", end); };
  for (const [kind, listener] of [["pointermove", follow], ["pointerup", end], ["pointercancel", end]]) addEventListener(kind, listener);
}

function drawDraft(shape) {
  $("draft").replaceChildren();
  if (shape) element(...outline(shape), $("draft")).setAttribute("class", "draft");
}

function setCorner(at) {
  const near = 14 * pixel();
  const isFirst = tool.corners.length > 2 && Math.hypot((at[0] - tool.corners[0][0]) * WIDTH, (at[1] - tool.corners[0][1]) * height()) < near;
  if (isFirst) { finish(); return; }
  tool.corners.push(at);
  drawCorners();
  say(`Corner ${tool.corners.length} set.`);
}

function drawCorners(to) {
  $("draft").replaceChildren();
  const points = [...tool.corners, ...(to ? [to] : [])].map(([x, y]) => `${x * WIDTH},${y * height()}`).join(" ");
  element("polyline", {class: "draft", points}, $("draft"));
  for (const [x, y] of tool.corners) element("circle", {class: "draft", cx: x * WIDTH, cy: y * height(), r: 5 * pixel()}, $("draft"));
}

function finish() {
  if (tool?.shape !== "polygon") return;
  const distinct = tool.corners.filter(([x, y], i, all) => !i || x !== all[i - 1][0] || y !== all[i - 1][1]);
  const [left, top, right, bottom] = distinct.length ? bounds({shape: "polygon", numbers: distinct.flat()}) : [0, 0, 0, 0];
  if (distinct.length < 3 || right - left < 1e-4 || bottom - top < 1e-4) { say("A polygon takes three corners or more, not all on a line."); return; }
  settle({shape: "polygon", numbers: distinct.flat().map(rounded)});
}

// What has been drawn takes its place: as a new one, or as the region of the annotation it was drawn for.
function settle(shape) {
  const {list, at} = tool;
  arm(null);
  if (at === undefined) { add(list, shape); return; }
  change("", () => { setShape({list, at}, shape); chosen = {list, at}; });
  say(`${title(chosen)} drawn: ${place(shape)}.`);
  focusShape();
}

function arm(wanted) {
  tool = wanted && {...wanted, corners: []};
  $("polygon-tools").hidden = tool?.shape !== "polygon";
  $("bench").classList.toggle("drawing-now", Boolean(tool));
  for (const button of document.querySelectorAll("[data-draw]")) {
    button.setAttribute("aria-pressed", Boolean(tool && tool.at === undefined && tool.list === button.dataset.list && tool.shape === button.dataset.draw));
  }
  drawDraft(null);
  if (tool) chosen = null;
  render();
}

// By pointer a button says what the next press on the picture draws; by keyboard it draws at once, in the middle.
function drawWith(event, list, shape, at) {
  const byKeyboard = event.detail === 0;
  if (tool && tool.list === list && tool.shape === shape && tool.at === at) { arm(null); return; }
  arm({list, shape, at});
  if (byKeyboard) { settle(standard(shape)); return; }
  say(shape === "polygon" ? "Press on the picture at each corner." : shape === "point" ? "Press on the picture." : "Draw on the picture, from corner to corner.");
  if (at !== undefined) $("window").scrollIntoView({block: "nearest"});
}

// --- Keyboard -------------------------------------------------------------------------------------------------------

function keyed(event) {
  const typing = event.target.matches?.("input:not([type=radio],[type=checkbox],[type=file]), textarea, select");
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing && !$("clash").open) {
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") { event.preventDefault(); (event.shiftKey || key === "y" ? redo : undo)(); }
    return;
  }
  if (event.key === "Escape" && tool) { arm(null); say("Nothing drawn."); return; }
  if (event.key === "Enter" && tool?.shape === "polygon" && tool.corners.length && !event.target.matches?.("button")) { event.preventDefault(); finish(); return; }
  const key = event.target.dataset?.key;
  if (!key || !$("drawing").contains(event.target) || !chosen) return;
  const grip = key.startsWith("grip ") ? Number(key.slice(5)) : null;
  if (ARROWS[event.key]) {
    event.preventDefault();
    const by = event.shiftKey ? LARGE_STEP : STEP, [x, y] = ARROWS[event.key].map((sign) => sign * by);
    if (grip === null) move(chosen, x, y); else reshape(chosen, grip, x, y);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    if (grip !== null && shapeAt(chosen).shape === "polygon") dropCorner(chosen, grip); else remove(chosen);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    openRow(chosen);
  } else if (event.key === "Escape") {
    choose(null);
    $("window").focus();
  }
}

// --- The list with fields -------------------------------------------------------------------------------------------

const FIELDS = {
  point: ["Across", "Down"], box: ["Left", "Top", "Width", "Height"], ellipse: ["Centre across", "Centre down", "Radius across", "Radius down"], polygon: ["Across", "Down"],
};

function buildRows() {
  for (const list of ["annotations", "redactions"]) {
    const open = new Set([...$(list).querySelectorAll("details[open]")].map((details) => details.closest("li").dataset.at));
    $(list).replaceChildren(...drawing[list].map((_, at) => builtRow({list, at}, open.has(String(at)))));
  }
}

function builtRow(where, isOpen) {
  const row = $(where.list === "annotations" ? "annotation-row" : "redaction-row").content.firstElementChild.cloneNode(true);
  row.dataset.at = where.at;
  row.querySelector("details").open = isOpen;
  row.querySelector(".number").textContent = `${where.at + 1}.`;
  row.querySelector(".remove").addEventListener("click", () => remove(where));
  row.querySelector("summary").addEventListener("click", () => { if (!isChosen(where.list, where.at)) choose(where); });
  row.addEventListener("focusin", (event) => { if (!tool && !isChosen(where.list, where.at) && event.target.matches("input, textarea, select")) choose(where); });
  for (const field of row.querySelectorAll("[data-field]")) {
    if (field.dataset.field === "seed") fillSeeds(field, drawing.annotations[where.at].seed);
    field.addEventListener("change", () => write(where, field));
  }
  for (const button of row.querySelectorAll("[data-again]")) button.addEventListener("click", (event) => drawWith(event, where.list, button.dataset.again, where.at));
  const fresh = row.querySelector(".fresh");
  if (fresh) fresh.hidden = !drawing.annotations[where.at].fresh;
  buildNumbers(where, row.querySelector(".numbers"));
  return row;
}

function buildNumbers(where, fields) {
  const shape = shapeAt(where);
  fields.hidden = !shape;
  if (!shape) return;
  const names = FIELDS[shape.shape];
  shape.numbers.forEach((_, i) => {
    let parent = fields;
    if (shape.shape === "polygon") parent = i % 2 ? fields.lastElementChild : builtCorner(where, i >> 1, fields);
    const field = $("number-field").content.firstElementChild.cloneNode(true);
    field.querySelector("span").textContent = `${names[i % names.length]}, %`;
    field.querySelector("input").dataset.number = i;
    field.querySelector("input").addEventListener("change", (event) => writeNumber(where, i, event.target));
    if (shape.shape === "polygon") parent.querySelector("button").before(field); else parent.append(field);
  });
}

function builtCorner(where, corner, fields) {
  const made = $("corner").content.firstElementChild.cloneNode(true);
  made.querySelector("legend").textContent = `Corner ${corner + 1}`;
  made.querySelector(".add").addEventListener("click", () => addCorner(where, corner));
  made.querySelector(".drop-corner").addEventListener("click", () => dropCorner(where, corner));
  fields.append(made);
  return made;
}

function addCorner(where, after) {
  const all = corners(shapeAt(where).numbers), [a, b] = [all[after], all[(after + 1) % all.length]];
  all.splice(after + 1, 0, [rounded((a[0] + b[0]) / 2), rounded((a[1] + b[1]) / 2)]);
  change("", () => setShape(where, {shape: "polygon", numbers: all.flat()}), `Corner ${after + 2} added.`);
}

function dropCorner(where, corner) {
  const all = corners(shapeAt(where).numbers);
  if (all.length < 4) { say("A polygon keeps three corners."); return; }
  all.splice(corner, 1);
  change("", () => setShape(where, {shape: "polygon", numbers: all.flat()}), `Corner ${corner + 1} removed.`);
}

function fillSeeds(select, current) {
  const option = (value, text, parent) => {
    const made = document.createElement("option");
    [made.value, made.textContent] = [value, text];
    parent.append(made);
  };
  option("", "Nothing named", select);
  for (const seed of info.seeds) {
    const group = document.createElement("optgroup");
    group.label = seed.title;
    for (const {value, says} of seed.statements) option(value, `${value}: ${says.length > 90 ? `${says.slice(0, 89)}…` : says}`, group);
    select.append(group);
  }
  if (current && ![...select.options].some((each) => each.value === current)) option(current, current, select);
}

function write(where, field) {
  const note = drawing.annotations[where.at], key = field.dataset.field, value = field.value.trim().replace(/\s+/g, " ");
  if (note[key] === value) { field.value = value; return; }
  change("", () => {
    const changed = drawing.annotations[where.at];
    changed[key] = value;
    if (key === "label" && changed.fresh && !changed.named) changed.id = freshName(value, where.at);
    if (key === "id") { changed.id = freshName(value, where.at); changed.named = true; }
  });
}

function writeNumber(where, i, input) {
  const before = shapeAt(where), value = Number(input.value.replace(",", ".")) / 100;
  if (!input.value || !Number.isFinite(value)) { syncRows(true); say("That is no number; it stays as it was."); return; }
  const numbers = [...before.numbers];
  numbers[i] = rounded(clamp(value));
  let shape = {shape: before.shape, numbers};
  // A box or an ellipse gives way where a side would leave the picture.
  if (before.shape === "box") numbers[i] = rounded(clamp(numbers[i], i > 1 ? 0.001 : 0, i > 1 ? 1 - numbers[i - 2] : 1 - numbers[i + 2]));
  if (before.shape === "ellipse") {
    const [centre, radius] = [i % 2, i % 2 + 2];
    numbers[i] = i > 1 ? rounded(clamp(numbers[i], 0.001, Math.min(numbers[centre], 1 - numbers[centre]))) : rounded(clamp(numbers[i], numbers[radius], 1 - numbers[radius]));
  }
  change("", () => setShape(where, shape), `${title(where)}: ${place(shape)}.`);
  syncRows(true);
}

function syncRows(all = false) {
  for (const list of ["annotations", "redactions"]) {
    [...$(list).children].forEach((row, at) => {
      const note = list === "annotations" ? drawing.annotations[at] : null, shape = shapeAt({list, at});
      row.classList.toggle("chosen", isChosen(list, at));
      row.querySelector(".words").textContent = note ? note.label || "Without a label" : shape.shape;
      if (note) {
        row.querySelector(".kind").textContent = shape ? shape.shape : "not drawn yet";
        row.querySelector(".again legend").textContent = shape ? "Draw it anew" : "Draw it";
      }
      for (const field of row.querySelectorAll("[data-field]")) if (all || field !== document.activeElement) field.value = note[field.dataset.field];
      for (const field of row.querySelectorAll("[data-number]")) if (all || field !== document.activeElement) field.value = percent(shape.numbers[field.dataset.number]);
    });
  }
}

function openRow({list, at}) {
  const row = $(list).children[at];
  row.querySelector("details").open = true;
  row.querySelector("input, textarea")?.focus();
}

// --- What readers get -----------------------------------------------------------------------------------------------

let resultWanted = "", resultTimer = 0, shownAddress = "";

function wantResult() {
  const on = onPhotograph && $("result").checked;
  $("drawing").classList.toggle("result", on);
  const wanted = on ? JSON.stringify(drawing.redactions) : "";
  if (wanted === resultWanted) return;
  resultWanted = wanted;
  clearTimeout(resultTimer);
  resultTimer = setTimeout(showPicture, on ? 300 : 0);
}

async function showPicture() {
  if (!onPhotograph) { $("picture").removeAttribute("href"); return; }
  const wanted = resultWanted;
  const answer = wanted
    ? await ask(`/_desk/preview/${NAME}`, {method: "POST", headers: {"Content-Type": "application/json"}, body: wanted})
    : await ask(`/_desk/picture/${NAME}`);
  if (!answer.ok) { await tell(answer, "The picture cannot be shown"); return; }
  const address = URL.createObjectURL(await answer.blob());
  if (wanted !== resultWanted) { URL.revokeObjectURL(address); return; }
  $("picture").setAttribute("href", address);
  if (shownAddress) URL.revokeObjectURL(shownAddress);
  shownAddress = address;
  if (wanted) say("Shown as readers get it.");
}

// --- To and from the desk -------------------------------------------------------------------------------------------

const say = (message) => { $("said").textContent = message; };

async function ask(address, options = {}) {
  try {
    return await fetch(address, {cache: "no-store", ...options});
  } catch {
    return new Response("The preview does not answer. Is build.py serve still running?", {status: 599});
  }
}

function tellLines(lines, isDone = false) {
  $("told").classList.toggle("done", isDone);
  $("told").replaceChildren(...lines.map(({place: where, message, hint}) => {
    const line = document.createElement("p");
    if (where) { const code = document.createElement("code"); code.textContent = where; line.append(code, " "); }
    line.append([message, hint].filter(Boolean).join(" → "));
    return line;
  }));
}

async function tell(answer, what) {
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  const lines = isJson ? (await answer.json()).problems : [{message: `${what}: ${(await answer.text()).trim()}`}];
  tellLines(lines);
  say(`${what}.`);
  $("told").scrollIntoView({block: "nearest"});
}

async function load() {
  const answer = await ask(`/_desk/exhibit/${NAME}`);
  if (!answer.ok) { await tell(answer, "This exhibit cannot be shown"); return false; }
  info = await answer.json();
  return true;
}

function show(photograph) {
  onPhotograph = photograph;
  set($("drawing"), {viewBox: `0 0 ${WIDTH} ${height()}`});
  set($("picture"), {width: WIDTH, height: height()});
  $("plate").hidden = onPhotograph;
  $("result-switch").hidden = !onPhotograph;
  $("use-kept").hidden = onPhotograph || !info.kept;
  $("withheld").hidden = info.absent !== "withheld";
  $("measure").replaceChildren(...Object.entries(info.sizes).map(([what, [w, h]]) => new Option(`the ${what}, ${w} × ${h}`, what)));
  $("measure-choice").hidden = $("measure").length < 2;
  $("save").textContent = info.photo || !onPhotograph ? "Save" : "Save and make the master";
  resultWanted = " ";
  built = "";
  $("handles").dataset.key = "";
  render();
}

function takeIn() {
  drawing = copy(info.drawing);
  chosen = null;
  saved = JSON.stringify(asSent());
  show(info.photo && Boolean(pictureSize()));
}

// Regions placed without having seen the picture would point at nothing on it.
function drawOnPhotograph() {
  if (onPhotograph) { show(true); return; }
  change("", () => { for (const note of drawing.annotations) note.shape = null; });
  show(true);
}

async function save(digest = info.digest) {
  if (isSaving) return;
  const body = JSON.stringify({drawing: asSent(), digest, on_photograph: onPhotograph});
  isSaving = true;
  say("Saving.");
  const answer = await ask(`/_desk/save/${NAME}`, {method: "POST", headers: {"Content-Type": "application/json"}, body});
  isSaving = false;
  if (answer.status === 409) { clash(await answer.json()); return; }
  if (!answer.ok) { await tell(answer, "Nothing was saved"); return; }
  const {master, to_do} = await answer.json();
  if (!await load()) return;
  takeIn();
  if (document.activeElement === document.body) $("save").focus();
  const lines = [...(master ? [`Master made: ${master}. Look at it at full size.`] : []), ...to_do.map((line) => `Still to do: ${line}`)];
  tellLines(lines.map((message) => ({message})), true);
  say("Saved. The pages are being built anew.");
}

function clash({theirs, mine, digest}) {
  [$("theirs").value, $("mine").value] = [theirs, mine];
  $("clash").dataset.digest = digest;
  $("clash").showModal();
  say("The file was changed meanwhile; nothing was written.");
}

async function takeTheirs() {
  $("clash").close();
  draft = copy(drawing);
  past.push(copy(drawing));
  if (!await load()) return;
  takeIn();
  $("draft-back").hidden = false;
  say("This is what the file holds. Your draft is kept here: “Bring my draft back” shows it again.");
}

async function takePhotograph(file) {
  if (!file) return;
  if (file.size > LARGEST_PHOTOGRAPH) { tellLines([{message: `“${file.name}” has more than ${LARGEST_PHOTOGRAPH / 1e6} MB.`, hint: "use build.py photo for it"}]); return; }
  tellLines([]);
  say(`Taking in ${file.name}.`);
  const type = file.type.startsWith("image/") ? file.type : "application/octet-stream";
  const answer = await ask(`/_desk/photograph/${NAME}`, {method: "PUT", headers: {"Content-Type": type}, body: file});
  if (!answer.ok) { await tell(answer, "The photograph was not taken in"); return; }
  if (!await load()) return;
  drawOnPhotograph();
  say("The original is kept in originals/. Draw over what must not be seen, then save.");
}

async function takeAnnotations(file) {
  if (!file) return;
  let text = "";
  if (file.size <= LARGEST_IMPORT) text = await file.text();
  let body = "";
  try { body = JSON.stringify({size: info.sizes[$("measure").value] || null, annotations: JSON.parse(text)}); } catch { tellLines([{message: `“${file.name}” is not JSON of less than 1 MB.`}]); return; }
  const answer = await ask("/_desk/import", {method: "POST", headers: {"Content-Type": "application/json"}, body});
  if (!answer.ok) { await tell(answer, "Nothing was brought in"); return; }
  const {annotations, refused} = await answer.json();
  if (annotations.length) {
    change("", () => {
      for (const note of annotations) drawing.annotations.push({...note, id: freshName(note.label, -1), fresh: true});
    });
  }
  tellLines(refused.map((message) => ({message})));
  say(`${annotations.length} brought in, not saved yet${refused.length ? `; ${refused.length} could not be read` : ""}.`);
}

// --- Beginning ------------------------------------------------------------------------------------------------------

function listen() {
  for (const button of document.querySelectorAll("[data-draw]")) button.addEventListener("click", (event) => drawWith(event, button.dataset.list, button.dataset.draw));
  $("undo").addEventListener("click", undo);
  $("redo").addEventListener("click", redo);
  $("finish").addEventListener("click", finish);
  $("cancel").addEventListener("click", () => { arm(null); say("Nothing drawn."); });
  $("result").addEventListener("change", render);
  $("zoom").addEventListener("change", (event) => { $("window").className = `window x${event.target.value}`; render(); });
  $("drawing").addEventListener("pointerdown", pressed);
  $("drawing").addEventListener("pointermove", (event) => { if (tool?.corners.length) drawCorners(fraction(event)); });
  $("drawing").addEventListener("dblclick", finish);
  document.addEventListener("keydown", keyed);
  $("list").addEventListener("submit", (event) => { event.preventDefault(); save(); });
  $("kept").addEventListener("click", drawOnPhotograph);
  $("draft-back").addEventListener("click", () => { change("", () => { drawing = copy(draft); }, "Your draft is back."); $("draft-back").hidden = true; });
  $("take-theirs").addEventListener("click", takeTheirs);
  $("write-mine").addEventListener("click", () => { $("clash").close(); save($("clash").dataset.digest); });
  $("decide-later").addEventListener("click", () => $("clash").close());
  $("file").addEventListener("change", (event) => { takePhotograph(event.target.files[0]); event.target.value = ""; });
  $("import").addEventListener("change", (event) => { takeAnnotations(event.target.files[0]); event.target.value = ""; });
  document.addEventListener("dragover", (event) => { event.preventDefault(); $("bench").classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("bench").classList.remove("over"); });
  document.addEventListener("drop", (event) => { event.preventDefault(); $("bench").classList.remove("over"); takePhotograph(event.dataTransfer.files[0]); });
  addEventListener("beforeunload", (event) => { if (isUnsaved()) event.preventDefault(); });
  new ResizeObserver(() => render()).observe($("window"));
}

async function begin() {
  const page = new URLSearchParams(location.search).get("page") || "/";
  if (/^\/(?!\/)[\w./-]*$/.test(page)) $("back").href = `${page}#x-${NAME.split("/")[1]}`;
  if (!await load()) return;
  document.title = `Annotate: ${info.title}`;
  $("title").textContent = info.title || "Annotate";
  $("name").textContent = NAME;
  $("bench").hidden = $("bar").hidden = false;
  takeIn();
  listen();
  say("Ready.");
}

begin();
