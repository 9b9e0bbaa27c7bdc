// The shapes that pass between the server (review/) and the page. Offsets count code points.

/**
 * @typedef {Object} Claim  a row of the view `claims` with what its document says about itself
 * @property {string} claim_id
 * @property {string} document_id
 * @property {number} start
 * @property {number} end
 * @property {string} surface
 * @property {number} sentence_start
 * @property {number} sentence_end
 * @property {string} sentence
 * @property {string|null} subject
 * @property {string|null} subject_id
 * @property {string|null} metric
 * @property {string|null} metric_id
 * @property {Object<string,string>|string} scope
 * @property {string} kind
 * @property {string|null} value  decimal text, never a JS number
 * @property {string|null} low
 * @property {string|null} high
 * @property {string|null} unit
 * @property {string} bound
 * @property {string|null} direction
 * @property {string|null} basis
 * @property {string|null} period_start
 * @property {string|null} period_end
 * @property {string|null} period_text
 * @property {string|null} period_from
 * @property {string} modality
 * @property {string|null} attribution
 * @property {number} confidence
 * @property {Check[]|string} checks
 * @property {string} rule
 * @property {'unreviewed'|'accepted'|'rejected'|'corrected'} status
 * @property {boolean} flagged
 * @property {string|null} published
 * @property {string|null} site
 * @property {string|null} source
 * @property {string|null} title
 * @property {string|null} url
 */

/** @typedef {{name: string, passed: boolean, note?: string}} Check */
/** @typedef {{role: string, start: number, end: number}} Span */
/** @typedef {{start: number, end: number, kind: string}} Block */
/** @typedef {{relation: string, explanation: string|null, claim: Claim}} Other */

/**
 * @typedef {Object} ArticleDocument
 * @property {string} document_id
 * @property {string|null} title
 * @property {string|null} site
 * @property {string|null} source
 * @property {string|null} author
 * @property {string|null} url
 * @property {string|null} published
 * @property {string|null} region
 * @property {string|null} script
 * @property {string} text
 * @property {string} locator
 */

/**
 * @typedef {Object} Review  one decision, as stored
 * @property {number} review_id
 * @property {string} claim_id
 * @property {string} decision
 * @property {string|null} target
 * @property {string|null} field
 * @property {string|null} old
 * @property {string|null} new
 * @property {string|null} reason
 * @property {string} editor
 * @property {string} at
 * @property {string|null} note
 * @property {boolean} [undone]
 * @property {string} [surface]
 * @property {string} [sentence]
 */

/**
 * @typedef {Object} Detail  all that the page shows of one claim
 * @property {Claim} claim
 * @property {Object<string, string|null>} extracted
 * @property {Span[]} spans
 * @property {ArticleDocument} document
 * @property {Block[]} blocks
 * @property {null|{fact_id: string, claims: number, documents: number, stories: number}} fact
 * @property {Other[]} others
 * @property {Review[]} history
 * @property {{previous: string|null, next: string|null}} neighbours
 */

/**
 * @typedef {Object} Choices
 * @property {string[]} kind
 * @property {string[]} bound
 * @property {string[]} direction
 * @property {string[]} basis
 * @property {string[]} modality
 * @property {{code: string, label: string}[]} reasons
 * @property {string[]} fields  the correctable ones, in order
 * @property {string} editor
 * @property {string} database
 * @property {string} version
 */

/** @typedef {Object<string, string>} Filters  the parameters of /api/queue */

export {};
