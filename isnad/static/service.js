/** The one request that this page makes. */

/** A failed request: `reason` is a key of WORDS.errors, `facts` what its message tells. */
export class ServiceError extends Error {
  constructor(reason, facts = {}) {
    super(reason);
    this.reason = reason;
    this.facts = facts;
  }
}

/**
 * The document of one text, its offsets counted in JavaScript's string units.
 *
 * @param {string} text
 * @param {string} key  the service's key, or an empty string
 * @returns {Promise<object>} the document as the service sent it
 * @throws {ServiceError}
 */
export async function extract(text, key) {
  const response = await send({ articles: [{ text }], offset_unit: "utf16" }, key);
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, answer, key);
  const document = answer?.documents?.[0];
  if (!document) throw new ServiceError("unreadable");
  return document;
}

async function send(body, key) {
  const headers = { "Content-Type": "application/json" };
  if (key) headers.Authorization = `Bearer ${key}`;
  try {
    return await fetch("v1/extract", { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    // also a key that cannot be a header: fetch refuses it before anything is sent
    throw new ServiceError(isHeaderValue(key) ? "network" : "wrongKey");
  }
}

function refusal(response, answer, key) {
  switch (response.status) {
    case 401:
      return new ServiceError(key ? "wrongKey" : "key");
    case 413:
      return new ServiceError("tooLarge");
    case 422:
      return new ServiceError("refused", { problems: problemsOf(answer?.detail) });
    case 503:
      return new ServiceError("busy", { seconds: secondsUntil(response.headers.get("Retry-After")) });
    case 504:
      return new ServiceError("late");
    default:
      return new ServiceError("unexpected", { status: response.status });
  }
}

/** The lines of a 422's detail: a sentence, or a list of fields and what is wrong with each. */
function problemsOf(detail) {
  if (Array.isArray(detail)) return detail.map(({ loc = [], msg = "" }) => [loc.join("."), msg].filter(Boolean).join(": "));
  return detail === undefined ? [] : [String(detail)];
}

/** Whole seconds, at least one, of a Retry-After header, which holds seconds or a date; null where it holds neither. */
function secondsUntil(header) {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : null;
}

const isHeaderValue = (value) => /^[\x20-\x7e]*$/.test(value);
