"use strict";
// The page of a deck. The order: what there is, filters, how a card is shown, the views, keys.
{

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("contents").textContent);
const root = document.documentElement;
const number = new Intl.NumberFormat("en");
const counted = (n, noun) => `${number.format(n)} ${noun}${n === 1 ? "" : "s"}`;

/** Make an element; text is only ever text here. */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

function drawn(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// ---------------------------------------------------------------- what there is

const items = data.items;
const cards = items.flatMap((item, i) => item.cards.map((card) => Object.assign(card, {
  item, owner: i, deck: card.deck ?? item.deck,
})));
cards.forEach((card, i) => { card.index = i; });

const FRONT = "\uf8ff";
const unpacked = (side) => side.replace(/[\ue000-\uf8fe]/g,
  (mark) => data.pieces[mark.charCodeAt(0) - 0xe000]);

/** The HTML of a side: as it is, or put together of the pieces that recur. */
function html(card, side) {
  if (!data.pieces) return side === "front" ? card.q : card.a;
  const front = unpacked(card.q);
  return side === "front" ? front : unpacked(card.a).replace(FRONT, () => front);
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'", nbsp: " " };
const words = (source) => source
  .replace(/<(style|script)[^>]*>[^]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")
  .replace(/\[anki:play:[^\]]*\]/g, " ")
  .replace(/&(#?\w+);/g, (all, name) => ENTITIES[name] ?? all)
  .replace(/\s+/g, " ").trim();

const plainly = (text) => {
  const low = text.toLowerCase();
  return /^[\x00-\x7f]*$/.test(low) ? low : low.normalize("NFD").replace(/\p{M}/gu, "");
};

/** What a search looks through; found out when it is first wanted. */
const sought = (card) => card.sought ??= plainly([
  words(html(card, "front")), words(html(card, "back")), card.item.id, data.decks[card.deck],
  ...card.item.tags.map((tag) => data.tags[tag]),
].join(" "));

/** Find it out beforehand, while nothing else is to be done. */
function readAhead(from = 0) {
  if (from >= cards.length) return;
  (window.requestIdleCallback ?? ((later) => setTimeout(later, 50)))(() => {
    cards.slice(from, from + 40).forEach(sought);
    readAhead(from + 40);
  });
}

const below = (name) => name === data.deck.name ? name
  : name.startsWith(`${data.deck.name}::`) ? name.slice(data.deck.name.length + 2) : name;
const kindOf = (item) => data.kinds[item.kind];

// ---------------------------------------------------------------- filters

const wish = { text: "", deck: "", kind: "", tag: "", found: false, only: null };
let shown = cards;
let view = "cards";
let now = 0; // the place of the present card among those shown

function filtered() {
  const parts = plainly(wish.text).split(/\s+/).filter(Boolean);
  const within = (name, wanted) => name === wanted || name.startsWith(`${wanted}::`);
  const inDeck = data.decks.map((name) => !wish.deck || within(name, wish.deck));
  const withTag = data.tags.map((name) => within(name, wish.tag));
  return cards.filter((card) =>
    inDeck[card.deck]
    && (!wish.kind || kindOf(card.item).section === wish.kind)
    && (!wish.tag || card.item.tags.some((tag) => withTag[tag]))
    && (!wish.found || card.item.found)
    && (!wish.only || wish.only.items.has(card.owner))
    && parts.every((part) => sought(card).includes(part)));
}

function options(select, all, names, told = (name) => name) {
  select.append(make("option", { value: "" }, all),
    ...names.map((name) => make("option", { value: name }, told(name))));
}

/** Names with those above them: a::b brings a. */
const withParents = (names) => [...new Set(names.flatMap((name) =>
  name.split("::").map((_, i, parts) => parts.slice(0, i + 1).join("::"))))].sort();

function furnish() {
  $("deck").textContent = data.deck.name || "No deck could be read";
  options($("in-deck"), "All decks", withParents(data.decks).filter((name) =>
    name !== data.deck.name && !data.deck.name.startsWith(`${name}::`)), below);
  options($("of-kind"), "All kinds", data.kinds.map((kind) => kind.section), (section) =>
    data.kinds.find((kind) => kind.section === section).label);
  options($("with-tag"), "All tags", withParents(data.tags));
  const concerned = items.filter((item) => item.found && item.cards.length).length;
  $("with-found").hidden = !concerned;
  $("with-found").lastElementChild.textContent = "with findings";
}

function showFilters() {
  $("text").value = wish.text;
  $("in-deck").value = wish.deck;
  $("of-kind").value = wish.kind;
  $("with-tag").value = wish.tag;
  $("found").checked = wish.found;
  $("only").hidden = !wish.only;
  $("only").textContent = wish.only ? `${wish.only.name} ×` : "";
  $("only").setAttribute("aria-label", wish.only ? `Not only ${wish.only.name}` : "");
  for (const [id, set] of [["text", wish.text], ["in-deck", wish.deck], ["of-kind", wish.kind],
    ["with-tag", wish.tag]]) $(id).classList.toggle("set", Boolean(set));
  const set = ["text", "deck", "kind", "tag", "found", "only"].filter((name) => wish[name]).length;
  $("clear").hidden = !set;
  $("filter").textContent = set ? `Filter (${set})` : "Filter";
}

/** Change the filters and show what comes of it. */
function filter(change = {}) {
  Object.assign(wish, change);
  shown = filtered();
  now = 0;
  showFilters();
  const all = counted(cards.length, "card");
  $("count").textContent = shown.length === cards.length ? all
    : `${number.format(shown.length)} of ${all}`;
  pile = null;
  window.scrollTo(0, 0);
  show();
  remember();
}

const nothing = { text: "", deck: "", kind: "", tag: "", found: false, only: null };

// ---------------------------------------------------------------- a card as Anki shows it

const UNWANTED = "script, link, meta, base, iframe, frame, frameset, object, embed, portal";
const LOADS = ["src", "srcset", "poster", "data", "background", "href", "xlink:href"];

function medium(name) {
  if (Object.hasOwn(data.media, name)) return data.media[name];
  try { return data.media[decodeURIComponent(name)]; } catch { return undefined; }
}

// What Anki's hints do when they are clicked; browsers grumble at it, and clickedInside does it.
const HINT = /(<a class=hint href="#"\n)onclick="[^"]*"/g;

const absent = (name) => make("span", { class: "preview-absent" }, `${name} is not in this page`);

/** What can act or ask for anything is taken out; the frame and the policy would stop it as well. */
function tame(inside) {
  inside.querySelectorAll(UNWANTED).forEach((each) => each.remove());
  for (const each of inside.querySelectorAll("*")) {
    for (const { name, value } of [...each.attributes]) {
      if (name.toLowerCase().startsWith("on")) each.removeAttribute(name);
      if (!LOADS.includes(name.toLowerCase()) || each.localName === "a") continue;
      const known = medium(value);
      if (known !== undefined) each.setAttribute(name, known);
      else if (!/^\s*(data:|#)/i.test(value)) {
        each.removeAttribute(name);
        if (each.localName === "img") each.replaceWith(absent(value));
      }
    }
  }
  for (const style of inside.querySelectorAll("style")) {
    style.textContent = style.textContent.replace(/url\(\s*(['"]?)([^'")]+)\1\s*\)/g,
      (all, _, name) => medium(name) === undefined ? all : `url("${medium(name)}")`);
  }
}

/** Put into the text what Anki puts there: buttons that play, a box to type in; and mark TeX. */
function furnishText(inside, card) {
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  const special = /(\[anki:play:[qa]:\d+\]|\[\[type:[^\]]*\]\]|\\\([^]*?\\\)|\\\[[^]*?\\\])/;
  for (const text of texts) {
    if (text.parentNode.localName === "style" || !special.test(text.data)) continue;
    text.replaceWith(...text.data.split(special).map((piece) => {
      if (piece.startsWith("[anki:play:")) return player(card.plays?.[piece] ?? "");
      if (piece.startsWith("[[type:")) {
        return make("input", { id: "typeans", disabled: true, placeholder: "the answer is typed here" });
      }
      return /^\\[([]/.test(piece) ? make("span", { class: "preview-tex" }, piece) : piece;
    }));
  }
}

function player(name) {
  if (!name) return make("span", { class: "preview-absent" }, "🔊 speech");
  const known = medium(name);
  return known === undefined ? absent(name)
    : make("audio", { controls: true, preload: "metadata", src: known, title: name });
}

/**
 * A frame with a side of a card, as Anki has it: without scripts, without a way out.
 * `done` is told its height when it is known.
 */
function frame(card, side, done) {
  const made = make("iframe", {
    sandbox: "allow-same-origin", title: side === "front" ? "Front" : "Back",
    srcdoc: "<!doctype html><html><head><meta charset=utf-8></head><body><div id=qa></div></body></html>",
  });
  made.style.height = `${heights.get(key(card, side)) ?? 240}px`;
  made.addEventListener("load", () => {
    const inner = made.contentDocument;
    const qa = inner?.getElementById("qa");
    if (!qa) return;
    inner.head.append(Object.assign(inner.createElement("style"), { textContent: data.frame }));
    inner.body.className = `card card${card.n + 1}`;
    dress(inner);
    const inert = document.implementation.createHTMLDocument("").createElement("div");
    const css = data.styles[kindOf(card.item).style] ?? "";
    inert.innerHTML = `<style>${css}</style>${html(card, side).replace(HINT, "$1")}`;
    tame(inert);
    furnishText(inert, card);
    qa.append(...inert.childNodes);
    inner.addEventListener("click", (event) => clickedInside(event, measure));
    inner.addEventListener("submit", (event) => event.preventDefault());
    inner.addEventListener("keydown", pressed);
    if (!qa.querySelector("a, audio, input")) made.tabIndex = -1;
    const measure = () => {
      made.style.height = "0";
      const height = Math.min(Math.max(inner.documentElement.scrollHeight, 48), 4000) + 2;
      made.style.height = `${height}px`;
      heights.set(key(card, side), height);
    };
    measure();
    inner.querySelectorAll("img, video").forEach((each) => {
      for (const name of ["load", "error", "loadedmetadata"]) each.addEventListener(name, measure);
    });
    made.dataset.shown = "";
    done();
  }, { once: true });
  return made;
}

function dress(inner) {
  const isNight = root.classList.contains("night");
  inner.documentElement.classList.toggle("night-mode", isNight);
  inner.documentElement.classList.toggle("mobile", root.classList.contains("phone"));
  inner.body.classList.toggle("nightMode", isNight);
  inner.body.classList.toggle("night_mode", isNight);
}

/** Links lead nowhere here; a hint is shown, as Anki's script would. */
function clickedInside(event, measure) {
  const link = event.target.closest?.("a, area");
  if (!link) return;
  event.preventDefault();
  const hint = link.nextElementSibling;
  if (link.classList.contains("hint") && hint?.classList.contains("hint")) {
    link.style.display = "none";
    hint.style.display = "block";
    measure();
  }
}

const heights = new Map(); // of frames, by card, side and width
let width = 0;
const key = (card, side) => `${card.index} ${side} ${width}`;

// ---------------------------------------------------------------- the list

const BEYOND = 900; // pixels above and below the window in which rows are ready
let estimate = 380;
let rowHeights = new Float64Array(0); // 0 where it is not known
let offsets = new Float64Array(1);
const rows = new Map(); // the rows that there are, by place
let waiting = []; // frames that are yet to be made, as functions
let lastJump = 0;
let lastTop = 0;
const watcher = new ResizeObserver((entries) => {
  let moved = 0;
  for (const { target } of entries) {
    const place = Number(target.dataset.place);
    if (rows.get(place) !== target) continue;
    const height = target.offsetHeight;
    const before = rowHeights[place] || estimate;
    if (height === rowHeights[place]) continue;
    rowHeights[place] = height;
    if (offsets[place] + before < listTop() + 24 && place !== now) moved += height - before; // above what is seen
  }
  count();
  if (moved) window.scrollBy(0, moved);
  place();
});

const listTop = () => window.scrollY - $("list").offsetTop + $("top").offsetHeight;

function count() {
  if (offsets.length !== shown.length + 1) offsets = new Float64Array(shown.length + 1);
  for (let i = 0; i < shown.length; i += 1) offsets[i + 1] = offsets[i] + (rowHeights[i] || estimate);
  $("list").style.height = `${offsets[shown.length]}px`;
}

/** The last row that begins at or above an offset. */
function rowAt(offset) {
  let low = 0;
  let high = shown.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle] <= offset) low = middle; else high = middle - 1;
  }
  return low;
}

/** Have just the rows that are in the window or near it, in order, where they belong. */
function place() {
  if (view !== "cards" || !shown.length) return;
  const top = listTop();
  const first = rowAt(top - BEYOND);
  const last = rowAt(top + window.innerHeight + BEYOND);
  for (const [i, row] of rows) {
    if ((i < first || i > last) && !row.contains(document.activeElement)) drop(i, row);
  }
  for (let i = first; i <= last; i += 1) {
    if (!rows.has(i)) {
      const row = rowOf(shown[i], i);
      const next = [...rows.keys()].filter((other) => other > i);
      $("list").insertBefore(row, next.length ? rows.get(Math.min(...next)) : null);
      rows.set(i, row);
      watcher.observe(row);
    }
  }
  for (const [i, row] of rows) row.style.transform = `translateY(${offsets[i]}px)`;
}

function drop(i, row) {
  watcher.unobserve(row);
  unfinished -= row.querySelectorAll("[data-unfinished]").length; // these will never be loaded
  row.remove();
  rows.delete(i);
}

function listAnew() {
  for (const [i, row] of [...rows]) drop(i, row);
  waiting = [];
  width = $("list").clientWidth;
  rowHeights = new Float64Array(shown.length);
  count();
  place();
  mark();
}

/** Lay the list out for another width, and stay at the card that is seen. */
function listForWidth() {
  const first = shown.length ? rowAt(listTop() + 24) : 0;
  const isNowSeen = now > first && offsets[now] < listTop() + window.innerHeight - $("top").offsetHeight;
  const seen = isNowSeen ? now : first;
  show();
  if (view !== "cards" || !seen) return;
  window.scrollTo(0, offsets[seen] + $("list").offsetTop - $("top").offsetHeight - 12);
  place();
}

function rowOf(card, i) {
  const { item } = card;
  const row = make("article", {
    class: "row", tabindex: "-1", "data-place": i, "data-card": card.index,
    "aria-posinset": i + 1, "aria-setsize": shown.length, "aria-labelledby": `about-${i}`,
  });
  const front = make("figure", { class: "side front" }, make("figcaption", {}, "Front"));
  const back = make("figure", { class: "side back" }, make("figcaption", {}, "Back"));
  row.append(make("div", { class: "sheet" },
    make("div", { class: "about" },
      make("h2", { id: `about-${i}` }, `${kindOf(item).label} · ${card.name}`),
      make("span", {}, below(data.decks[card.deck])),
      make("span", { class: "at" }, [item.id, item.place].filter(Boolean).join("  "))),
    ...findings(item.found),
    make("div", { class: "sides" }, front, back),
    ...reasons(card),
    make("div", { class: "tags" }, ...item.tags.map((tag) =>
      make("button", { type: "button", onclick: () => filter({ tag: data.tags[tag] }) },
        data.tags[tag])))));
  row.addEventListener("focusin", () => { if (now !== i) { now = i; mark(); } });
  for (const [figure, side] of [[front, "front"], [back, "back"]]) {
    const wait = make("div", { class: "wait" }, words(html(card, side)).slice(0, 300));
    wait.style.height = `${heights.get(key(card, side)) ?? 242}px`;
    figure.append(wait);
    waiting.push({ row, make: () => {
      const made = frame(card, side, () => { delete made.dataset.unfinished; unfinished -= 1; });
      made.dataset.unfinished = "";
      wait.replaceWith(made);
    } });
  }
  if (i === now) row.classList.add("now");
  plan();
  return row;
}

const AT_ONCE = 3;
let unfinished = 0; // frames that are being loaded
let isFilling = false;
/** Make the frames that are waited for, the nearest first; none while the page is scrolled in haste. */
function fill() {
  isFilling = false;
  waiting = waiting.filter(({ row }) => row.isConnected);
  if (waiting.length && unfinished < AT_ONCE && performance.now() - lastJump > 90) {
    const middle = listTop() + window.innerHeight / 2;
    const far = ({ row }) => Math.abs(offsets[Number(row.dataset.place)] - middle);
    const nearest = waiting.reduce((best, each) => far(each) < far(best) ? each : best);
    waiting.splice(waiting.indexOf(nearest), 1);
    unfinished += 1;
    nearest.make();
  }
  plan();
}

function plan() {
  if (isFilling || !waiting.length) return;
  isFilling = true;
  requestAnimationFrame(fill);
}

function findings(found) {
  if (!found) return [];
  return [make("ul", { class: "found" }, ...found.map((i) => {
    const { severity, rule, message, place } = data.findings[i];
    return make("li", { class: severity }, make("b", {}, severity), ` ${message} `,
      make("span", { class: "rule" }, rule), " ", make("span", { class: "at" }, place));
  }))];
}

/** Why the gaps of a sentence are where they are; those of this card come first. */
function reasons(card) {
  const { gaps } = card.item;
  if (!gaps) return [];
  const line = ([text, gap, score, why, hint]) => make("tr", { class: gap === card.n + 1 ? "mine" : "" },
    make("th", { scope: "row" }, text), make("td", { class: "score" },
      score === null ? "" : (score < 0 ? "−" : "+") + Math.abs(score).toFixed(2)),
    make("td", {}, hint ? `${why} (hint “${hint}”)` : why));
  const part = (title, chosen) => chosen.length
    ? [make("tbody", {}, make("tr", {}, make("th", { colspan: 3, scope: "rowgroup", class: "title" }, title)),
      ...chosen.map(line))] : [];
  const mine = gaps.filter(([, gap]) => gap === card.n + 1);
  const others = gaps.filter(([, gap]) => gap !== null && gap !== card.n + 1);
  return [make("details", { class: "why" },
    make("summary", {}, "Why this gap: ", make("strong", {}, mine.map(([text]) => text).join(", ")
      || "retired")),
    make("table", {}, ...part("Asked here", mine), ...part("Asked on other cards", others),
      ...part("Weighed, and not chosen", gaps.filter(([, gap, score]) => gap === null && score !== null)),
      ...part("Refused", gaps.filter(([, gap, score]) => gap === null && score === null))))];
}

function mark() {
  for (const [i, row] of rows) {
    row.classList.toggle("now", i === now);
    row.tabIndex = i === now ? 0 : -1;
  }
}

/** Go to a card of the list. */
function go(to) {
  if (!shown.length) return;
  now = Math.min(Math.max(to, 0), shown.length - 1);
  const wanted = () => offsets[now] + $("list").offsetTop - $("top").offsetHeight - 12;
  const margin = 12;
  const isSeen = offsets[now] >= listTop() - margin
    && offsets[now + 1] <= listTop() + window.innerHeight - $("top").offsetHeight;
  if (!isSeen) window.scrollTo(0, Math.max(0, wanted()));
  place();
  mark();
  rows.get(now)?.focus({ preventScroll: true });
}

/** Cover the back of a card, or show it. */
function flip() {
  const back = rows.get(now)?.querySelector(".back");
  const cover = back?.querySelector(".cover");
  if (cover) cover.remove();
  else back?.append(make("button", { type: "button", class: "cover", tabindex: "-1", onclick: flip }, "Show the back"));
}

// ---------------------------------------------------------------- study

let pile = null;

/** A pile of the cards that are shown; what was not known comes again, some cards later. */
function begin(chosen = shown) {
  pile = { left: [...chosen], all: chosen.length, done: 0, missed: [], again: new Set(), flipped: false };
  study();
}

function answer(isKnown) {
  if (!pile?.flipped) return;
  const card = pile.left.shift();
  if (isKnown) pile.done += 1;
  else {
    if (!pile.again.has(card)) pile.missed.push(card);
    pile.again.add(card);
    pile.left.splice(Math.min(4, pile.left.length), 0, card);
  }
  pile.flipped = false;
  study();
}

function turn() {
  if (!pile?.left.length || pile.flipped) return;
  pile.flipped = true;
  study();
}

function study() {
  const place = $("study");
  place.replaceChildren();
  if (!pile) { begin(); return; }
  if (!pile.all) return;
  width = place.clientWidth;
  const bar = make("div");
  bar.style.width = `${100 * pile.done / pile.all}%`;
  const progress = make("div", { class: "progress", role: "progressbar", "aria-label": "Known",
    "aria-valuemin": 0, "aria-valuemax": pile.all, "aria-valuenow": pile.done }, bar);
  if (!pile.left.length) {
    const known = pile.all - pile.missed.length;
    const missed = pile.missed;
    const end = make("div", { class: "end", tabindex: "-1" }, make("h2", {}, "That was all"),
      make("p", {}, `${number.format(known)} of ${number.format(pile.all)} known at first sight.`),
      make("div", { class: "answers" },
        ...(missed.length ? [make("button", { type: "button", class: "main", onclick: () => begin(missed) },
          `Study the ${missed.length === 1 ? "one" : number.format(missed.length)} again`)] : []),
        make("button", { type: "button", onclick: () => begin() }, "From the beginning")));
    place.append(progress, end);
    end.focus({ preventScroll: true });
    return;
  }
  const [card] = pile.left;
  const side = pile.flipped ? "back" : "front";
  const button = (text, sign, act, isMain) => make("button", { type: "button", class: isMain ? "main" : "",
    onclick: act }, text, make("kbd", { "aria-hidden": "true" }, sign));
  const answers = pile.flipped
    ? [button("Did not know", "1", () => answer(false)), button("Knew it", "2", () => answer(true), true)]
    : [button("Show the answer", "space", turn, true)];
  const made = frame(card, side, () => {
    $("live").textContent = words(html(card, side));
  });
  place.append(progress,
    make("p", { class: "where" }, make("span", {}, `${kindOf(card.item).label} · ${below(data.decks[card.deck])}`),
      make("span", {}, `${number.format(pile.done)} of ${number.format(pile.all)} known`)),
    made, make("div", { class: "answers" }, ...answers));
  answers.at(-1).focus({ preventScroll: true });
}

// ---------------------------------------------------------------- timeline

const year = (n) => n > 0 ? String(n) : `${1 - n} BC`;

/** Show the cards of some items, and of nothing else. */
function only(name, owners) {
  view = "cards";
  filter({ ...nothing, only: { name, items: new Set(owners) } });
  $("main").focus({ preventScroll: true });
}

/** The items of the cards that are shown; where nothing is filtered, all of them. */
function ownersShown() {
  return shown.length === cards.length ? null : new Set(shown.map((card) => card.owner));
}

function timeline() {
  const owners = ownersShown();
  const dates = data.timeline.filter(([, , i]) => !owners || owners.has(i));
  const years = new Map();
  const times = new Map(); // how many dates an item has
  for (const each of dates) {
    if (years.has(each[0])) years.get(each[0]).push(each); else years.set(each[0], [each]);
    times.set(each[2], (times.get(each[2]) ?? 0) + 1);
  }
  const what = (i, field) => kindOf(items[i]).label + (times.get(i) > 1 ? `, ${field.toLowerCase()}` : "");
  $("timeline").replaceChildren(
    ...(dates.length ? [strip(years)] : [make("p", { class: "end" }, "No date is in these cards.")]),
    ...[...years].map(([n, entries]) => make("div", { class: "year", id: `year-${n}` },
      make("h2", {}, year(n)),
      make("ul", {}, ...entries.map(([, text, i, field]) => make("li", {},
        make("button", { type: "button", onclick: () => only(items[i].title || text, [i]) },
          make("span", { class: "day" }, text), items[i].title,
          make("span", { class: "what" }, what(i, field)))))))));
}

/** How many dates there are in which years: a bar for each stretch of time. */
function strip(years) {
  const all = [...years.keys()];
  const [first, last] = [all[0], all.at(-1)];
  const span = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((n) => (last - first) / n < 120) ?? 5000;
  const start = Math.floor(first / span) * span;
  const bars = Array(Math.floor((last - start) / span) + 1).fill(0);
  for (const [n, entries] of years) bars[Math.floor((n - start) / span)] += entries.length;
  const most = Math.max(...bars);
  const wide = Math.max($("timeline").clientWidth, 200);
  const step = wide / bars.length;
  const made = drawn("svg", { class: "strip", viewBox: `0 0 ${wide} 72`, "aria-hidden": "true" },
    drawn("line", { x1: 0, x2: wide, y1: 54.5, y2: 54.5 }));
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find((n) => n >= span && n / span * step >= 56) ?? 5000;
  bars.forEach((many, i) => {
    const height = 48 * many / most;
    if (many) made.append(drawn("rect", { x: i * step + 1, y: 54 - height, rx: 1.5,
      width: Math.max(1, Math.min(step - 2, 28)), height }));
    if ((start + i * span) % every === 0 && i * step < wide - 32) {
      made.append(drawn("text", { x: i * step + 1, y: 68 }, year(start + i * span)));
    }
  });
  made.addEventListener("click", (event) => {
    const at = start + Math.floor((event.offsetX / made.clientWidth) * bars.length) * span;
    const near = all.find((n) => n >= at) ?? last;
    const { top } = $(`year-${near}`).getBoundingClientRect();
    window.scrollBy(0, top - $("top").offsetHeight - 8);
  });
  return made;
}

// ---------------------------------------------------------------- map

const MOST_NAMES = 40;

/** Names along a line, joined by an arc where an item speaks of both. */
function map() {
  const owners = ownersShown();
  const names = data.names
    .map(([name, own, met]) => ({ name, own, met: met.filter((i) => !owners || owners.has(i)) }))
    .filter(({ met }) => met.length > 1);
  const ranked = [...names].sort((a, b) => b.met.length - a.met.length || a.own - b.own);
  const drawnNames = ranked.slice(0, MOST_NAMES).sort((a, b) => a.own - b.own);
  const rest = ranked.slice(MOST_NAMES);
  if (!names.length) {
    $("map").replaceChildren(make("p", { class: "intro" }, "No name is shared by two of these items."));
    return;
  }
  const panel = make("div", { class: "panel", role: "region", "aria-label": "A name and its items", tabindex: "-1" });
  const [picture, choose] = arcs(drawnNames, (each) => tell(panel, each, names));
  $("map").replaceChildren(
    make("p", { class: "intro" }, `${counted(names.length, "name")} ${names.length === 1 ? "is" : "are"} shared by two items or more. `
      + "An arc joins two that an item speaks of together; the more items, the stronger."),
    picture, panel,
    ...(rest.length ? [make("div", { class: "rest" }, make("p", {}, "Names that fewer items share"),
      ...rest.slice(0, 400).map((each) => make("button", { type: "button", onclick: () => {
        choose(null);
        tell(panel, each, names);
        panel.scrollIntoView({ block: "center" });
      } }, `${each.name} ${each.met.length}`)),
      ...(rest.length > 400 ? [make("span", {}, `and ${number.format(rest.length - 400)} more`)] : []))] : []));
  choose(ranked[0]);
}

function tell(panel, { name, met, own }, names) {
  const mine = new Set(met);
  const near = names.map((other) => [other, other.met.filter((i) => mine.has(i)).length])
    .filter(([other, many]) => many && (other.name !== name || other.own !== own))
    .sort((a, b) => b[1] - a[1] || a[0].own - b[0].own).slice(0, 6);
  panel.replaceChildren(make("h2", {}, name),
    make("p", {}, near.length ? `With ${near.map(([other, many]) => `${other.name} (${many})`).join(", ")}` : ""),
    make("button", { type: "button", class: "go", onclick: () => only(name, met) },
      `Show the cards of ${counted(met.length, "item")}`),
    make("ul", { class: "items" }, ...met.slice(0, 60).map((i) => make("li", {},
      make("button", { type: "button", onclick: () => only(items[i].title, [i]) }, items[i].title,
        make("span", { class: "what" }, kindOf(items[i]).label))))));
}

function arcs(names, chosen) {
  const wide = Math.max($("map").clientWidth - (window.innerWidth > 860 ? 380 : 0), 300);
  const text = Math.min(wide * 0.55, 300);
  const step = 24;
  const picture = drawn("svg", { class: "arcs", role: "group", "aria-label": "Names",
    viewBox: `0 0 ${wide} ${names.length * step + 8}` });
  const y = (i) => i * step + 16;
  const lines = [];
  names.forEach((a, i) => {
    const mine = new Set(a.met);
    names.slice(i + 1).forEach((b, k) => {
      const many = b.met.filter((item) => mine.has(item)).length;
      if (!many) return;
      const j = i + 1 + k;
      const reach = Math.min((wide - text - 16) * Math.sqrt((j - i) / names.length) * 1.3, (wide - text - 12) * 1.3);
      const line = drawn("path", { "stroke-width": Math.min(0.8 + many * 0.35, 4),
        d: `M${text + 10},${y(i)} C${text + 10 + reach},${y(i)} ${text + 10 + reach},${y(j)} ${text + 10},${y(j)}` });
      lines.push({ line, ends: [a, b] });
      picture.append(line);
    });
  });
  const most = Math.max(...names.map((each) => each.met.length));
  const groups = names.map((each, i) => {
    const letters = Math.floor(text / 8);
    const label = each.name.length > letters ? `${each.name.slice(0, letters - 1)}…` : each.name;
    const group = drawn("g", { tabindex: "0", role: "button", "aria-pressed": "false",
      "aria-label": `${each.name}, ${counted(each.met.length, "item")}` },
      drawn("title", {}, `${each.name}: ${counted(each.met.length, "item")}`),
      drawn("text", { x: text - 2, y: y(i) + 4.5, "text-anchor": "end" }, label),
      drawn("circle", { cx: text + 10, cy: y(i), r: 2.5 + 4.5 * Math.sqrt(each.met.length / most) }));
    const act = () => {
      choose(each);
      if (window.innerWidth <= 860) document.querySelector(".panel").scrollIntoView({ block: "nearest" });
    };
    group.addEventListener("click", act);
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); act(); }
    });
    picture.append(group);
    return group;
  });
  /** Bring out a name and what it is joined with. */
  function choose(each) {
    picture.classList.toggle("chosen", Boolean(each));
    const near = new Set([each]);
    for (const { line, ends } of lines) {
      const isOn = ends.includes(each);
      line.classList.toggle("on", isOn);
      if (isOn) ends.forEach((end) => near.add(end));
    }
    names.forEach((other, i) => {
      groups[i].classList.toggle("on", near.has(other));
      groups[i].classList.toggle("me", other === each);
      groups[i].setAttribute("aria-pressed", String(other === each));
    });
    if (each) chosen(each);
  }
  return [picture, choose];
}

// ---------------------------------------------------------------- the page as a whole

/** What is found and is no card's, and what the page leaves out. */
function said() {
  const place = $("said");
  const words = [];
  const owned = new Set(items.flatMap((item) => item.cards.length ? item.found ?? [] : []));
  const loose = data.findings.map((_, i) => i).filter((i) => !owned.has(i));
  const errors = data.findings.filter(({ severity }) => severity === "error").length;
  if (errors) words.push(make("h2", {}, `${counted(errors, "error")}: the deck cannot be built. `
    + (cards.length ? "Below are the cards that could be made." : "")));
  const list = findings(loose.slice(0, 200))[0];
  if (loose.length > 5 && !errors) {
    words.push(make("details", { class: "why" }, make("summary", {}, `${counted(loose.length, "finding")} that are on no card`), list));
  } else if (loose.length) words.push(list);
  if (data.leftOut.length) words.push(make("p", {}, `${counted(data.leftOut.length, "media file")} could not be put into this page: `
    + data.leftOut.slice(0, 5).join(", ") + (data.leftOut.length > 5 ? " and others." : ".")));
  if (data.hasTex) words.push(make("p", {}, "Formulas are shown as their TeX source; Anki sets them."));
  place.replaceChildren(...words);
}

function show() {
  for (const name of ["cards", "study", "timeline", "map"]) $(name).hidden = name !== view;
  document.querySelectorAll("nav button").forEach((button) => {
    if (button.dataset.view === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  });
  $("said").hidden = view !== "cards" || !$("said").childElementCount;
  $("none").hidden = shown.length > 0 || !cards.length;
  if (!shown.length) $(view).hidden = true;
  waiting = [];
  if (view === "cards") listAnew();
  else for (const [i, row] of [...rows]) drop(i, row);
  if (view === "study") study();
  if (view === "timeline") timeline();
  if (view === "map") map();
}

function go_to(name) {
  view = name;
  window.scrollTo(0, 0);
  show();
  remember();
}

function set(name, isOn) {
  root.classList.toggle(name, isOn);
  $(name).setAttribute("aria-pressed", String(isOn));
  document.querySelectorAll("iframe").forEach((each) => {
    if (each.dataset.shown !== undefined) dress(each.contentDocument);
  });
  if (name === "phone") listForWidth();
  remember();
}

const isSet = (name) => root.classList.contains(name);

/** Kept by the browser for this page, so that it is as it was after it is loaded anew. */
function remember() {
  const kept = { ...wish, only: wish.only && { ...wish.only, items: [...wish.only.items] } };
  history.replaceState({ wish: kept, view, now, night: isSet("night"), phone: isSet("phone"),
    scroll: window.scrollY }, "");
}

// ---------------------------------------------------------------- keys

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  const inField = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName)
    && event.target.type !== "checkbox";
  if (event.key === "Escape") {
    if (inField) event.target.blur();
    if (!$("clear").hidden) filter(nothing);
    return;
  }
  const isButton = ["BUTTON", "SUMMARY", "A", "AUDIO"].includes(event.target.tagName);
  if (inField || (isButton && [" ", "Enter"].includes(event.key))) return;
  const inStudy = view === "study";
  const act = {
    "/": () => { $("filters").classList.add("open"); $("text").focus(); $("text").select(); },
    "?": () => $("help").showModal(),
    n: () => set("night", !isSet("night")),
    p: () => set("phone", !isSet("phone")),
    c: () => go_to("cards"), s: () => go_to("study"), t: () => go_to("timeline"), m: () => go_to("map"),
    ...(inStudy ? {
      " ": turn, Enter: turn, 1: () => answer(false), 2: () => answer(true),
    } : {}),
    ...(view === "cards" ? {
      j: () => go(now + 1), k: () => go(now - 1), ArrowRight: () => go(now + 1),
      ArrowLeft: () => go(now - 1), " ": flip,
    } : {}),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function listen() {
  document.addEventListener("keydown", pressed);
  let typing = 0;
  $("text").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => filter({ text: $("text").value }), 120);
  });
  for (const [id, name] of [["in-deck", "deck"], ["of-kind", "kind"], ["with-tag", "tag"]]) {
    $(id).addEventListener("change", () => filter({ [name]: $(id).value }));
  }
  $("found").addEventListener("change", () => filter({ found: $("found").checked }));
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("filters").addEventListener("reset", (event) => { event.preventDefault(); filter(nothing); });
  $("only").addEventListener("click", () => filter({ only: null }));
  $("none").querySelector("button").addEventListener("click", () => filter(nothing));
  $("filter").addEventListener("click", () => {
    $("filter").setAttribute("aria-expanded", String($("filters").classList.toggle("open")));
  });
  for (const name of ["night", "phone"]) $(name).addEventListener("click", () => set(name, !isSet(name)));
  $("help-button").addEventListener("click", () => $("help").showModal());
  document.querySelectorAll("nav button").forEach((button) => {
    button.addEventListener("click", () => go_to(button.dataset.view));
  });
  let isPlanned = false;
  window.addEventListener("scroll", () => {
    if (Math.abs(window.scrollY - lastTop) > window.innerHeight) lastJump = performance.now();
    lastTop = window.scrollY;
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => { isPlanned = false; place(); });
  }, { passive: true });
  let before = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== before) { before = window.innerWidth; listForWidth(); }
  });
  window.addEventListener("pagehide", remember);
}

const kept = history.state;
furnish();
said();
listen();
if (kept?.night ?? matchMedia("(prefers-color-scheme: dark)").matches) set("night", true);
if (kept?.phone) { root.classList.add("phone"); $("phone").setAttribute("aria-pressed", "true"); }
view = kept?.view ?? "cards";
filter(kept ? { ...kept.wish, only: kept.wish.only && { ...kept.wish.only, items: new Set(kept.wish.only.items) } } : {});
if (kept) { now = Math.min(kept.now, Math.max(shown.length - 1, 0)); window.scrollTo(0, kept.scroll); place(); mark(); }
readAhead();
root.dataset.ready = String(Math.round(performance.now()));
}
