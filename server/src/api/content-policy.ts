// What a page of ours may load and run, and who may put it into a frame.

export type PageNeeds = {
  /** Where images come from, besides this server and the page itself. */
  readonly images?: readonly string[];
  /** Origins of the pages that may show it in a frame. */
  readonly ancestors?: readonly string[];
};

/**
 * Scripts, styles and calls are this server's own; nothing is inline or evaluated. What a receiver or a publisher put into
 * a text can't become any of these, even if a page had a hole. Origins must be plain: they stand in the header as they are.
 */
export function contentPolicy({ images = [], ancestors = [] }: PageNeeds = {}): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data:", ...images].join(' '),
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors.length === 0 ? "'none'" : ancestors.join(' ')}`,
    "require-trusted-types-for 'script'",
  ].join('; ');
}
