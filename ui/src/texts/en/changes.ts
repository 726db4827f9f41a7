// What a change did, member by member.

export const changes = {
  label: 'What changed',
  before: 'Before',
  after: 'After',
  absent: 'Nothing',
  noChange: 'Nothing that is told here',
} as const;
