// Conditions that cost nothing. SQLite makes a table of its own for each list of more than two values whenever a row is
// written, which took a quarter of the time of recording a delivery; alternatives that mean the same it just compares.

export const cheapChecks = `
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
  SET sql = replace(
    replace(sql, 'last_outcome IN (''success'', ''failure'', ''error'')',
      'last_outcome = ''success'' OR last_outcome = ''failure'' OR last_outcome = ''error'''),
    'purpose IN (''event'', ''verification'', ''test'')',
    'purpose = ''event'' OR purpose = ''verification'' OR purpose = ''test''')
  WHERE type = 'table' AND name = 'deliveries';
UPDATE sqlite_schema
  SET sql = replace(sql, 'state IN (''exhausted'', ''cancelled'', ''skipped'')',
    '(state = ''exhausted'' OR state = ''cancelled'' OR state = ''skipped'')')
  WHERE type = 'index' AND name = 'deliveries_given_up';
PRAGMA writable_schema = RESET;
`;
