// Why a store can't be opened: one clear sentence for the operator, and a name for tools.

export type StoreRefusalCode =
  | 'directory' // missing, not a directory, or not writable
  | 'database_missing' // it was there before
  | 'not_a_database' // the file is something else
  | 'newer_schema'
  | 'damaged'
  | 'in_use' // by another server
  | 'master_key' // missing, malformed, or not this database's
  | 'not_durable'
  | 'failed'; // anything else that the database says

export class StoreRefusal extends Error {
  override name = 'StoreRefusal';
  readonly code: StoreRefusalCode;

  constructor(code: StoreRefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
