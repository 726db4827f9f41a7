// Lists and what one does with their rows.

export const table = {
  next: 'Next row',
  previous: 'Previous row',
  choose: 'Choose the row',
  chooseAll: 'Choose all rows that are loaded',
  fresh: (count: number, most: number) => `${count < most ? count : `${most - 1}+`} new`,
  freshHint: 'Show the new rows',
  acts: 'Actions',
  chooseRow: (id: string) => `Choose ${id}`,
} as const;
