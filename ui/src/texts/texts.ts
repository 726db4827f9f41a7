// All that the pages say, each text fetched with the page that needs it: `import * as texts`. Another language is another
// folder beside `en` with the same members, and a build that names it here.

export * from './en/en.ts';
