// Which webhooks took an event by their filter: that differs from event to event, where the routing stays the same.

export const takenBy = `
ALTER TABLE events ADD COLUMN taken_by TEXT;
`;
