// The article out of each page by Mozilla's Readability over jsdom.
//   node pages.mjs LIST OUT    LIST: lines of page name, tab, path of its UTF-8 copy
// Writes OUT, one JSON line a page {page, text, title, published, author}, and prints one JSON line:
// pages, seconds. The clock runs without reading and writing files, after one page to warm up.
import { readFileSync, writeFileSync } from "node:fs";
import { JSDOM, VirtualConsole } from "jsdom";
import { Readability } from "@mozilla/readability";

const quiet = new VirtualConsole();
const pages = readFileSync(process.argv[2], "utf8").trim().split("\n").map((line) => {
  const [page, path] = line.split("\t");
  return { page, html: readFileSync(path, "utf8") };
});

function extract(html) {
  try {
    const dom = new JSDOM(html, { virtualConsole: quiet });
    const article = new Readability(dom.window.document).parse();
    dom.window.close();
    return article ?? {};
  } catch (error) {
    return {};
  }
}

extract(pages[0].html);
const begin = process.hrtime.bigint();
const found = pages.map(({ page, html }) => {
  const article = extract(html);
  return {
    page,
    text: article.textContent ?? "",
    title: article.title ?? "",
    published: article.publishedTime ?? "",
    author: article.byline ?? "",
  };
});
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
writeFileSync(process.argv[3], found.map((line) => JSON.stringify(line) + "\n").join(""));
console.log(JSON.stringify({ pages: pages.length, seconds }));
