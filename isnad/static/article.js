/** The article with its spans as nested elements, and the walk among them by pointer and keyboard. */

export class ArticleView {
  #reading;
  #describe;
  #onPoint;
  #container;
  #spanOf = new WeakMap();
  #elementsOf = new Map();
  #hovered = [];
  #focused = [];
  #listening = new AbortController();

  /**
   * @param {HTMLElement} container  emptied and filled
   * @param {Reading} reading
   * @param {object} hooks
   * @param {(span: Span) => string} hooks.describe  a span in words, for assistive technology
   * @param {(chain: Span[]) => void} hooks.onPoint  the spans pointed at or focused, inner ones first
   */
  constructor(container, reading, { describe, onPoint }) {
    this.#reading = reading;
    this.#describe = describe;
    this.#onPoint = onPoint;
    this.#container = container;
    container.replaceChildren(...this.#paragraphs());
    for (const quote of reading.quotes) this.#labelSpeaker(quote);
    this.#listen();
    this.#offerTabStop();
  }

  /** Stop listening; the container may then be given to another view. */
  close() {
    this.#listening.abort();
  }

  /** Tell again what is pointed at. */
  refresh() {
    this.#point({});
  }

  /** Mark these spans, and no others, as lit. */
  light(spans) {
    this.#toggle("lit", (span) => spans.has(span));
  }

  /** Dim all but these spans; with null, none. */
  choose(spans) {
    this.#container.classList.toggle("filtered", spans !== null);
    this.#toggle("chosen", (span) => spans?.has(span) ?? false);
  }

  /** Show these kinds as plain text. */
  hide(kinds) {
    this.#toggle("off", (span) => kinds.has(span.kind));
    this.#offerTabStop();
  }

  /** Bring a span into view and focus it. */
  show(span) {
    this.#focus(this.#elementsOf.get(span)[0]);
  }

  /** The text piece by piece. A span that reaches over a line's end, or crosses another, is closed and opened again. */
  #paragraphs() {
    const { text, spans } = this.#reading;
    const starting = new Map(spans.map((span) => [span.start, []]));
    for (const span of spans) starting.get(span.start).push(span);
    const paragraphs = [];
    let paragraph = null;
    let open = [];
    let path = [];
    for (const [start, end] of pieces(text, spans)) {
      open = [...open.filter((span) => span.end > start), ...(starting.get(start) ?? [])];
      if (text[start] === "\n") {
        paragraph = null;
        continue;
      }
      if (!paragraph) {
        paragraph = document.createElement("p");
        paragraphs.push(paragraph);
        path = [];
      }
      path.length = commonLength(path, open);
      for (const span of open.slice(path.length)) {
        const element = this.#element(span);
        (path.at(-1)?.element ?? paragraph).append(element);
        path.push({ span, element });
      }
      (path.at(-1)?.element ?? paragraph).append(document.createTextNode(text.slice(start, end)));
    }
    return paragraphs.filter((p) => p.textContent.trim());
  }

  #element(span) {
    const element = document.createElement(isQuote(span) ? "q" : "mark");
    element.dataset.kind = span.kind;
    this.#spanOf.set(element, span);
    if (!this.#elementsOf.has(span)) {
      this.#elementsOf.set(span, []);
      element.tabIndex = -1;
      element.setAttribute("aria-description", this.#describe(span));
    }
    this.#elementsOf.get(span).push(element);
    return element;
  }

  /** The speaker's name at a quote's end, save inside another quote of the same speaker, which bears it already. The style
   * sheet writes it, so the article's text stays exactly the text. */
  #labelSpeaker(quote) {
    const speaker = this.#reading.entityOf(quote);
    const last = this.#elementsOf.get(quote).at(-1);
    const around = this.#chain(last).slice(1).filter(isQuote);
    if (speaker && around.every((outer) => outer.speaker !== quote.speaker)) last.dataset.speaker = speaker.name;
  }

  #listen() {
    const { signal } = this.#listening;
    const on = (type, listener) => this.#container.addEventListener(type, listener, { signal });
    on("mouseover", ({ target }) => this.#point({ hovered: this.#chain(target) }));
    on("mouseleave", () => this.#point({ hovered: [] }));
    on("focusin", ({ target }) => this.#point({ focused: this.#chain(target) }));
    on("focusout", () => this.#point({ focused: [] }));
    on("keydown", (event) => this.#walk(event));
  }

  #point({ hovered = this.#hovered, focused = this.#focused }) {
    this.#hovered = hovered;
    this.#focused = focused;
    this.#onPoint(hovered.length ? hovered : focused);
  }

  /** The spans around an element, inner ones first. */
  #chain(element) {
    const chain = [];
    for (let at = element; at !== this.#container && at; at = at.parentElement) {
      const span = this.#spanOf.get(at);
      if (span && !at.classList.contains("off")) chain.push(span);
    }
    return chain;
  }

  /** The article is one tab stop; from there the left arrow goes on and the right arrow goes back, as the text runs. */
  #walk(event) {
    const stops = this.#stops();
    const at = stops.indexOf(event.target);
    const next = { ArrowLeft: at + 1, ArrowRight: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (stops[next]) this.#focus(stops[next]);
  }

  #focus(element) {
    this.#offerTabStop(element);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "center" });
  }

  #offerTabStop(element = this.#stops()[0]) {
    for (const stop of this.#container.querySelectorAll("[tabindex='0']")) stop.tabIndex = -1;
    if (element) element.tabIndex = 0;
  }

  #stops() {
    return [...this.#container.querySelectorAll("[tabindex]:not(.off)")];
  }

  #toggle(name, holds) {
    for (const [span, elements] of this.#elementsOf) {
      for (const element of elements) element.classList.toggle(name, holds(span));
    }
  }
}

const isQuote = (span) => span.speaker !== undefined;

/** The text cut at every line end and at every span's edges, as pairs of offsets. */
function pieces(text, spans) {
  const edges = new Set([0, text.length]);
  for (const { start, end } of spans) edges.add(start).add(end);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) edges.add(at).add(at + 1);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => [sorted[i], end]);
}

/** How many of the open elements stay open. */
function commonLength(path, open) {
  const differing = path.findIndex(({ span }, i) => span !== open[i]);
  return differing < 0 ? path.length : differing;
}
