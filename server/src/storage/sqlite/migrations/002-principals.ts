// Users and clients in one table, since both have a role in a tenant and are listed together.

export const principals = `
CREATE TABLE principals (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  display_name TEXT NOT NULL,
  role_id TEXT NOT NULL,
  username TEXT,
  username_key TEXT UNIQUE,
  email TEXT,
  password_hash TEXT,
  client_id TEXT UNIQUE,
  secret_hash TEXT,
  disabled_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((username IS NULL) = (username_key IS NULL) AND (username IS NULL) = (password_hash IS NULL)),
  CHECK ((client_id IS NULL) = (secret_hash IS NULL)),
  CHECK (CASE kind
    WHEN 'user' THEN username IS NOT NULL AND client_id IS NULL
    WHEN 'client' THEN username IS NULL AND client_id IS NOT NULL AND email IS NULL
    ELSE 0 END)
) STRICT, WITHOUT ROWID;

INSERT INTO principals (id, tenant_id, kind, display_name, role_id, username, username_key, password_hash, disabled_at, created_at, updated_at)
  SELECT id, tenant_id, kind, display_name, role_id, username, username_key, password_hash, disabled_at, created_at, updated_at FROM users;
DROP TABLE users;

CREATE INDEX principals_of_tenant ON principals (tenant_id, created_at, id);
CREATE INDEX principals_of_role ON principals (role_id);
`;
