// Lists and what one does with their rows.

export const table = {
  next: 'Next row',
  previous: 'Previous row',
  choose: 'Choose the row',
  chooseAll: 'Choose all rows that are loaded',
  chooseRow: (id: string) => `Choose ${id}`,
} as const;
