// Sessions that were signed out before their time: until then they must be refused.

const text = 'TEXT COLLATE "C"';

export const endedSessions = `
CREATE TABLE ended_sessions (
  id ${text} PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX ended_sessions_expiry ON ended_sessions (expires_at);
`;
