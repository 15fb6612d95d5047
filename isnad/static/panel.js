/** The panel of people and bodies: who speaks and what each said, then who is only named. */

import { WORDS } from "./words.js";

export class Panel {
  #reading;
  #onFilter;
  #onJump;
  #onPoint;
  #buttons = new Map();
  #chosen = new Set();

  /**
   * @param {HTMLElement} container  emptied and filled
   * @param {Reading} reading
   * @param {object} hooks
   * @param {(entities: Set<string | null>) => void} hooks.onFilter  the entities chosen; null is no speaker
   * @param {(quote: Span) => void} hooks.onJump
   * @param {(spans: Set<Span>) => void} hooks.onPoint  what the card or quote pointed at or focused stands for
   */
  constructor(container, reading, { onFilter, onJump, onPoint }) {
    this.#reading = reading;
    this.#onFilter = onFilter;
    this.#onJump = onJump;
    this.#onPoint = onPoint;
    container.replaceChildren(...this.#sections());
    if (!container.hasChildNodes()) container.append(make("p", "note", WORDS.nobody));
  }

  /** Take back every choice. */
  clear() {
    this.#chosen.clear();
    this.#refresh();
  }

  /** Mark the cards of these entities as lit. */
  light(entities) {
    for (const [entity, button] of this.#buttons) button.closest("li").classList.toggle("lit", entities.has(entity));
  }

  #sections() {
    const { entities } = this.#reading;
    const speakers = entities.filter((entity) => this.#reading.quotesOf(entity.id).length);
    const named = entities.filter((entity) => entity.type !== "LOC" && !speakers.includes(entity));
    const places = entities.filter((entity) => entity.type === "LOC" && !speakers.includes(entity));
    const unattributed = this.#reading.quotesOf(null).length ? [{ id: null, name: WORDS.noSpeaker, mentions: [], roles: [] }] : [];
    return [
      ...this.#list(null, "cards", [...speakers, ...unattributed]),
      ...this.#list(WORDS.others, "chips", named),
      ...this.#list(WORDS.places, "chips", places),
    ];
  }

  /** A list of entities under its title; nothing where there are none. */
  #list(title, name, entities) {
    if (!entities.length) return [];
    const list = make("ul", name);
    list.append(...entities.map((entity) => this.#card(entity)));
    return title ? [make("h3", "", title), list] : [list];
  }

  #card(entity) {
    const quotes = this.#reading.quotesOf(entity.id);
    const card = make("li");
    const heading = make("div", "name");
    heading.append(this.#toggle(entity));
    if (quotes.length) heading.append(make("span", "note", WORDS.quotes(quotes.length)));
    card.append(heading);
    const roles = this.#reading.rolesOf(entity);
    if (roles.length) card.append(make("p", "roles", roles.join("، ")));
    card.append(...this.#reading.placesOf(entity).map((place) => make("p", "note", WORDS.place(place))));
    if (quotes.length) card.append(this.#said(quotes));
    return card;
  }

  #toggle(entity) {
    const button = make("button", "entity", entity.name);
    button.type = "button";
    button.dataset.kind = entity.type ?? "";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => this.#choose(entity.id));
    this.#pointAt(button, () => this.#reading.spansOf(entity.id));
    this.#buttons.set(entity.id, button);
    return button;
  }

  #said(quotes) {
    const list = make("ul", "said");
    for (const quote of quotes) {
      const button = make("button", "jump", quote.text);
      button.type = "button";
      button.dataset.kind = quote.kind;
      button.title = WORDS.jump;
      button.addEventListener("click", () => this.#onJump(quote));
      this.#pointAt(button, () => this.#reading.relativesOf(quote));
      const item = make("li");
      item.append(button);
      list.append(item);
    }
    return list;
  }

  #pointAt(element, spans) {
    for (const type of ["mouseenter", "focus"]) element.addEventListener(type, () => this.#onPoint(spans()));
    for (const type of ["mouseleave", "blur"]) element.addEventListener(type, () => this.#onPoint(new Set()));
  }

  #choose(entity) {
    if (!this.#chosen.delete(entity)) this.#chosen.add(entity);
    this.#refresh();
  }

  #refresh() {
    for (const [entity, button] of this.#buttons) {
      button.setAttribute("aria-pressed", String(this.#chosen.has(entity)));
      button.closest("li").classList.toggle("dimmed", this.#chosen.size > 0 && !this.#chosen.has(entity));
    }
    this.#onFilter(this.#chosen);
  }
}

/** An element with a class and a text, which is never markup. */
export function make(tag, name = "", text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}
