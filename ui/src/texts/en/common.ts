// Words that every page uses, and how times, counts and sizes are told.

export const common = {
  loading: 'Loading',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  discard: 'Discard',
  remove: 'Remove',
  done: 'Done',
  once: 'Copy it now: it is shown this once and can not be shown again.',
  onceLost:
    'The answer that told it got lost on the way, and it can not be told again. To have one that you know, rotate it, or make another and remove this one.',
  moreActions: (name: string) => `Actions for ${name}`,
  copy: 'Copy',
  copied: 'Copied',
  tryAgain: 'Try again',
  requestId: 'Request id:',
  bug: 'Something went wrong on this page. Reload it; if it happens again, tell the operator what you did.',
  lookAgain: 'Some fields need another look: each tells what is wrong with it.',
  several: 'Several things are wrong with this:',
  search: 'Search',
  all: 'All',
  none: 'None',
  more: 'Load more',
  noJson: (reason: string) => `This is not JSON yet: ${reason}`,
  memberTwice: (name: string) => `The member “${name}” comes twice; write it once`,
  entries: (count: number) => (count === 1 ? '1 entry' : `${count} entries`),
  showAll: (count: number) => `Show all ${count}`,
  notFound: 'There is nothing here',
  start: 'To the start',
  notFoundLead: 'It may have been deleted, or it belongs to another tenant.',
} as const;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The two largest units of a length of time, such as `3 min 20 s`. */
function length(ms: number): string {
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < minute) return `${(ms / second).toFixed(ms < 10 * second ? 1 : 0)} s`;
  if (ms < hour) return twoUnits(ms, minute, 'min', second, 's');
  if (ms < day) return twoUnits(ms, hour, 'h', minute, 'min');
  return twoUnits(ms, day, 'd', hour, 'h');
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

function rough(ms: number): string {
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} d`;
}

export const time = {
  now: 'now',
  ago: (ms: number) => (ms < 5 * second ? 'just now' : `${rough(ms)} ago`),
  in: (ms: number) => `in ${length(ms)}`,
  length,
} as const;

const counts = new Intl.NumberFormat('en');

export const numbers = {
  count: (value: number) => counts.format(value),
  percent: (share: number) =>
    `${(share * 100).toFixed(share > 0.999 && share < 1 ? 2 : share === 1 || share === 0 ? 0 : 1)} %`,
  ms: (value: number) => length(value),
  bytes: (value: number) => {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
    return `${(value / 1_024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
  },
} as const;
