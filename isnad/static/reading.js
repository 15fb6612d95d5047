/** A document arranged for reading: its spans in order, and which of them belong together. */

import { ServiceError } from "./service.js";

/**
 * A mention, cue or quote as the document holds it, with its kind.
 *
 * @typedef {object} Span
 * @property {string} kind  PER, ROLE, ORG, LOC, CUE, direct or indirect
 * @property {string} id
 * @property {number} start  in string units
 * @property {number} end
 * @property {string} text
 * @property {number} score  0 to 1
 */

export class Reading {
  #entityOf;
  #mentionOf;
  #cueOf;
  #mentionsBy;
  #quotesBy;
  #quotesByCue;
  #relations;

  /**
   * @param {object} document  schema 1, offsets in string units
   * @throws {ServiceError} offsets that do not give the spans' texts
   */
  constructor(document) {
    this.text = document.text;
    this.mentions = document.mentions.map((mention) => ({ ...mention, kind: mention.type }));
    this.cues = document.cues.map((cue) => ({ ...cue, kind: "CUE" }));
    this.quotes = document.quotes.map((quote) => ({ ...quote }));
    this.entities = document.entities;
    /** @type {Span[]} outer spans before those they hold */
    this.spans = [...this.quotes, ...this.mentions, ...this.cues].sort((a, b) => a.start - b.start || b.end - a.end);
    if (this.spans.some((span) => this.text.slice(span.start, span.end) !== span.text)) throw new ServiceError("unreadable");
    this.#entityOf = new Map(this.entities.map((entity) => [entity.id, entity]));
    this.#mentionOf = new Map(this.mentions.map((mention) => [mention.id, mention]));
    this.#cueOf = new Map(this.cues.map((cue) => [cue.id, cue]));
    this.#mentionsBy = grouped(this.mentions, (mention) => mention.entity);
    this.#quotesBy = grouped(this.quotes, (quote) => quote.speaker);
    this.#quotesByCue = grouped(this.quotes, (quote) => quote.cue);
    this.#relations = document.relations;
  }

  /** The entity that speaks in a quote or is meant by a mention; undefined where there is none. */
  entityOf(span) {
    return this.#entityOf.get(span.entity ?? span.speaker);
  }

  /** The word that reports a quote, if any. */
  cueOf(quote) {
    return this.#cueOf.get(quote.cue);
  }

  /** The quotes of a speaker; of null, those without one. */
  quotesOf(speaker) {
    return this.#quotesBy.get(speaker) ?? [];
  }

  /** An entity's roles as the text words them, each once, without the one that serves as its name. */
  rolesOf(entity) {
    const roles = entity.roles.map((id) => this.#mentionOf.get(id).text);
    return [...new Set(roles)].filter((role) => role !== entity.name);
  }

  /** The names of the places that the text puts an entity in. */
  placesOf(entity) {
    const heads = new Set(entity.mentions);
    const places = this.#relations.filter((relation) => relation.type === "located_in" && heads.has(relation.head));
    return [...new Set(places.map((relation) => this.#entityOf.get(relation.tail)?.name ?? ""))].filter(Boolean);
  }

  /** Everything of an entity: its mentions, its quotes and the words that report them. */
  spansOf(entity) {
    const quotes = this.quotesOf(entity);
    return new Set([...(this.#mentionsBy.get(entity) ?? []), ...quotes, ...this.#cuesOf(quotes)]);
  }

  /** What a span belongs with: a quote or a cue with the speaker's mentions, a mention with what its entity says. */
  relativesOf(span) {
    if (span.kind === "CUE") return new Set([span, ...this.#quotesByCueOf(span).flatMap((quote) => [...this.relativesOf(quote)])]);
    if (span.entity !== undefined) return this.spansOf(span.entity);
    const mentions = span.speaker === null ? [] : (this.#mentionsBy.get(span.speaker) ?? []);
    return new Set([span, ...mentions, ...this.#cuesOf([span])]);
  }

  /** Whether a span takes part in what somebody says. */
  speaks(span) {
    if (span.kind === "CUE") return this.#quotesByCueOf(span).length > 0;
    return span.entity === undefined ? span.speaker !== null : this.quotesOf(span.entity).length > 0;
  }

  #quotesByCueOf(cue) {
    return this.#quotesByCue.get(cue.id) ?? [];
  }

  #cuesOf(quotes) {
    return quotes.map((quote) => this.cueOf(quote)).filter(Boolean);
  }
}

/** Items by key, keys in order of their first item. */
function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (groups.has(key)) groups.get(key).push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
