// Who said what in a file, asked of a running service: node extract.mjs FILE [URL]
// ISNAD_API_KEY holds the service's key if it asks for one.
import { readFile } from "node:fs/promises";

const [file, url = "http://127.0.0.1:8000"] = process.argv.slice(2);
const key = process.env.ISNAD_API_KEY;

const response = await fetch(`${url}/v1/extract`, {
  method: "POST",
  headers: { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) },
  // strings of JavaScript are made of UTF-16 code units, so the offsets have to count those
  body: JSON.stringify({ articles: [{ text: await readFile(file, "utf8") }], offset_unit: "utf16" }),
});
if (!response.ok) throw new Error(`the service answered ${response.status}: ${await response.text()}`);

const { documents } = await response.json();
for (const { text, entities, quotes } of documents) {
  const names = new Map(entities.map((entity) => [entity.id, entity.name]));
  for (const quote of quotes) {
    console.log(`${names.get(quote.speaker) ?? "?"}: ${text.slice(quote.start, quote.end)}`);
  }
}
