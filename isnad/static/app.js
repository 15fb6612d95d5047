/** The page: the form, what the service answers, and the document shown and handed on. */

import { ArticleView } from "./article.js";
import { make, Panel } from "./panel.js";
import { Reading } from "./reading.js";
import { extract, ServiceError } from "./service.js";
import { number, WORDS } from "./words.js";

const at = (id) => document.getElementById(id);
const form = at("request");
const text = at("text");
const key = at("key");

let shown = null; // the document on the page, as the service sent it, with its views
let working = false;

text.addEventListener("input", countCharacters);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
at("example").addEventListener("click", () => {
  text.value = WORDS.example;
  countCharacters();
  text.focus();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!working) submit();
});
at("everyone").addEventListener("click", () => {
  shown.panel.clear();
  at("panel-title").focus();
});
at("copy").addEventListener("click", copy);
at("download").addEventListener("click", download);
countCharacters();

/** Send the text and show its document, or say why there is none. */
async function submit() {
  setError(null);
  if (!text.value.trim()) return refuse(new ServiceError("empty"));
  setWorking(true);
  try {
    show(await extract(text.value, key.value));
  } catch (error) {
    if (error instanceof ServiceError) return refuse(error);
    console.error(error);
    refuse(new ServiceError("unreadable"));
  } finally {
    setWorking(false);
  }
}

function setWorking(value) {
  working = value;
  form.setAttribute("aria-busy", String(value));
  at("progress").hidden = !value;
  if (value) setStatus(WORDS.working);
}

function setStatus(message) {
  at("status").textContent = message;
}

function refuse(error) {
  setStatus("");
  setError(error);
  if (error.reason !== "key" && error.reason !== "wrongKey") return text.focus();
  at("access").hidden = false;
  key.focus();
  key.select();
}

function setError(error) {
  if (!error) return at("error").replaceChildren();
  const message = make("p", "", WORDS.errors[error.reason](error.facts));
  const problems = make("ul");
  problems.append(...(error.facts.problems ?? []).map((problem) => problemItem(problem)));
  at("error").replaceChildren(message, ...(problems.hasChildNodes() ? [problems] : []));
}

/** A line of the service's own words, which are English. */
function problemItem(problem) {
  const item = make("li", "", problem);
  item.dir = "ltr";
  item.lang = "en";
  return item;
}

/** Put a document on the page in place of the one before. */
function show(document) {
  const reading = new Reading(document);
  shown?.article.close();
  const article = new ArticleView(at("article"), reading, {
    describe: (span) => describe(reading, span),
    onPoint: pointAt,
  });
  const panel = new Panel(at("entities"), reading, {
    onFilter: filter,
    onJump: (quote) => article.show(quote),
    onPoint: (spans) => (spans.size ? article.light(spans) : article.refresh()),
  });
  shown = { document, reading, article, panel };
  filter(new Set());
  pointAt([]);
  showLegend(reading);
  at("result").hidden = false;
  const speakers = reading.entities.filter((entity) => reading.quotesOf(entity.id).length);
  setStatus(WORDS.found(reading.quotes.length, speakers.length));
  at("result-title").focus({ preventScroll: true });
  at("result").scrollIntoView();
}

/** One switch a kind, with the number of its spans. */
function showLegend({ spans }) {
  const hidden = new Set();
  const switches = Object.entries(WORDS.kinds).map(([kind, { many }]) => {
    const button = make("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    const sample = make("span", "sample", many);
    sample.dataset.kind = kind;
    button.append(sample, make("span", "note", number(spans.filter((span) => span.kind === kind).length)));
    button.addEventListener("click", () => {
      if (!hidden.delete(kind)) hidden.add(kind);
      button.setAttribute("aria-pressed", String(!hidden.has(kind)));
      shown.article.hide(hidden);
    });
    return button;
  });
  at("legend").replaceChildren(...switches);
}

/** Light what belongs with the spans pointed at, and tell about them. The innermost span that takes part in speech leads:
 * a place inside a quote lights the quote's speaker. */
function pointAt(chain) {
  const { reading, article, panel } = shown;
  const leading = chain.find((span) => reading.speaks(span)) ?? chain[0];
  const lit = leading ? reading.relativesOf(leading) : new Set();
  article.light(lit);
  panel.light(new Set([...lit].map((span) => reading.entityOf(span)?.id).filter(Boolean)));
  at("details").replaceChildren(...chain.map((span) => detailsItem(span)));
}

function detailsItem(span) {
  const item = make("li");
  const kind = make("span", "sample", WORDS.kinds[span.kind].one);
  kind.dataset.kind = span.kind;
  item.append(kind, ` ${facts(shown.reading, span).join(" · ")}`);
  return item;
}

/** A span in words, for who does not see its colours. */
function describe(reading, span) {
  return [WORDS.kinds[span.kind].one, ...facts(reading, span)].join("، ");
}

function facts(reading, span) {
  return [...(span.speaker === undefined ? mentionFacts(reading, span) : quoteFacts(reading, span)), WORDS.score(span.score)];
}

function mentionFacts(reading, span) {
  const entity = reading.entityOf(span);
  return entity ? [titleOf(reading, entity)] : [span.text];
}

function quoteFacts(reading, quote) {
  const speaker = reading.entityOf(quote);
  const cue = reading.cueOf(quote);
  return [
    ...(speaker ? [WORDS.speaker(titleOf(reading, speaker))] : []),
    ...(cue ? [WORDS.cue(cue.text)] : []),
    WORDS.attributions[quote.attribution],
  ];
}

/** An entity's name with its fullest role. */
function titleOf(reading, entity) {
  const role = reading.rolesOf(entity).reduce((longest, other) => (other.length > longest.length ? other : longest), "");
  return role ? `${entity.name} (${role})` : entity.name;
}

/** Dim everything that is not of the chosen entities; with none chosen, nothing. */
function filter(chosen) {
  const { reading, article } = shown;
  article.choose(chosen.size ? new Set([...chosen].flatMap((entity) => [...reading.spansOf(entity)])) : null);
  at("everyone").disabled = !chosen.size;
  const names = reading.entities.filter((entity) => chosen.has(entity.id)).map((entity) => entity.name);
  if (chosen.has(null)) names.push(WORDS.noSpeaker);
  at("notice").textContent = chosen.size ? WORDS.filtered(names) : "";
}

const json = () => JSON.stringify(shown.document, null, 2);

async function copy() {
  const written = await writeToClipboard(json());
  at("notice").textContent = written ? WORDS.copied : WORDS.notCopied;
}

async function writeToClipboard(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copyFromField(value); // a page served without TLS has no clipboard, and a browser may refuse it
  }
}

function copyFromField(value) {
  const field = make("textarea", "offstage");
  field.value = value;
  document.body.append(field);
  field.select();
  const written = document.execCommand("copy");
  field.remove();
  at("copy").focus();
  return written;
}

function download() {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([json()], { type: "application/json" }));
  link.download = WORDS.fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}

function countCharacters() {
  at("count").textContent = WORDS.characters(Array.from(text.value).length);
}
