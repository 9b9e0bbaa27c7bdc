// The claim in its sentence, and the sentence in its article, in the article's own script.

import {CodePoints, pieces} from './codepoints.js';
import {el, fill, outwardLink} from './dom.js';
import {t, termOf} from './i18n.js';
import {publishedTime} from './values.js';

/** In the order of which wins where two overlap; each has its own line and colour in review.css. */
export const ROLES = ['value', 'hedge', 'direction', 'basis', 'period', 'modality', 'metric', 'subject',
  'attribution'];

/** Up to so many characters a marked piece is not broken over two lines. */
const SHORT = 12;

/**
 * The spans of a claim with its number among them, strongest role first.
 * @param {import('./types.js').Claim} claim
 * @param {import('./types.js').Span[]} spans
 */
function markedSpans(claim, spans) {
  const value = {role: 'value', start: claim.start, end: claim.end};
  return [value, ...spans.filter((span) => span.role !== 'value')]
      .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
}

/**
 * Text from start to end with the roles marked; `named` writes each role above where it begins.
 * @param {CodePoints} text
 * @param {number} start
 * @param {number} end
 * @param {import('./types.js').Span[]} spans
 * @param {boolean} named
 * @returns {Node[]}
 */
function marked(text, start, end, spans, named) {
  return pieces(text, start, end, spans).map((piece) => {
    if (piece.roles.length === 0) return document.createTextNode(piece.text);
    const mark = el('mark', {class: 'role ' + piece.roles[0], title: piece.roles.map(
        (role) => termOf('role', role)).join(' + ')}, piece.text);
    const opened = piece.opens.filter((role) => ROLES.includes(role));
    if (!named || opened.length === 0) return mark;
    return el('ruby', {class: Array.from(piece.text).length <= SHORT ? 'short' : null}, mark, el('rt', {}, opened.map((role) => termOf('role', role)).join('+')));
  });
}

/**
 * The language tag that gives the article's characters their own forms.
 * @param {import('./types.js').ArticleDocument} article
 */
export function languageTag(article) {
  if (article.script !== 'Hant') return 'zh-Hans';
  return article.region === 'HK' || article.region === 'MO' ? 'zh-HK' : 'zh-TW';
}

/**
 * The big sentence and the legend of what is marked in it.
 * @param {Element} sentence
 * @param {Element} legend
 * @param {import('./types.js').Detail} detail
 */
export function showSentence(sentence, legend, {claim, spans, document: article}) {
  const text = new CodePoints(article.text);
  const all = markedSpans(claim, spans);
  sentence.setAttribute('lang', languageTag(article));
  fill(sentence, ...marked(text, claim.sentence_start, claim.sentence_end, all, true));
  const roles = new Set(all.map((span) => span.role));
  const outside = all.filter((span) => span.end <= claim.sentence_start || span.start >= claim.sentence_end);
  fill(legend,
      ...ROLES.filter((role) => roles.has(role)).map(
          (role) => el('span', {class: 'role ' + role}, termOf('role', role))),
      outside.length > 0 && el('span', {class: 'note'}, t('legend.outside', {
        roles: [...new Set(outside.map((span) => termOf('role', span.role)))].join(', ')})));
}

/**
 * A claim whose detail is still on its way: its sentence and number, as the queue has them.
 * @param {Element} sentence
 * @param {Element} legend
 * @param {import('./types.js').Claim} claim
 */
export function showBareSentence(sentence, legend, claim) {
  fill(sentence, ...bareSentence(claim));
  fill(legend);
}

/**
 * A claim's sentence with its number marked.
 * @param {import('./types.js').Claim} claim
 * @returns {Node[]}
 */
export function bareSentence(claim) {
  const text = new CodePoints(claim.sentence);
  const value = {role: 'value', start: claim.start - claim.sentence_start,
    end: claim.end - claim.sentence_start};
  return marked(text, 0, text.length, [value], false);
}

/**
 * Where the article is from: title, site, date, address.
 * @param {Element} place
 * @param {import('./types.js').ArticleDocument} article
 */
export function showSource(place, article) {
  const outlet = [article.site, article.source !== article.site && article.source, article.author]
      .filter(Boolean).join(' · ');
  fill(place,
      el('h2', {lang: languageTag(article)}, outwardLink(article.url, article.title || t('untitled'))),
      el('p', {}, outlet || article.locator,
          article.published && ' · ' + publishedTime(article.published),
          article.region && ' · ' + article.region));
}

const BLOCK_ELEMENTS = /** @type {Object<string, string>} */ ({headline: 'h3', subhead: 'h4', quote: 'blockquote'});

/**
 * The whole article by its blocks, the claim's sentence lit and scrolled to.
 * @param {HTMLElement} pane
 * @param {import('./types.js').Detail} detail
 */
export function showArticle(pane, {claim, spans, document: article, blocks}) {
  const text = new CodePoints(article.text);
  const all = [...markedSpans(claim, spans),
    {role: 'sentence', start: claim.sentence_start, end: claim.sentence_end}];
  pane.setAttribute('lang', languageTag(article));
  fill(pane, ...withoutGaps(blocks, text).map((block) => el(
      BLOCK_ELEMENTS[block.kind] ?? 'p', {class: 'block ' + block.kind},
      ...marked(text, block.start, block.end, all, false))));
  scrollToSentence(pane);
}

/**
 * The blocks in order with the text between them, where it is more than white space, as paragraphs.
 * @param {import('./types.js').Block[]} blocks
 * @param {CodePoints} text
 */
function withoutGaps(blocks, text) {
  const ordered = [...blocks].sort((a, b) => a.start - b.start);
  const all = [];
  let at = 0;
  for (const block of [...ordered, {start: text.length, end: text.length, kind: 'end'}]) {
    if (block.start > at && text.slice(at, block.start).trim() !== '') {
      all.push({start: at, end: block.start, kind: 'paragraph'});
    }
    if (block.end > block.start) all.push(block);
    at = Math.max(at, block.end);
  }
  return all;
}

/** @param {HTMLElement} pane */
function scrollToSentence(pane) {
  const mark = pane.querySelector('mark.value') ?? pane.querySelector('mark.sentence');
  if (!mark) return;
  const offset = mark.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop += offset - pane.clientHeight / 2;
}
