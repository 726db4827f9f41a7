// A setting as the operator may see it: what it is, where that comes from, and what it means.

export type ShownSetting = {
  /** Of its environment variable. */
  readonly name: string;
  readonly group: string;
  /** What is set or the default, masked where it is a secret; null where it is unset. */
  readonly value: string | null;
  readonly origin: 'flag' | 'environment' | '.env' | 'default';
  /** Whether its value is masked, wholly or in part. */
  readonly secret: boolean;
  readonly help: string;
  /** What being unset means; null where that needs no words. */
  readonly whenUnset: string | null;
};
